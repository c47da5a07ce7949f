# The measurements of test/growth: growth.pl ROWS [NAME...]
use strict;
use warnings;
use Surface;
use Calls;
use PostgreSQL::Test::Utils;
use Test::More;

$SIG{$_} = sub { exit 1 } for qw(INT TERM); # so that the server is stopped
my ($rows, @names) = @ARGV;
my $most = 1.3;     # the exponent
my $fast = 0.025;   # seconds over 4n rows, which no exponent is taken of
my $patience = 10;  # seconds for a statement
my ($measured, $quick, $refused) = (0, 0, 0);

my $node = Surface::start('growth');
$node->append_conf('postgresql.conf', "jit = off\nwork_mem = '256MB'\nshared_buffers = '256MB'\nautovacuum = off\n");
$node->restart;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

query(qq{
    CREATE FUNCTION processor_time() RETURNS double precision AS '$ENV{CM_MODULES}/limit' LANGUAGE C VOLATILE;
    -- Seconds and rows out of a query that counts its rows, over n, 2n and 4n rows: \$N in it is how many, \$K is 1, 2 or 4.
    CREATE FUNCTION measure(query text, n bigint, OUT seconds double precision[], OUT counts bigint[], OUT refusal text)
    LANGUAGE plpgsql AS \$\$
    DECLARE
        began double precision; took double precision; best double precision; found bigint;
    BEGIN
        FOR k IN 0 .. 2 LOOP
            best = 1e9;
            FOR try IN 1 .. 3 LOOP
                began = processor_time();
                EXECUTE replace(replace(query, '\$N', (n << k)::text), '\$K', (1 << k)::text) INTO found;
                took = processor_time() - began;
                best = least(best, took);
                EXIT WHEN took > 0.1;
            END LOOP;
            seconds[k + 1] = best;
            counts[k + 1] = found;
        END LOOP;
    EXCEPTION WHEN program_limit_exceeded THEN
        refusal = SQLERRM;
    END \$\$});

sub wanted { my ($title) = @_; return !@names || grep { index($title, $_) >= 0 } @names }

sub measure
{
    my ($sql, $n) = @_;
    my $seconds = $n > $rows / 100 ? $patience : 10 * $patience;
    return $node->psql('postgres', "SET statement_timeout = '${seconds}s'; SELECT array_to_string(seconds, ' '), array_to_string(counts, ' '), refusal FROM measure(\$q\$$sql\$q\$, $n)");
}

