# The law of bases: for every report that has one, report(rollup(base(value, ...))) over values of any shards of the customers
# is report(value of all, ...), to the last bit. Read from the catalogue: a function NAME_base that gives a report_base_state,
# the functions whose comment says that they read it, and the report of the same name over the value. States pass through text,
# binary form and rollups in other orders on their way, and the JSON of each is read.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

# What an argument is given, by its name: the first, and then one after the other in its place.
my %values = (
    as_of => [qw('2024-04-17'::timestamp '2024-03-01'::timestamp '2024-09-30'::timestamp '1990-01-01'::timestamp)],
    'as_of:metric_moment' => [qw('2027-03-05'::timestamptz NULL '2024-03-01'::timestamptz)],
    mode => [qw('on' 'on_or_after' 'on_or_before' 'streak')],
    reference => [qw('first' 'previous')],
    beginnings => [qw('first' 'every')],
    lookback => [qw(1 3)],
    periods => [qw(28 3 400)],
    weekly => [qw(7 2)], monthly => [qw(30 91)],
    confidence => [qw(0.95 0.5)],
    window_start => [qw('2024-01-01'::timestamp)], next_start => [qw('2024-02-01'::timestamp)],
    next_end => [qw('2024-03-01'::timestamp)], window_end => [qw('2024-03-01'::timestamp)],
    among => [qw('all' 'first')],
    brackets => [ "'{1,8,31}'::bigint[]", "'{0,1,2,400}'::bigint[]" ],
    period => [qw('month' 'week' 'day' 'year:april')],
    method => [qw('daily' 'net')],
    denominator => [qw('start' 'average' 'end' 'exposure' 'start_and_joined')],
    before => [ "'12 months'::interval", "'30 days'::interval" ],
    cuts => [ "'1:900,850,800,700/1,5,9,20/0,5,50,200'::rfm_cuts", "'1:100,30/2,5/10,never'::rfm_cuts" ],
    frequency => [qw('orders' 'days')], monetary => [qw('revenue' 'average')],
    map => [qw('rf10'::text 'cells11'::text)], 'map:rfm_map' => [ q{'1:5:1 "good" 4-5/1-5/1-5;2 "other" 1-3/1-5/1-5'::rfm_map} ], lang => [qw('en' 'zh')],
    rules => [ "'steps=3'::funnel_ruleset", "'within=30 days, steps=3'::funnel_ruleset", "'steps=3, entry=first'::funnel_ruleset", "'steps=3, count=totals, within=9 days'::funnel_ruleset" ],
    names => [ 'NULL', "'{a,b,c}'::text[]" ],
    counted => [qw('order' 'day')],
    cac => [qw(5.5)], margin => [qw(1 0.25)],
    stages => [qw(3 NULL)], since => [ 'NULL', "'2024-06-01'::timestamptz" ],
);

my $node = Surface::start('bases');
Surface::make_data($node, 700, 41);
sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }
my @shards = ('customer_shard(id, 3)', 'customer_shard(label, 20)', 'CASE WHEN id % 2 = 0 THEN id END');

# Random data: of each customer some rows, at random, of which the sane arguments of aggregates make values.
query(q{SELECT setseed(0.11);
    UPDATE data SET day = date '2024-01-01' + (random() * random() * 120)::int WHERE day IS NOT NULL;
    UPDATE data SET later_day = day + (random() * 90)::int, at = day + random() * interval '20 days' WHERE day IS NOT NULL AND at IS NOT NULL});

sub functions # rows of: name, signature, comment, result is a set, [name, type, has a default] of each argument
{
    my ($where) = @_;
    return map {
        my ($name, $signature, $comment, $arguments) = split /\|/;
        { name => $name, signature => $signature, comment => $comment, arguments => [ map { [ split /=/ ] } split /;/, $arguments ] }
    } split /\n/, query(qq{
        SELECT p.proname, p.oid::regprocedure, coalesce(obj_description(p.oid), ''),
               (SELECT string_agg(format('%s=%s', coalesce(p.proargnames[n], ''), format_type(t, NULL)), ';' ORDER BY n)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n))
        FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
        WHERE p.prokind = 'f' AND p.proname NOT LIKE '\\_%' AND $where ORDER BY p.oid::regprocedure::text COLLATE "C"});
}

