# How much memory we take: no more after many calls in one session, in step with the size of a state, spilled to disk
# when work_mem is small; and a state that would pass 1 GB is a clear error. CM_LONG=1: a million calls of each, and
# every type that grows is driven to the limit.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use Calls;
use PostgreSQL::Test::Utils;
use Test::More;

my $long = $ENV{CM_LONG};
plan skip_all => 'minutes of work: CM_LONG=1 test/check memory' unless $long;
my $calls = $long ? 1_000_000 : 5_000;
my $node = Surface::start('memory');
$node->append_conf('postgresql.conf', "jit = off\n");
$node->restart;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

query(qq{CREATE FUNCTION resident_memory() RETURNS bigint AS '$ENV{CM_MODULES}/limit' LANGUAGE C});
Surface::make_data($node, 200);
Surface::make_values($node);
Calls::make_big($node);
my %own = map { $_ => 1 } Surface::types($node);

# Many calls in one statement, for each function and aggregate a session of its own: bytes gained from the first tenth
# of the calls to the last, which no fixed cost (loading, catalogue, plans) explains.
sub gains
{
    my ($what, $statement) = @_; # of the number of calls
    my $few = $statement->($calls / 10);
    my $many = $statement->($calls);
    my $limit = $long ? '0' : '2s'; # the short form leaves out what is slow to call, such as fits
    my ($status, $out, $err) = $node->psql('postgres', "SET statement_timeout = '$limit';\n$few \\; $few \\; SELECT resident_memory() AS before \\gset\n $many;\n SELECT (resident_memory() - :before) / 1024");
    return if $status; # refused or too slow: not our question here
    my $gained = (split /\n/, $out)[-1];
    cmp_ok($gained, '<', 600, "$what: kB gained by $calls calls");
}

for my $function (Calls::functions($node))
{
    my $call = Calls::call_of($function, %own) or next;
    next if $function->{kind} eq 'w';
    $call->{call} =~ s/((?:'[^']*'|[\d.]+|true)::[a-z ]+(?:\[\])?)/CASE WHEN n > 0 THEN $1 END/g; # or it would be called once
    my $from = join ', ', 'generate_series(1, %d) AS n', @{ $call->{from} };
    my $some = $function->{set} ? "SELECT count((SELECT count(*) FROM $call->{call} WHERE n > 0)) FROM $from" : "SELECT count($call->{call}) FROM $from";
    gains($function->{signature}, sub { sprintf $some, $function->{set} ? $_[0] / 20 : $_[0] });
}
my %seen;
for my $aggregate (Surface::aggregates($node))
{
    next if $aggregate->{name} ne 'rollup' && $seen{ $aggregate->{name} }++;
    my $call = "$aggregate->{name}($aggregate->{sane})";
    gains($aggregate->{signature}, sub {
        sprintf 'SELECT count(r) FROM generate_series(1, %d) AS n, LATERAL (SELECT %s AS r FROM data WHERE i <= 10 + n %% 10) AS s', $_[0] / 20, $call });
}

# Contexts that live as long as the session hold nothing of ours afterwards.
my $contexts = q{SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'CacheMemoryContext')};
my $everything = join ";\n", map { $_->{sql} } Calls::statements($node);
my ($status, $out) = $node->psql('postgres', "\\set QUIET on\n\\o /dev/null\n$everything;\n$everything;\n\\o\n$contexts;\n\\o /dev/null\n" . "$everything;\n" x 5 . "\\o\n$contexts;", on_error_stop => 0);
my ($before, $after) = $out =~ /^(\d+)$/mg;
cmp_ok($after - $before, '<', 100_000, 'bytes gained by contexts of the session in five more rounds of everything');

# Many states that together outgrow work_mem: the same numbers, from disk.
query('DROP TABLE data');
Surface::make_data($node, $long ? 400_000 : 30_000, 3000);
for my $aggregate (Surface::aggregates($node))
{
    next unless $own{ $aggregate->{result} } && $aggregate->{types}[0] =~ /^(bigint|date|double precision|boolean)$/;
    my $sum = "SELECT md5(string_agg(r, ',' ORDER BY k)) FROM (SELECT id % 1500 AS k, $aggregate->{name}($aggregate->{sane})::text AS r FROM data GROUP BY 1) AS s";
    is(query("SET work_mem = '64kB'; SET hash_mem_multiplier = 1; SET enable_sort = off; $sum"), query("SET work_mem = '1GB'; $sum"), "$aggregate->{signature}: states on disk");
}

# A state that grows to 1 GB: an error of class 54 that says what to do. First by rolling up four of what there is,
# again and again; then, for maps of customers, by customers with ids of 100 kB.
query(q{
    CREATE FUNCTION grow(type regtype, most bigint, OUT bytes bigint, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE TEMP TABLE growing AS SELECT value FROM %I', 'big_' || type);
        bytes = 0; state = '00000';
        FOR step IN 1 .. 16 LOOP
            EXIT WHEN bytes > (SELECT max(pg_column_size(value)) FROM growing) / 2 OR bytes > most;
            bytes = (SELECT max(pg_column_size(value)) FROM growing);
            CREATE TEMP TABLE grown AS SELECT rollup(value) AS value FROM growing, generate_series(1, 4);
            DROP TABLE growing;
            ALTER TABLE grown RENAME TO growing;
        END LOOP;
        DROP TABLE growing;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    END $$});
if ($long)
{
    for my $type (map { $_->{types}[0] } grep { $_->{name} eq 'rollup' } Surface::aggregates($node))
    {
        my ($bytes, $state, $message) = split /\|/, query("SELECT * FROM grow('$type', 2000000000)");
        like($state, qr/^(00000|54000|22003)$/, "$type: grown from $bytes bytes by rolling up: $state $message");
    }
}
my ($driven, %driven) = (0);
for my $aggregate (Surface::aggregates($node))
{
    next unless $aggregate->{signature} =~ /\(text,/ && $aggregate->{sane} =~ /label/ && $own{ $aggregate->{result} } && !$driven{ $aggregate->{result} }++;
    last if !$long && $driven++;
    my $sane = $aggregate->{sane} =~ s/label/repeat(md5(n::text), 3200)/r;
    my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT pg_column_size($aggregate->{name}($sane)) FROM generate_series(1, 12000) AS n, (SELECT * FROM data WHERE i = 21) AS data");
    like($err, qr/ERROR:  54000: a value of type $aggregate->{result} would exceed 1 GB\nHINT/, "$aggregate->{signature}: past 1 GB") or diag("$out $err");
}
is(query('SELECT 1'), '1', 'the server lives');
done_testing();
