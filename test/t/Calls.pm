# Statements that call everything public: each aggregate over the table "data", each function on a state of all of it,
# and what the server does with such states by itself. Read from the catalogue; for tests of faults.
package Calls;

use strict;
use warnings;
use Surface;
use Test::More;

# Values for arguments without a default, by name or type.
my %by_name = (segments => "'{a,b}'", period => "'month'", zone => "'UTC'", currency => "'CNY'", billing_period => "'year'", mode => "'on'", retention => '0.8', discount => '0.1', rate => '0.1', share => '0.5', confidence => '0.9', spend_model => 'gamma_gamma_model(6, 4, 15)', win_rate => '0.5', unit => "'week'", parameter => "'r'");
my %by_type = (
    metric_duration => 2,
    boolean => 'true', smallint => 3, integer => 3, bigint => 5, 'double precision' => 2, numeric => '9.5', text => "'c7'",
    date => "'2025-11-30'", 'timestamp without time zone' => "'2025-11-30 12:00'", 'timestamp with time zone' => "'2025-11-30 12:00+00'",
    metric_moment => "'2025-11-30 12:00+00'", metric_option => "'month'",
    uuid => "'c4ca4238-a0b9-2382-0dcc-509a6f75849b'", interval => "'30 days'", 'double precision[]' => "'{1,2,3}'",
    'integer[]' => "'{1,3,7}'", 'bigint[]' => "'{1,3,7}'", 'smallint[]' => "'{1,3,7}'", 'numeric[]' => "'{1,3,7}'", 'text[]' => "'{a,b,c}'",
    'boolean[]' => "'{t,f,t}'", 'date[]' => "'{2024-05-06}'", 'interval[]' => "'{1 day,7 days}'", regclass => "'pg_class'", jsonb => q('[{"a": 1, "b": 1, "c": 1}]'),
);
@by_name{qw(window_start next_start next_end window_end calibration_end holdout_end since until)} =
  map { "'$_'" } qw(2024-01-01 2024-09-01 2025-03-01 2025-03-01 2024-09-01 2025-12-31 2024-01-01 2025-12-31);

# Every public function that is no aggregate: name, signature, kind (f, w), whether it returns a set, and arguments, each
# with name, type and whether there is a default. With private => 1 also those that begin with _, as far as SQL can call
# them by themselves.
sub functions
{
    my ($node, %options) = @_;
    my @found;
    my $which = $options{private} ? q{NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = ANY (p.proargtypes::oid[] || p.prorettype) AND t.typtype = 'p' AND t.typname <> 'record')}
      : q{p.proname NOT LIKE '\_%'};
    for my $row (split /\n/, $node->safe_psql('postgres', q{
        SELECT p.proname, p.oid::regprocedure, p.prokind, p.proretset, format_type(p.prorettype, NULL),
               (SELECT string_agg(format('%s=%s=%s', coalesce(p.proargnames[n], ''), format_type(t, NULL), n > p.pronargs - p.pronargdefaults), ';' ORDER BY n)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n))
        FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
        WHERE p.prokind <> 'a' AND } . $which . q{ ORDER BY p.oid::regprocedure::text COLLATE "C"}))
    {
        my ($name, $signature, $kind, $set, $result, $arguments) = split /\|/, $row;
        my @arguments = map { my ($n, $type, $default) = split /=/; { name => $n, type => $type, default => $default eq 't' } }
          split /;/, $arguments // '';
        push @found, { name => $name, signature => $signature, kind => $kind, set => $set eq 't', result => $result, arguments => \@arguments };
    }
    return @found;
}

# Table "big_TYPE" for each type: one value of all rows of data, or, where no aggregate gives one, the longest known.
sub make_big
{
    my ($node) = @_;
    my @types = Surface::types($node);
    my %own = map { $_ => 1 } @types;
    my @makers = grep { my $a = $_; !grep { $own{$_} } @{ $a->{types} } } Surface::aggregates($node);
    for my $type (@types)
    {
        my ($maker) = sort { ($b->{name} eq 'bgnbd_fit') <=> ($a->{name} eq 'bgnbd_fit') || ($b->{signature} =~ /bigint/) <=> ($a->{signature} =~ /bigint/) } grep { $_->{result} eq $type } @makers;
        my $sane = defined $maker ? $maker->{sane} =~ s/grade/score/r : ''; # for metrics on 1 to 5
        my $value = defined $maker ? "SELECT $maker->{name}($sane) AS value FROM data"
          : "SELECT value::$type FROM values_of WHERE type = '$type' ORDER BY length(value) DESC LIMIT 1";
        my ($status) = $node->psql('postgres', qq{CREATE TABLE "big_$type" AS $value});
        fail("no big value of type $type: $value") if $status;
    }
    return @types;
}

# A call in SQL, over FROM clauses for the states it takes; undef where there is no value for an argument.
sub call_of
{
    my ($function, %own) = @_;
    my (@values, @from);
    return window_call($function) if $function->{kind} eq 'w';
    for my $argument (grep { !$_->{default} } @{ $function->{arguments} })
    {
        my ($type, $element) = ($argument->{type}, $argument->{type} =~ s/\[\]$//r);
        my $value = $by_name{ $argument->{name} } // $by_type{$type};
        if ($own{$element} && !defined $by_name{ $argument->{name} })
        {
            my $alias = 's' . @from;
            push @from, qq{"big_$element" AS $alias};
            $value = "$alias.value";
            $value = "ARRAY[$value, $value]" if $type ne $element;
        }
        return undef unless defined $value;
        push @values, "$value" . ($own{$element} ? '' : "::$type");
    }
    return { call => "$function->{name}(" . join(', ', @values) . ')', from => \@from };
}

# A window function takes columns of data.
sub window_call
{
    my ($function) = @_;
    my @values = map { Surface::sane_value($_->{name}, $_->{type}) } grep { !$_->{default} } @{ $function->{arguments} };
    return undef if grep { !defined } @values;
    return { call => "$function->{name}(" . join(', ', @values) . ') OVER ()', from => ['data'] };
}

# Each statement: title and SQL that gives one text. One aggregate for each name, because overloads share their code.
sub statements
{
    my ($node) = @_;
    my %own = map { $_ => 1 } Surface::types($node);
    my (@found, %seen);
    for my $aggregate (Surface::aggregates($node))
    {
        next if $aggregate->{name} ne 'rollup' && $seen{ $aggregate->{name} }++;
        push @found, { title => $aggregate->{signature}, sql => "SELECT md5($aggregate->{name}($aggregate->{sane})::text) FROM data" };
    }
    for my $function (functions($node))
    {
        my $call = call_of($function, %own) or next;
        my $from = join ', ', @{ $call->{from} };
        my $rows = $function->{set} ? join ', ', @{ $call->{from} }, "$call->{call} AS r"
          : "(SELECT $call->{call} AS r" . ($from eq '' ? '' : " FROM $from") . ') AS s';
        push @found, { title => $function->{signature}, sql => "SELECT md5(string_agg(r::text, ',')) FROM $rows" };
    }
    for my $type (sort keys %own)
    {
        push @found, { title => "$type read from text", sql => qq{SELECT md5(value::text::${type}::text) FROM "big_$type"} };
        push @found, { title => "$type sent", sql => qq{SELECT md5(_${type}_send(value)) FROM "big_$type"} };
        push @found, { title => "$type rolled up", sql => qq{SELECT md5(rollup(value)::text) FROM "big_$type", generate_series(1, 3)} }
          if grep { $_->{name} eq 'rollup' && $_->{types}[0] eq $type } Surface::aggregates($node);
    }
    return @found;
}

1;