sub report
{
    my ($title, $sql) = @_;
    return unless wanted($title);
    my $n = $rows;
    my ($status, $out, $error) = measure($sql, $n);
    while ($status && $error =~ /timeout/ && $n > $rows / 100) # slow, which is another question
    {
        $n = int($n / 10);
        $sql =~ s/\bk = (1*)\$K\b/k = 1$1\$K/g; # 1, 11, 111 are of n, n/10, n/100 rows
        ($status, $out, $error) = measure($sql, $n);
    }
    if ($status)
    {
        fail("$title: " . ($error =~ /timeout/ ? "more than $patience seconds" : $error =~ s/\n.*//sr));
        return;
    }
    my ($seconds, $exponent);
    for my $try (1 .. 3) # a busy machine may spoil one
    {
        my ($took, $counts, $refusal) = split /\|/, $out;
        if ($refusal)
        {
            $refused++;
            note("$title: refused: $refusal");
            return;
        }
        my @seconds = split / /, $took;
        my @sizes = map { $n * (1, 2, 4)[$_] + (split / /, $counts)[$_] } 0 .. 2;
        if ($seconds[2] < $fast)
        {
            $quick++;
            return;
        }
        # Where most rows come out and are as many each time, such as those of all days, an exponent is of nothing.
        my $found = log($seconds[2] / $seconds[0]) / log($sizes[2] / $sizes[0] < 2 ? 2 : $sizes[2] / $sizes[0]);
        ($exponent, $seconds) = ($found, $took) if !defined $exponent || $found < $exponent;
        last if $exponent < $most;
        ($status, $out, $error) = measure($sql, $n);
        last if $status;
    }
    $measured++;
    cmp_ok($exponent, '<', $most, sprintf('%s: %.2f, of %s s', $title, $exponent, join ', ', map { sprintf '%.3f', $_ } split / /, $seconds));
}

# Rows as arguments.pm expects them; i times a prime, modulo their number, is another number for each i, in no order.
sub make_rows
{
    my ($shape) = @_;
    my $all = 4 * $rows;
    my ($days, $id) = $shape eq 'one customer' ? (700_000, '7') : (600, '1 + shuffled');
    my $first = $shape eq 'one customer' ? '0100-01-01' : '2024-01-01';
    my $minutes = $days * 1440;
    query(qq{
        DROP TABLE IF EXISTS data;
        CREATE TABLE data AS
        SELECT i, i % 7 AS g, id,
               CASE WHEN i % 11 <> 3 THEN (1 + shuffled % 5)::int END AS score, CASE WHEN i % 12 <> 3 THEN (shuffled % 11)::int END AS grade,
               shuffled % 97 AS number,
               CASE WHEN i % 13 <> 5 THEN i % 3 > 0 END AS flag, CASE WHEN i % 17 <> 5 THEN i % 5 > 0 END AS other_flag,
               CASE WHEN i % 19 <> 7 THEN (shuffled - 100)::numeric / 100 END AS amount,
               CASE WHEN i % 23 <> 9 THEN date '$first' + (shuffled * 7919 % $days)::int END AS day,
               date '2025-10-01' + (shuffled % 400)::int AS later_day,
               CASE WHEN i % 29 <> 9 THEN timestamptz '$first 00:00+00' + (shuffled * 104729 % $minutes) * interval '1 minute' END AS at,
               timestamptz '2026-01-01 00:00+00' + (shuffled * 104729 % 800000) * interval '1 minute' AS later_at,
               'c' || id AS label, md5(id::text)::uuid AS identity, (shuffled % 90000) * interval '1 hour' AS span
        FROM (SELECT i, shuffled, $id AS id FROM (SELECT i, i * 40503::bigint % $all AS shuffled FROM generate_series(1, $all) AS i) AS s) AS rows;
        CREATE UNIQUE INDEX ON data (i);
        ANALYZE data});
}

my @types = Surface::types($node);
my %own = map { $_ => 1 } @types;

# The values of a type that functions are tried with until one does: what aggregates make of the first rows, each by the day,
# and for types of no rows those of arguments.pm.
my %variants;
sub variants_of
{
    my ($type) = @_;
    my %seen;
    return $variants{$type} if $variants{$type};
    my @of_rows = (map { "(SELECT $_->{name}(" . ($_->{sane} =~ s/grade/score/r =~ s/'(?:month|quarter|year|week[a-z:]*)'/'day'/gr) . ') FROM data WHERE i <= rows)' }
          sort { ($b->{signature} =~ /bigint|_by_/) <=> ($a->{signature} =~ /bigint|_by_/) } grep { my $a = $_; $a->{result} eq $type && $type ne 'customer_model' && !(grep { $own{$_} } @{ $a->{types} }) && !$seen{ $a->{name} }++ } Surface::aggregates($node));
    return $variants{$type} = @of_rows ? \@of_rows : [ map { "(($_)::$type)" } @{ $Surface::special{"values of $type"} // [] } ];
}

sub make_big # big_TYPE_V for each variant V: over n, 2n and 4n rows, and tenths and hundredths of them
{
    my ($type) = @_;
    my $v = 0;
    for my $variant (@{ variants_of($type) })
    {
        my ($status, undef, $error) = $node->psql('postgres', qq{DROP TABLE IF EXISTS "big_${type}_$v"; CREATE TABLE "big_${type}_$v" AS SELECT k, $variant AS value
            FROM unnest('{1,2,4,11,12,14,111,112,114}'::int[]) AS k, LATERAL (SELECT k % 10 * ($rows / 10 ^ (length(k::text) - 1)) AS rows) AS r});
        fail("big_${type}_$v: $error") if $status;
        $v++;
    }
}

# The FROM clauses of a call with values that it takes.
sub values_for
{
    my ($call, $set) = @_;
    my @choices = ([]);
    for my $from (@{ $call->{from} })
    {
        my ($type, $alias) = $from =~ /"big_(\w+)" AS (s\d+)/ or return [ '(SELECT * FROM data WHERE i <= $N) AS data' ];
        @choices = map { my $so_far = $_; map { [ @$so_far, qq{(SELECT value FROM "big_${type}_$_" WHERE k = \$K OFFSET 0) AS $alias} ] } 0 .. $#{ variants_of($type) } } @choices;
    }
    my $error = 'there is no value';
    for my $choice (@choices)
    {
        my $list = join(', ', @$choice) =~ s/\$K/111/gr;
        (my $status, undef, $error) = $node->psql('postgres', $set ? "SELECT count(*) FROM $list, $call->{call} AS r" : "SELECT $call->{call} FROM $list");
        return $choice unless $status;
    }
    fail("$call->{call}: " . $error =~ s/\n.*//sr);
    return;
}

for my $shape ('many customers', 'one customer')
{
    make_rows($shape);
    for my $aggregate (grep { $_->{name} ne 'rollup' } Surface::aggregates($node))
    {
        report("$aggregate->{signature}, $shape", "SELECT count(r) FROM (SELECT $aggregate->{name}($aggregate->{sane}) AS r FROM data WHERE i <= \$N) AS s");
    }
    for my $type (@types)
    {
        my ($maker) = grep { /FROM data/ } @{ variants_of($type) } or make_big($type), next;
        if (wanted("rollup($type), $shape") && grep { $_->{name} eq 'rollup' && $_->{types}[0] eq $type } Surface::aggregates($node))
        {
            my $one = $maker =~ s/^\(SELECT (.*) FROM data WHERE i <= rows\)$/$1/sr;
            query("DROP TABLE IF EXISTS parts; CREATE TABLE parts AS SELECT i, $one AS value FROM data GROUP BY i ORDER BY i; CREATE UNIQUE INDEX ON parts (i); ANALYZE parts");
            report("rollup($type), $shape", "SELECT count(r) FROM (SELECT rollup(value) AS r FROM parts WHERE i <= \$N) AS s");
        }
        make_big($type);
        my $value = qq{(SELECT value FROM "big_${type}_0" WHERE k = \$K OFFSET 0) AS s};
        report("$type to text, $shape", "SELECT length(value::text) - length(value::text) FROM $value");
        report("$type from text, $shape", "SELECT count(t::$type) FROM (SELECT value::text AS t FROM $value OFFSET 0) AS t");
        report("$type sent, $shape", "SELECT length(_${type}_send(value)) * 0 FROM $value");
        report("$type as json, $shape", "SELECT count(value::json) FROM $value") if query("SELECT count(*) FROM pg_cast WHERE castsource = '$type'::regtype AND casttarget = 'json'::regtype");
    }
    for my $function (Calls::functions($node))
    {
        my $call = Calls::call_of($function, %own) or next;
        next unless @{ $call->{from} } && wanted("$function->{signature}, $shape");
        my $values = values_for($call, $function->{set}) or next;
        my $list = join ', ', @$values;
        report("$function->{signature}, $shape", $function->{set} ? "SELECT count(*) FROM $list, $call->{call} AS r" : "SELECT count(r) FROM (SELECT $call->{call} AS r FROM $list) AS s");
    }
}

# Ids that somebody has chosen: all have one hash, which is reckoned backwards (map_mix in src/core/map_internal.h).
my $chosen = 'ids of one hash';
if (wanted("customers_agg, $chosen") || wanted("cohorts_agg, $chosen"))
{
    query(qq{
        CREATE FUNCTION times(a numeric) RETURNS numeric LANGUAGE sql RETURN mod(a * 14982988110149298331, 18446744073709551616);
        CREATE FUNCTION folded(a numeric) RETURNS numeric LANGUAGE sql
        RETURN div(a, 4294967296) * 4294967296 + (mod(a, 4294967296)::bigint # div(a, 4294967296)::bigint);
        CREATE TABLE chosen AS SELECT i, (CASE WHEN x >= 9223372036854775808 THEN x - 18446744073709551616 ELSE x END)::bigint AS id
            FROM generate_series(1, 4 * $rows) AS i, folded(times(folded(times(305419896::numeric * 4294967296 + i)))) AS x});
    report("customers_agg, $chosen", "SELECT count(r) FROM (SELECT customers_agg(id, date '2024-01-01', 1) AS r FROM chosen WHERE i <= \$N) AS s");
    report("cohorts_agg, $chosen", "SELECT count(r) FROM (SELECT cohorts_agg(id, date '2024-01-01', 'day') AS r FROM chosen WHERE i <= \$N) AS s");
}
ok($measured + $quick + $refused > 0, "$measured measured, $quick fast enough, $refused refused by a limit");
done_testing();
