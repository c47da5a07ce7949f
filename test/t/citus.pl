# One table spread over two workers by Citus: every aggregate is split into states made on the workers and merged by the
# coordinator (plans are read), groups of one customer run whole on a worker, and the numbers are those of one server.
# Skipped where Citus is not installed. CM_LONG=1: every overload.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $library = `pg_config --pkglibdir` =~ s/\s+$//r . '/citus.so';
my $script = `pg_config --sharedir` =~ s/\s+$//r . '/extension/citus.control';
plan skip_all => 'Citus is not installed' unless -e $library && -e $script;

my %nodes = map { $_ => start($_) } qw(coordinator east west);
my $coordinator = $nodes{coordinator};
query(sprintf q{SELECT citus_set_coordinator_host('%s', %s)}, $coordinator->host, $coordinator->port);
query(sprintf q{SELECT citus_add_node('%s', %s)}, $_->host, $_->port) for @nodes{qw(east west)};

# In words of src/README.md: the coordinator's CREATE EXTENSION does it on the workers.
query('CREATE EXTENSION customer_metrics');
is($nodes{$_}->safe_psql('postgres', 'SELECT nps(9)'), 100, "the extension is in the $_") for qw(east west);
Surface::make_data($coordinator, 400);

sub start
{
    my ($name) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init(extra => [ '-E', 'UTF8', '--locale=C' ]);
    $node->append_conf('postgresql.conf', q{
        shared_preload_libraries = 'citus'
        max_parallel_workers_per_gather = 0
        fsync = off
        citus.shard_count = 4
        citus.node_conninfo = 'sslmode=prefer'
        citus.explain_all_tasks = on});
    $node->start;
    $node->safe_psql('postgres', 'CREATE EXTENSION citus');
    return $node;
}

sub query { my ($sql) = @_; return $coordinator->safe_psql('postgres', $sql) }

# What the workers are asked, once for each different text: names of shards without their numbers.
sub asked
{
    my ($sql) = @_;
    my %asked = map { s/_\d{6}\b//gr => 1 } query("EXPLAIN (VERBOSE, COSTS OFF) $sql") =~ /^ *Query: (.*)$/mg;
    return join "\n", sort keys %asked;
}

# Tables of a row's number, its group and these columns: "here_NAME" at the coordinator, "NAME" spread by $by.
sub spread
{
    my ($name, $by, $columns, $rows_of_data) = @_;
    query("CREATE TABLE here_$name (i integer, g integer, $columns); INSERT INTO here_$name $rows_of_data;
        CREATE TABLE $name (LIKE here_$name); SELECT create_distributed_table('$name', '$by');
        INSERT INTO $name SELECT * FROM here_$name");
}

my @aggregates = Surface::aggregates($coordinator);
my %rollup = map { $_->{types}[0] => 1 } grep { $_->{name} eq 'rollup' } @aggregates;
my %seen; # overloads share their code
for my $number (0 .. $#aggregates)
{
    my ($signature, $name) = @{ $aggregates[$number] }{qw(signature name)};
    next if $name ne 'rollup' && $seen{$name}++ && !$ENV{CM_LONG};
    my ($columns, $expressions, $call) = Surface::call_over_table($coordinator, $aggregates[$number]);
    spread("t$number", 'i', $columns, "SELECT i, g, $expressions FROM data");
    my $whole = query("SELECT $call FROM here_t$number");
    my $by_group = "SELECT g, $call FROM t$number GROUP BY g ORDER BY g";
    my $by_row = "SELECT i, $call FROM t$number GROUP BY i ORDER BY i";
    my $split = qr/\Aselect[^\n]*\bworker_partial_agg\('public\.\Q$name\E\([^\n]*\Z/i;

    like(asked("SELECT $call FROM t$number"), $split, "$signature: states are made on the workers");
    like(asked($by_group), $split, "$signature: also of groups");
    like(asked($by_row), qr/\ASELECT i, public\.\Q$name\E\([^\n]* GROUP BY i[^\n]*\Z/, "$signature: whole groups are aggregated there");
    is(query("SELECT $call FROM t$number"), $whole, "$signature: as on one server");
    is(query($_), query($_ =~ s/FROM /FROM here_/r), "$signature: groups too") for $by_group, $by_row;
    is(query("SELECT $call FILTER (WHERE i % 3 > 0) FROM t$number HAVING count(*) > 0"),
        query("SELECT $call FILTER (WHERE i % 3 > 0) FROM here_t$number"), "$signature: filtered");
    if ($rollup{ $aggregates[$number]{result} })
    {
        is(query("SELECT rollup(state) FROM (SELECT g, $call AS state FROM t$number GROUP BY g) AS states"), $whole, "$signature: rolled up from groups");
        is(query("SELECT rollup(state) FROM (SELECT i, $call AS state FROM t$number GROUP BY i) AS states"), $whole, "$signature: rolled up from rows");
        query("CREATE TABLE stored$number AS SELECT g, $call AS state FROM here_t$number GROUP BY g;
            SELECT create_distributed_table('stored$number', 'g')");
        is(query("WITH s AS MATERIALIZED (SELECT rollup(state) AS r FROM stored$number), w AS MATERIALIZED (SELECT $call AS r FROM here_t$number)
            SELECT s.r = w.r FROM s, w"), 't', "$signature: rolled up from stored states");
    }
    query("DROP TABLE t$number, here_t$number");
}

# The rest of what src/README.md says of Citus.
spread('orders', 'customer_id', 'customer_id bigint, day date, amount numeric', "SELECT i, g, id, coalesce(day, '2024-05-05'), coalesce(amount, 1) FROM data");
spread('surveys', 'customer_id', 'customer_id bigint, region text, channel text, nps_score integer, csat_score integer',
    "SELECT i, g, id, 'r' || g % 3, 'c' || g % 2, grade, score FROM data");
my ($metrics, $orders) = ('SELECT region, nps(nps_score), csat(csat_score) FROM surveys GROUP BY region ORDER BY region',
    'SELECT region, sum(spent) FROM (SELECT customer_id, sum(amount) AS spent FROM orders GROUP BY 1) AS o JOIN surveys USING (customer_id) GROUP BY 1 ORDER BY 1');
is(query($_), query(s/(FROM|JOIN) (surveys|orders)/$1 here_$2/gr), 'as on one server: ' . substr $_, 0, 40) for $metrics, $orders;
my $cube = 'GROUP BY ROLLUP (region, channel) ORDER BY 1, 2';
my ($status, undef, $err) = $coordinator->psql('postgres', "SELECT region, channel, nps(nps_score) FROM surveys $cube");
like($err, qr/could not run distributed query with GROUPING SETS, CUBE, or ROLLUP/, 'GROUP BY ROLLUP is refused');
is(query("WITH states AS MATERIALIZED (SELECT region, channel, survey_agg(nps_score) AS answers FROM surveys GROUP BY region, channel)
    SELECT region, channel, nps(rollup(answers)) FROM states $cube"), query("SELECT region, channel, nps(nps_score) FROM here_surveys $cube"), 'in two steps it works');
unlike(asked('SELECT nps(nps_score), string_agg(region, NULL) FROM surveys'), qr/worker_partial_agg/, 'an aggregate that cannot be split pulls the rows of all');
unlike(asked('SELECT nps(DISTINCT nps_score) FROM surveys'), qr/worker_partial_agg|nps\(/, 'so does DISTINCT');
is(query('SELECT nps(DISTINCT nps_score) FROM surveys'), query('SELECT nps(DISTINCT nps_score) FROM here_surveys'), 'to the same number');
done_testing();
