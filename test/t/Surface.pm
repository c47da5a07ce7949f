# The public surface of the extension, read from the catalogue, and sane arguments for all of it: tests that go
# over everything need not be told of a new metric, unless it has an argument of a new kind.
package Surface;

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use Test::More;

# A sane value for an argument of an aggregate: by name, or by type; over a row of the table "data" of make_data.
my %by_name = (
    active_at_start => 'flag', active_at_end => 'other_flag', hit => 'flag', score => 'score',
    amount => 'amount', at => 'at', started => 'day', ended => 'later_day', customer_id => 'id', period => "'month'",
    zone => "'UTC'", kind => "'revenue'", currency => "'CNY'",
);
my %by_type = (
    boolean => 'flag', smallint => 'score', integer => 'score', bigint => 'number', 'double precision' => 'score',
    numeric => 'amount', date => 'day', 'timestamp with time zone' => 'at', text => 'label', uuid => 'identity',
    interval => 'span', metric_moment => 'at', metric_option => "'month'", 'timestamp without time zone' => "at AT TIME ZONE 'UTC'", 'double precision[]' => 'ARRAY[score, number, abs(number - 7)]',
);

# The score of these has a scale of 0 to 10, which a score of 1 to 5 would not reach the ends of.
my %graded = map { $_ => 1 } qw(nps survey_agg);

# Sane values where name and type are not enough: "aggregate(types)" => arguments. See arguments.pm.
our %special = %{ do './test/t/arguments.pm' or die "arguments.pm: $@ $!" };

sub start
{
    my ($name, %options) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);

    $node->init(%options, extra => [ '-E', 'UTF8', '--locale=C' ]);
    $node->append_conf('postgresql.conf', "max_parallel_workers_per_gather = 0\nfsync = off\n");
    $node->start;
    $node->safe_psql('postgres', 'CREATE EXTENSION customer_metrics');
    return $node;
}

# Rows for the aggregates, with NULLs (of ids too, in all three types), ties and negative money; g makes groups.
sub make_data
{
    my ($node, $rows, $customers, $database) = @_;
    $customers //= 101;
    $node->safe_psql($database // 'postgres', qq{
        CREATE TABLE data AS
        SELECT i, i % 7 AS g, CASE WHEN i % 37 <> 11 THEN 1 + (i * 7919::bigint % $customers) END AS id,
               CASE WHEN i % 11 <> 3 THEN 1 + i * 13 % 37 % 5 END AS score,
               CASE WHEN i % 12 <> 3 THEN i * 17 % 41 % 11 END AS grade,
               (i * 31::bigint % 19) AS number,
               CASE WHEN i % 13 <> 5 THEN i % 3 > 0 END AS flag, CASE WHEN i % 17 <> 5 THEN i % 5 > 0 END AS other_flag,
               CASE WHEN i % 19 <> 7 THEN ((i * 37::bigint % 2003) - 100)::numeric / 100 END AS amount,
               CASE WHEN i % 23 <> 9 THEN date '2024-01-01' + i % 10000 * 41 % 600 END AS day,
               date '2025-10-01' + i % 10000 * 43 % 400 AS later_day,
               CASE WHEN i % 29 <> 9 THEN timestamptz '2024-01-01 00:00+00' + (i * 7727::bigint % 800000) * interval '1 minute' END AS at,
               timestamptz '2026-01-01 00:00+00' + (i * 7727::bigint % 800000) * interval '1 minute' AS later_at,
               CASE WHEN i % 37 <> 11 THEN 'c' || i * 7919::bigint % $customers END AS label,
               CASE WHEN i % 37 <> 11 THEN md5((i * 7919::bigint % $customers)::text)::uuid END AS identity,
               (i * 41::bigint % 90) * interval '1 day' AS span
        FROM generate_series(1, $rows) AS i;
        ALTER TABLE data SET (parallel_workers = 2);
        CREATE UNIQUE INDEX ON data (i);
        ANALYZE data;
    });
}

# Every aggregate: name, signature (types), arguments (types), sane arguments, result type.
sub aggregates
{
    my ($node) = @_;
    my @found;
    for my $row (split /\n/, $node->safe_psql('postgres', q{
        SELECT p.proname, p.oid::regprocedure,
               (SELECT string_agg(coalesce(p.proargnames[n], '') || '=' || format_type(t, NULL), ';' ORDER BY n)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n)),
               format_type(p.prorettype, NULL)
        FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
        WHERE p.prokind = 'a' AND p.proname NOT LIKE '\_%' ORDER BY p.oid::regprocedure::text COLLATE "C"}))
    {
        my ($name, $signature, $arguments, $result) = split /\|/, $row;
        my (@types, @values);
        for (split /;/, $arguments)
        {
            my ($argument, $type) = split /=/;
            push @types, $type;
            push @values, $graded{$name} ? "grade::$type" : sane_value($argument, $type);
        }
        push @found, { name => $name, signature => $signature, types => \@types, values => \@values, result => $result };
        $found[-1]{sane} = exists $special{$signature} ? $special{$signature} : (grep { !defined } @values) ? '' : join ', ', @values;
    }
    give_states(@found);
    return @found;
}

# A value of a row of data for an argument; undef for types of ours.
sub sane_value
{
    my ($name, $type) = @_;
    my $value = $by_name{$name} // $by_type{$type};
    $value = $by_type{$type} if $name eq 'customer_id' && $type ne 'bigint' || $name eq 'at' && $type ne 'timestamp with time zone';
    return defined $value ? "($value)::$type" : undef;
}

