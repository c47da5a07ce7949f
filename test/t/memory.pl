# How much memory we take: what a comparison detoasts and what a row needs is given back, and so is all of a call; many
# states spill to disk when work_mem is small; and a state that would pass 1 GB is a clear error. CM_LONG=1: all of this,
# with a million calls of each function, and every type that grows driven to the limit. Else the first parts, in seconds.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use Calls;
use PostgreSQL::Test::Utils;
use Test::More;

my $long = $ENV{CM_LONG};
my $node = Surface::start('memory');
$node->append_conf('postgresql.conf', "jit = off\n");
$node->restart;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

sub new_data # new_data ROWS, CUSTOMERS: tables data and big_TYPE
{
    query('DROP TABLE IF EXISTS data' . join '', map { qq{, "big_$_"} } Surface::types($node));
    Surface::make_data($node, @_);
    Calls::make_big($node);
}

query(qq{
    CREATE FUNCTION resident_memory() RETURNS bigint AS '$ENV{CM_MODULES}/limit' LANGUAGE C;
    CREATE FUNCTION context_memory() RETURNS bigint AS '$ENV{CM_MODULES}/limit' LANGUAGE C VOLATILE;
    CREATE FUNCTION raw_size(anyelement) RETURNS bigint AS '$ENV{CM_MODULES}/limit' LANGUAGE C STRICT;
    -- What the first row of a query finds allocated that was not before it: query is a FROM item, or a subquery as one.
    CREATE FUNCTION left_behind(query text) RETURNS bigint LANGUAGE plpgsql AS \$\$
    DECLARE
        before bigint; during bigint;
    BEGIN
        before = context_memory();
        EXECUTE format('SELECT context_memory() FROM %s LIMIT 1', query) INTO during;
        RETURN during - before;
    END \$\$});
Surface::make_data($node, 200);
Surface::make_values($node);
my @types = Surface::types($node);
my %own = map { $_ => 1 } @types;

# Sorting compares n log n times before its memory is given back: stored states of some 100 kB, which each comparison
# detoasts.
new_data(4000, 2000);
my $detoasted = 0;
for my $type (@types)
{
    my $size = query(qq{SELECT CASE WHEN typlen = -1 THEN (SELECT raw_size(value) FROM "big_$type") ELSE 0 END FROM pg_type WHERE oid = '$type'::regtype});
    next if $size < 8000; # small ones are not stored elsewhere
    query(qq{CREATE TABLE "many_$type" AS SELECT value FROM "big_$type", generate_series(1, 32)});
    my $kept = query(qq{SELECT left_behind('(SELECT value FROM "many_$type" ORDER BY value) AS sorted')});
    cmp_ok($kept, '<', 400_000 + 3 * $size, "$type: bytes kept after 32 values of $size bytes were sorted");
    query(qq{DROP TABLE "many_$type"});
    $detoasted++;
}
cmp_ok($detoasted, '>=', 10, "$detoasted types have values that are stored compressed or elsewhere");

# Functions that return rows: what is left when the last row was put is what they need for all customers together, not what
# each row needed: so many bytes a row beside the state and what one call needs, such as a memory of values of a model.
my %needs = (rfm_scores => 64,    # the values to score, their order and the scores
    reason_changes => 80); # the reasons of both periods side by side, and the p values
