# One table on three servers, with postgres_fdw: every aggregate is computed where its rows are, also where its options
# are constants, what travels are states and results instead of rows, and the numbers are those of one server.
# CM_LONG=1: every overload.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 400;
my %nodes = map { $_ => Surface::start($_) } qw(centre east west);
my $centre = $nodes{centre};
Surface::make_data($centre, $rows);

# Groups 0 and 1 stay at the centre, 2 to 4 live in the east, 5 and 6 in the west. A tuple that travels costs much, as
# it does in a real network, so that the planner prefers to send the aggregate there.
my %lives = (centre => '0, 1', east => '2, 3, 4', west => '5, 6');
query('CREATE EXTENSION postgres_fdw');
for my $name (qw(east west))
{
    Surface::make_data($nodes{$name}, $rows);
    query(sprintf(q{
        CREATE SERVER %1$s FOREIGN DATA WRAPPER postgres_fdw
            OPTIONS (host '%2$s', port '%3$s', dbname 'postgres', extensions 'customer_metrics', async_capable 'true', fdw_tuple_cost '10');
        CREATE USER MAPPING FOR CURRENT_USER SERVER %1$s}, $name, $nodes{$name}->host, $nodes{$name}->port));
}

# Tables of the group and these columns: "here_NAME" with all rows at the centre, "NAME" with each row where it lives.
sub spread
{
    my ($name, $columns, $rows_of_data) = @_;
    my $partitions = '';
    for my $place (qw(centre east west))
    {
        my $kind = $place eq 'centre' ? 'TABLE' : 'FOREIGN TABLE';
        my $server = $place eq 'centre' ? '' : "SERVER $place OPTIONS (table_name '$name')";
        $partitions .= "CREATE $kind ${name}_$place PARTITION OF $name FOR VALUES IN ($lives{$place}) $server;";
        $nodes{$place}->safe_psql('postgres', "CREATE TABLE $name (g integer, $columns);
            INSERT INTO $name $rows_of_data WHERE g IN ($lives{$place}); ANALYZE $name") if $place ne 'centre';
    }
    query("CREATE TABLE here_$name (g integer, $columns); INSERT INTO here_$name $rows_of_data;
        CREATE TABLE $name (LIKE here_$name) PARTITION BY LIST (g); $partitions
        INSERT INTO $name SELECT * FROM here_$name WHERE g IN ($lives{centre}); ANALYZE here_$name, $name, ${name}_centre, ${name}_east, ${name}_west");
}

sub query { my ($sql) = @_; return $centre->safe_psql('postgres', "SET enable_partitionwise_aggregate = on; $sql") }

# The aggregate is in the SQL that both servers receive, and no other scan of them is made.
sub is_remote
{
    my ($sql, $name, $what) = @_;
    my $plan = query("EXPLAIN (VERBOSE, COSTS OFF) $sql");
    my $scans = () = $plan =~ /Foreign Scan/g;
    my $calls = () = $plan =~ /Remote SQL: SELECT [^\n]*public\.\Q$name\E\(/g;
    is("$scans scans, $calls of an aggregate", '2 scans, 2 of an aggregate', $what) or diag($plan);
}

my @aggregates = Surface::aggregates($centre);
my %rollup = map { $_->{types}[0] => 1 } grep { $_->{name} eq 'rollup' } @aggregates;
my %seen; # overloads share their code
for my $number (0 .. $#aggregates)
{
    my ($signature, $name) = @{ $aggregates[$number] }{qw(signature name)};
    next if $name ne 'rollup' && $seen{$name}++ && !$ENV{CM_LONG};
    my ($columns, $expressions, $call) = Surface::call_over_table($centre, $aggregates[$number]);
    spread("t$number", $columns, "SELECT g, $expressions FROM data");
    my $by_group = "SELECT g, $call FROM t$number GROUP BY g ORDER BY g";
    my $whole = query("SELECT $call FROM here_t$number");

    is_remote($by_group, $name, "$signature: each server aggregates its groups");
    is(query($by_group), query($by_group =~ s/FROM /FROM here_/r), "$signature: groups are as on one server");
    is(query("SELECT $call FROM t$number"), $whole, "$signature: so is the whole, from rows");
    next unless $rollup{ $aggregates[$number]{result} };
    my $two_steps = "SELECT rollup(state) FROM (SELECT g, $call AS state FROM t$number GROUP BY g) AS states";
    is_remote($two_steps, $name, "$signature: states are made on each server");
    is(query("SELECT ($two_steps) = (SELECT $call FROM here_t$number)"), 't', "$signature: and rolled up are the whole");
}

# States that are stored where they were made, and the metric over them; in words of src/README.md.
for my $name (qw(east west))
{
    $nodes{$name}->safe_psql('postgres', q{
        CREATE MATERIALIZED VIEW daily AS SELECT day, survey_agg(score) AS answers FROM data GROUP BY day});
    query("CREATE FOREIGN TABLE daily_$name (day date, answers survey_state) SERVER $name OPTIONS (table_name 'daily')");
}
my $stored = 'SELECT nps(rollup(answers)), responses(rollup(answers)) FROM (SELECT rollup(answers) AS answers FROM daily_east
    UNION ALL SELECT rollup(answers) FROM daily_west) AS states';
is_remote($stored, 'rollup', 'stored states are rolled up where they are');
is(query($stored), query('SELECT nps(score), 2 * count(score) FROM data'), 'to the same numbers');
is_remote("SELECT nps(answers) > 0, nps(rollup(answers)) FROM daily_east GROUP BY 1 UNION ALL
    SELECT nps(answers) > 0, nps(rollup(answers)) FROM daily_west GROUP BY 1", 'rollup', 'and so is what groups by a metric');

# Without the option nothing is sent but rows; a server that does not answer is an error, never a part of the number.
query('ALTER SERVER east OPTIONS (DROP extensions)');
unlike(query('EXPLAIN (VERBOSE, COSTS OFF) SELECT day, rollup(answers) FROM daily_east GROUP BY day'), qr/Remote SQL: [^\n]*rollup\(/,
    'without the option "extensions" rows travel');
$nodes{west}->stop;
my ($status, $out, $err) = $centre->psql('postgres', 'SELECT day, nps(answers) FROM daily_east UNION ALL SELECT day, nps(answers) FROM daily_west');
isnt($status, 0, 'a server that is down');
is($out, '', 'gives no number');
like($err, qr/could not connect to server "west"/, 'but an error that names it');
done_testing();