sub named # the arguments behind the first as name => value; what %given says, else the first value
{
    my ($arguments, $given) = @_;
    return map {
        my ($name, $type) = @$_;
        my $known = $values{"$name:$type"} // $values{$name};
        fail("argument $name has no value in bases.pl") if !$known;
        ", $name => " . ($given->{$name} // $known->[0]);
    } @$arguments;
}

my @bases = functions(q{p.prorettype = 'report_base_state'::regtype AND p.proname LIKE '%\\_base'});
my @readers = functions(q{p.proargtypes[0] = 'report_base_state'::regtype AND p.prorettype <> 'json'::regtype});
my (%makers, %read);
push @{ $makers{ $_->{result} } }, $_ for grep { $_->{name} !~ /rollup|_from_|_currency_/ } Surface::aggregates($node);
for my $reader (@readers)
{
    $reader->{comment} =~ /from the rolled up (\w+) of each/ ? push @{ $read{$1} }, $reader : fail("$reader->{signature}: its comment does not say which base it reads");
}
ok(@bases > 10, @bases . ' functions make bases');

sub variations # lists of name and value: none, then each further value of each argument
{
    return ([], map { my $a = $_; my $known = $values{"$a->[0]:$a->[1]"} // $values{ $a->[0] } // ['']; map { [ $a->[0], $_ ] } @{$known}[ 1 .. $#$known ] } @_);
}

# All rows of a report as one text.
sub rows { my ($call) = @_; return "(SELECT coalesce(string_agg(r::text, E'\\n' ORDER BY i), '') FROM $call WITH ORDINALITY AS f, LATERAL (SELECT f, f.ordinality) AS s(r, i))" }

# A word after the file's name: only bases whose names have it.
for my $base (grep { !@ARGV || $_->{name} =~ /$ARGV[0]/ } @bases)
{
    my (undef, @arguments) = @{ $base->{arguments} };
    my $type = $base->{arguments}[0][1];
    # Values of purchases keep sums, which have no past: as_of lies behind all rows.
    local $values{as_of} = [qw('2026-06-30'::timestamp '2027-03-01'::timestamp)] if $type =~ /^customers/;
    subtest $base->{signature} => sub {
        ok($read{ $base->{name} }, 'something reads it') or return;
        my $works = 0;
        for my $maker (@{ $makers{$type} })
        {
            # Values of the whole and of the shards, for each way of sharding, and of no rows.
            my $value = "$maker->{name}($maker->{sane})" =~ s/\(number,/(id,/r; # the id that shards are made of
            $value =~ s/'(month|week:sunday|quarter|year)'/'day'/ if $base->{name} =~ /dau|purchase/;
            my $sql = "DROP TABLE IF EXISTS whole, parts, outcomes; CREATE UNLOGGED TABLE whole AS SELECT $value AS value FROM data; CREATE TABLE parts (sharding int, value $type); CREATE TABLE outcomes (title text, right_ boolean);";
            $sql .= "INSERT INTO parts SELECT $_, $value FROM data GROUP BY $shards[$_] UNION ALL SELECT $_, $value FROM data WHERE false;" for 0 .. $#shards;
            query($sql);
            my ($refused) = $node->psql('postgres', "SELECT $base->{name}(value" . join('', named(\@arguments, {})) . ') FROM whole');
            next if $refused; # such as activity by month where days are needed
            $works++;
            $sql = '';
            for my $vary ($type =~ /_(uuid|text)_state/ ? [] : variations(@arguments))
            {
                my %given = @$vary;
                next if ($given{mode} // '') eq q('on_or_before') && ($given{reference} // '') eq q('previous');
                my $call = "$base->{name}(value" . join('', named(\@arguments, \%given)) . ')';
                my $title = ($call =~ s/'/''/gr);
                $sql .= qq{
                    DROP TABLE IF EXISTS of_whole, of_parts, sent;
                    CREATE UNLOGGED TABLE of_whole AS SELECT $call AS base FROM whole; CREATE TABLE of_parts AS SELECT sharding, $call AS base FROM parts;
                    CREATE TABLE sent (LIKE of_parts);
                    COPY of_parts TO '@{[ $node->data_dir ]}/sent' (FORMAT binary); COPY sent FROM '@{[ $node->data_dir ]}/sent' (FORMAT binary);
                    INSERT INTO outcomes SELECT '$title is that of its parts ' || sharding, rollup(s.base) = w.base AND rollup(s.base ORDER BY md5(s.base::text))::text = w.base::text FROM sent AS s, of_whole AS w GROUP BY sharding, w.base;
                    INSERT INTO outcomes SELECT '$title as text and JSON', base::text::report_base_state = base AND (base::json ->> 'report') || '_base' = '$base->{name}' FROM of_whole;
                };
                for my $reader (@{ $read{ $base->{name} } })
                {
                    my (undef, @own) = @{ $reader->{arguments} };
                    my %mine = map { $_->[0] => 1 } @arguments;
                    my @shared = grep { !$mine{ $_->[0] } } @own;
                    for my $other (@$vary ? [] : variations(@own))
                    {
                        my %all = (%given, @$other);
                        next if $reader->{comment} =~ /daily/ && ($all{method} // '') eq q('net');
                        my @its = grep { $_->[0] ne 'method' || $reader->{comment} !~ /daily/ } @arguments;
                        my $report = "$reader->{name}(value" . join('', named(\@its, \%all), named(\@shared, \%all)) . ')';
                        my $of_base = "$reader->{name}(base" . join('', named(\@own, \%all)) . ')';
                        my $titled = ("$report is $of_base" =~ s/'/''/gr);
                        $sql .= "INSERT INTO outcomes SELECT '$titled of its parts ' || sharding, @{[ rows($of_base) ]} = expected FROM (SELECT @{[ rows($report) ]} AS expected FROM whole) AS w, (SELECT sharding, rollup(base) AS base FROM sent GROUP BY 1) AS s;\n";
                    }
                }
            }
            query($sql);
            is(query('SELECT title FROM outcomes WHERE right_ IS NOT true LIMIT 5'), '', "$maker->{signature}: all of " . query('SELECT count(*) FROM outcomes'));
        }
        ok($works, 'some aggregate makes a value that it takes');
    };
}

# Bases of other reports and under other rules are told apart.
query(q{CREATE TABLE some_value AS SELECT cohorts_agg(id, day, 'month') AS c FROM data});
for my $case (
    [ q{SELECT lifecycle(gap_summary_base(c, '2025-01-01')) FROM some_value}, qr/the base is one of gap_summary, not of lifecycle/ ],
    [ q{SELECT lifecycle_base(c, '2025-01-01') + gap_summary_base(c, '2025-01-01') FROM some_value}, qr/cannot be merged/ ],
    [ q{SELECT lifecycle_base(c, '2025-01-01') + lifecycle_base(c, '2025-02-01') FROM some_value}, qr/bases of lifecycle differ in "as_of"/ ])
{
    my ($status, undef, $error) = $node->psql('postgres', $case->[0]);
    like($error, $case->[1], $case->[0]);
}
done_testing();