my $most = 24;
# A value of all customers is unpacked to be read: so many bytes for each of them, or of the reasons.
my %unpacked = (customers => 72, cohorts => 40, cohort_returns => 64, cohort_revenue => 96, mrr => 96, reasons => 48);
my $customers = 30_000;
new_data($customers, $customers);
query('SET work_mem = 64');
my $reports = 0;
for my $function (grep { $_->{set} } Calls::functions($node))
{
    my $call = Calls::call_of($function, %own) or next;
    my $rows = join ', ', @{ $call->{from} }, "$call->{call} AS r";
    my ($status, $count) = $node->psql('postgres', "SELECT count(*) FROM $rows");
    next if $status || $count < $customers / 4;
    my $size = query('SELECT ' . join(' + ', 0, map { /(\w+)$/ ? "raw_size($1.value)" : () } @{ $call->{from} }) . " FROM " . join(', ', @{ $call->{from} }));
    my $kept = query("SET work_mem = 64; SELECT left_behind(\$q\$$rows\$q\$)");
    my ($of) = map { /big_(\w+?)(?:_uuid|_text)?_state/ ? $unpacked{$1} // () : () } @{ $call->{from} };
    my $limit = ($needs{ $function->{name} } // $most) + ($of // 0) * $customers / $count;
    cmp_ok(($kept - $size - 300_000) / $count, '<', $limit, "$function->{signature}: bytes kept for each of $count rows");
    $reports++;
}
cmp_ok($reports, '>=', 8, "$reports functions return a row for each customer");

# Contexts that live as long as the session hold nothing of ours afterwards.
new_data(200, 101);
my $contexts = q{SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'CacheMemoryContext')};
my $everything = join ";\n", map { $_->{sql} } Calls::statements($node);
my $rounds = $long ? 5 : 1;
my ($status, $out) = $node->psql('postgres', "\\set QUIET on\n\\o /dev/null\n$everything;\n$everything;\n\\o\n$contexts;\n\\o /dev/null\n" . "$everything;\n" x $rounds . "\\o\n$contexts;", on_error_stop => 0);
my ($before, $after) = $out =~ /^(\d+)$/mg;
cmp_ok($after - $before, '<', 100_000, "bytes gained by contexts of the session when everything was called $rounds more times");
unless ($long)
{
    note('CM_LONG=1 test/check memory: a million calls of each function, states on disk, states of 1 GB');
    done_testing();
    exit;
}
my $calls = 1_000_000;

# Many calls in one statement, for each function and aggregate a session of its own: bytes gained from the first tenth
# of the calls to the last, which no fixed cost (loading, catalogue, plans) explains.
sub gains
{
    my ($what, $statement) = @_; # of the number of calls
    my $few = $statement->($calls / 10);
    my $many = $statement->($calls);
    my ($status, $out, $err) = $node->psql('postgres', "$few \\; $few \\; SELECT resident_memory() AS before \\gset\n $many;\n SELECT (resident_memory() - :before) / 1024");
    return if $status; # refused: not our question here
    my $gained = (split /\n/, $out)[-1];
    cmp_ok($gained, '<', 600, "$what: kB gained by $calls calls");
}

for my $function (Calls::functions($node, private => 1))
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

# Many states that together outgrow work_mem: the same numbers, from disk.
query('DROP TABLE data');
Surface::make_data($node, 400_000, 3000);
for my $aggregate (Surface::aggregates($node))
{
    next unless $own{ $aggregate->{result} } && $aggregate->{types}[0] =~ /^(bigint|date|timestamp.*|metric_moment|double precision|boolean)$/;
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
for my $type (map { $_->{types}[0] } grep { $_->{name} eq 'rollup' } Surface::aggregates($node))
{
    my ($bytes, $state, $message) = split /\|/, query("SELECT * FROM grow('$type', 2000000000)");
    like($state, qr/^(00000|54000|22003)$/, "$type: grown from $bytes bytes by rolling up: $state $message");
}
my %driven;
for my $aggregate (Surface::aggregates($node))
{
    next unless $aggregate->{signature} =~ /\(text,/ && $aggregate->{sane} =~ /label/ && $own{ $aggregate->{result} } && !$driven{ $aggregate->{result} }++;
    my $sane = $aggregate->{sane} =~ s/label/repeat(md5(n::text), 3200)/r;
    my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT pg_column_size($aggregate->{name}($sane)) FROM generate_series(1, 12000) AS n, (SELECT * FROM data WHERE i = 21) AS data");
    like($err, qr/ERROR:  54000: a value of type $aggregate->{result} would exceed 1 GB\n(?:DETAIL:.*\n)?HINT/, "$aggregate->{signature}: past 1 GB") or diag("$out $err");
}
# A state whose text would pass 1 GB, which no dump could write, though it has a tenth of that: refused when it is built.
query("CREATE TABLE wide AS SELECT funnel_events_agg(timestamptz '2024-01-01' + g * interval '1 s', c, g, NULL) AS value FROM (SELECT array_fill(true, ARRAY[64]) AS c OFFSET 0) AS a, generate_series(1::bigint, 10000) AS g");
is(query('SELECT pg_column_size(rollup(value)) > 100000000 FROM wide, generate_series(1, 450)'), 't', 'a funnel of 64 conditions, as large as its text allows');
($status, $out, my $refused) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT pg_column_size(rollup(value)) FROM wide, generate_series(1, 560)");
like($refused, qr/ERROR:  54000: the text of a value of type funnel_state would exceed 1 GB\nDETAIL:.*\nHINT:  Keep several values/, 'and past it');
is(query('SELECT 1'), '1', 'the server lives');
done_testing();
