# Random queries over tables of our types and all our functions, by sqlsmith, as a role without privileges: the server
# lives and no error is an internal one of ours. CM_LONG=1: many more. Skipped where sqlsmith is not installed.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'sqlsmith is not installed (Debian has it as sqlsmith)' if system('command -v sqlsmith >/dev/null') != 0;

my $queries = $ENV{CM_LONG} ? 100_000 : 1_000;
my $node = Surface::start('sqlsmith');
$node->append_conf('postgresql.conf', "log_error_verbosity = verbose\nlog_statement = none\njit = off\n");
$node->restart;
Surface::make_data($node, 60);
Surface::make_values($node);
my @types = Surface::types($node);
for my $type (@types)
{
    $node->safe_psql('postgres', qq{CREATE TABLE "t_$type" AS SELECT value::$type FROM values_of WHERE type = '$type' ORDER BY length(value), value LIMIT 8});
}
$node->safe_psql('postgres', q{DROP TABLE values_of; CREATE ROLE smith LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO smith;
    ALTER ROLE smith SET statement_timeout = '2s'; ALTER ROLE smith SET work_mem = '1MB'});
my $target = sprintf 'host=%s port=%s dbname=postgres user=smith', $node->host, $node->port;
my ($out, $err) = ('', '');
IPC::Run::run([ 'sqlsmith', "--target=$target", '--exclude-catalog', "--max-queries=$queries", '--seed=1789', '--verbose' ], '>', \$out, '2>', \$err,
    IPC::Run::timeout($ENV{CM_LONG} ? 7200 : 300));
like($err, qr/^error rate: 0?\.\d/m, 'queries were made, and some ran') or diag(join "\n", (split /\n/, $err)[ -12 .. -1 ]);
my $log = slurp_file($node->logfile);
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
unlike($log, qr/terminated by signal|PANIC|TRAP/, 'and never died');
my @sources = map { m{([^/]+)$} } glob 'src/*/*.c';
my $ours = join '|', map { quotemeta } @sources;
my @internal = $log =~ /^(.*ERROR:  XX.*\n(?:.*\n)??.*LOCATION:.*(?:$ours).*)$/mg;
is(join("\n", @internal[ 0 .. ($#internal < 9 ? $#internal : 9) ]), '', 'no internal error of ours');
my $calls = () = $log =~ /LOCATION:.*(?:$ours)/g;
cmp_ok($calls, '>', 0, "our code was reached: $calls errors with a reason were ours");
done_testing();