# The arguments in a list of SQL expressions.
sub split_arguments
{
    my ($list) = @_;
    my ($depth, @found) = (0, '');
    for my $token ($list =~ /'(?:[^']|'')*'|"[^"]*"|./gs)
    {
        $depth += $token =~ /^[(\[]$/ ? 1 : $token =~ /^[)\]]$/ ? -1 : 0;
        if ($token eq ',' && $depth == 0) { push @found, '' }
        else { $found[-1] .= $token }
    }
    return map { s/^\s+|\s+$//gr } @found;
}

# How people call an aggregate whose rows lie in a table: options and such are constants, the other arguments columns a1, a2, ...
# Of types that are only arguments (metric_...) there are no columns: they have the type of what is given. Returns the columns
# with their types, expressions over data for them, and the call.
sub call_over_table
{
    my ($node, $aggregate) = @_;
    my ($types, @given) = ($aggregate->{types}, split_arguments($aggregate->{sane}));
    my (@columns, @rows, @arguments);
    is(scalar @given, scalar @$types, "$aggregate->{signature}: as many arguments as types") if @given != @$types;
    for my $n (0 .. $#given)
    {
        my $expression = $given[$n] =~ s/::metric_\w+$//r;
        if ($types->[$n] =~ /^metric_/ && $expression =~ /^\(?('[^']*')\)?$/)
        {
            push @arguments, $1;
            next;
        }
        my $type = $types->[$n] !~ /^metric_/ ? $types->[$n] : $node->safe_psql('postgres', "SELECT pg_typeof($expression) FROM data LIMIT 1");
        push @columns, "a@{[ $n + 1 ]} $type";
        push @rows, $expression;
        push @arguments, 'a' . ($n + 1);
    }
    return (join(', ', @columns), join(', ', @rows), "$aggregate->{name}(" . join(', ', @arguments) . ')');
}

# A state as an argument is what the first aggregate that makes such states of plain rows makes of that one row.
sub give_states
{
    my @aggregates = @_;
    my %maker;
    for my $aggregate (grep { $_->{sane} ne '' } @aggregates)
    {
        $maker{ $aggregate->{result} } //= "(SELECT $aggregate->{name}($aggregate->{sane}) FROM data AS one WHERE one.i = data.i)";
    }
    for my $aggregate (grep { $_->{sane} eq '' } @aggregates)
    {
        my ($types, $values) = @$aggregate{qw(types values)};
        $aggregate->{sane} = join ', ', map { $values->[$_] // $maker{ $types->[$_] } // '?' } 0 .. $#$types;
    }
}

# The types users can store (those that are only arguments begin with metric_), and some values of each as SQL expressions.
sub types
{
    my ($node) = @_;
    return split /\n/, $node->safe_psql('postgres', q{
        SELECT t.oid::regtype FROM pg_type AS t
        JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
        WHERE t.typtype = 'b' AND t.typelem = 0 AND t.typname NOT LIKE 'metric\_%' ORDER BY t.typname COLLATE "C"});
}

# Table values_of(type, value text): values of every type, from the aggregates that make it and from arguments.pm.
sub make_values
{
    my ($node) = @_;
    my %known = map { $_ => 1 } types($node);
    $node->safe_psql('postgres', 'CREATE TABLE values_of (type text, value text)');
    for my $aggregate (aggregates($node))
    {
        next unless $known{ $aggregate->{result} } && !grep { $known{$_} } @{ $aggregate->{types} };
        my ($status, undef, $error) = $node->psql('postgres', qq{
            INSERT INTO values_of
            SELECT DISTINCT '$aggregate->{result}', value::text
            FROM (SELECT $aggregate->{name}($aggregate->{sane}) AS value FROM data WHERE i <= 60 GROUP BY g
                  UNION ALL SELECT $aggregate->{name}($aggregate->{sane}) FROM data WHERE false
                  UNION ALL SELECT $aggregate->{name}($aggregate->{sane}) FROM data WHERE i = 1) AS v
            WHERE value IS NOT NULL});
        fail("$aggregate->{signature}: its arguments in Surface.pm or arguments.pm are not sane: $error") if $status;
    }
    for my $type (sort keys %known)
    {
        for my $expression (@{ $special{"values of $type"} // [] })
        {
            $node->safe_psql('postgres', "INSERT INTO values_of SELECT '$type', ($expression)::${type}::text");
        }
    }
    for my $type (sort keys %known)
    {
        my $count = $node->safe_psql('postgres', "SELECT count(*) FROM values_of WHERE type = '$type'");
        ok($count > 0, "there are $count values of type $type to try (else name some in arguments.pm)");
    }
}

# Function try_mutations of test/modules/mutate.c, and table seeds_of(type, is_binary, seeds) from values_of: what it mutates.
sub make_mutations
{
    my ($node) = @_;
    $node->safe_psql('postgres', qq{
        CREATE FUNCTION try_mutations(type regtype, is_binary boolean, seeds bytea[], tries bigint, seed bigint,
            OUT tried bigint, OUT accepted bigint, OUT wrong bigint, OUT example text, OUT texts text[])
        AS '$ENV{CM_MODULES}/mutate' LANGUAGE C STRICT;
        CREATE TABLE seeds_of (type text, is_binary boolean, seeds bytea[])});
    for my $type (types($node))
    {
        my $sender = $node->safe_psql('postgres', "SELECT typsend FROM pg_type WHERE oid = '$type'::regtype");
        $node->safe_psql('postgres', qq{
            INSERT INTO seeds_of
            SELECT '$type', is_binary, array_agg(CASE WHEN is_binary THEN $sender(value::$type) ELSE convert_to(value, 'UTF8') END ORDER BY value COLLATE "C")
            FROM values_of, (VALUES (false), (true)) AS f(is_binary) WHERE type = '$type' AND length(value) < 2000 GROUP BY 2});
    }
}

1;
