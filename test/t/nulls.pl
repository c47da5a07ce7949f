# What a NULL does in each argument of each aggregate. One rule: the row is skipped, and counted where the value counts such
# rows (skipped_rows), whatever the argument: an id, a time, an amount, a period, a zone, the day of the report. Where a
# NULL says something, it stands in the table below.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use Test::More;

# "aggregate.argument" => what a NULL in it says; % stands for any letters. All of them are in the reference.
my %says = (
    'cac.%' => 'a row gives what it has: a cost, or customers',
    'spending_agg.%' => 'the same', 'spending_by_agg.cost' => 'the same', 'spending_by_agg.new_customers' => 'the same',
    'campaign_agg.%' => 'the same, of revenue, cost, leads and deals',
    'visits_agg.pages' => 'not known of this visit', 'visits_agg.seconds' => 'not known of this visit',
    'tickets_agg.%' => 'not known of this ticket, which counts', 'mailing_agg.%' => 'false',
    'pipeline_agg.won' => 'open', 'pipeline_agg.amount' => 'a deal without one, counted as such',
    'pipeline_agg.started' => 'the same', 'pipeline_agg.closed' => 'the same',
    'win_rate_created.won' => 'open', 'win_rate_overdue.won' => 'open', 'win_rate_overdue.closing_on' => 'no day that could pass',
    'sales_cycle_agg.won_at' => 'not won', 'sla_agg.done' => 'not done', 'sla_rate.done' => 'not done',
    'conversion_%agg.converted_at' => 'not converted', 'conversion_%rate%.converted_at' => 'not converted',
    'survival_agg.ended' => 'not ended', 'survival_span_agg.ended' => 'not ended', 'mrr_%agg.ended' => 'not ended',
    'subscribers_agg.ended' => 'not ended', 'range_%_rate.ended' => 'not ended',
    'receivables_agg.paid' => 'nothing was paid', 'points_%agg.expires_at' => 'never', 'points_reversal_agg.reversal' => 'false',
    'cohort_returns_%agg.at' => 'a beginning without an event',
    'drivers_agg.y' => 'no answer, counted as missing', 'drivers_agg.x' => 'the same', 'drivers_weighted_agg.%' => 'the same',
    '%_revenue_retention.end_amount' => 'lost', 'revenue_change_agg.end_amount' => 'lost', 'revenue_change_agg.start_amount' => 'new',
    'rfm_migration_agg.before' => 'new', 'rfm_migration_agg.after' => 'lost',
    'funnel%agg.step' => 'an event that is no step', 'funnel%events_agg.conditions' => 'an event that meets none',
    'funnel%events_agg.hold_key' => 'an event without the property', 'funnel%events_agg.order_key' => 'no order but that of time',
    'funnels_from_funnel.funnel' => 'nothing to add',
    'churn_%.active_at_end' => 'false', 'retention_%.active_at_end' => 'false', 'purchase_retention_rate.bought_again' => 'false',
    'click_%rate.clicked' => 'false', 'open_rate.opened' => 'false', '%open_rate.machine_open' => 'false',
    'rfm_map_%agg.%' => 'a limit: none; else an error, as a row is a rule and not data',
    'rollup.%' => 'nothing to add',
);
my %used;

sub what_it_says # of an aggregate and an argument
{
    my ($name, $argument) = @_;
    for my $key (sort { length $b <=> length $a } keys %says)
    {
        my $pattern = join '\w*', map { quotemeta } split /%/, $key, -1;
        next if "$name.$argument" !~ /^$pattern$/;
        $used{$key} = 1;
        return $says{$key};
    }
    return undef;
}

my $node = Surface::start('nulls');
Surface::make_data($node, 200);
my %counts = map { $_ => 1 } split /\n/,
  $node->safe_psql('postgres', "SELECT proargtypes[0]::regtype FROM pg_proc WHERE proname = 'skipped_rows'");
my %names = map { split /=/, $_, 2 } split /\n/, $node->safe_psql('postgres', q{
    SELECT p.oid::regprocedure || '=' || coalesce(array_to_string(p.proargnames[:p.pronargs], ','), '') FROM pg_proc AS p
    JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    WHERE p.prokind = 'a'});
# Each call over twenty rows, over one more, and over that one with a NULL, where it is the first that makes a difference; over
# none and one where there is no such row.
$node->safe_psql('postgres', q{
    CREATE FUNCTION compare(whole text, without text, skipped text, OUT said text) LANGUAGE plpgsql AS $$
    DECLARE
        others text; more text; one_null text; before bigint; after bigint; i int; last int;
        over text := 'SELECT r::text, %s FROM (SELECT %s AS r FROM data WHERE i > 60 AND i <= %s OR i = %s) AS s';
    BEGIN
        FOR n IN 0 .. 119 LOOP
            i := 1 + n % 60;
            last := CASE WHEN n < 60 THEN 80 ELSE 60 END;
            EXECUTE format(over, skipped, whole, last, 0) INTO others, before;
            EXECUTE format(over, 'NULL', whole, last, i) INTO more;
            CONTINUE WHEN others IS NOT DISTINCT FROM more;
            EXECUTE format(over, skipped, replace(without, '$i', i::text), last, i) INTO one_null, after;
            said := CASE WHEN after = before + 1 THEN 'skipped and counted'
                         WHEN others IS NOT DISTINCT FROM one_null THEN 'skipped'
                         ELSE 'it says something: ' || coalesce(others, 'NULL') || ' becomes ' || coalesce(one_null, 'NULL') END;
            RETURN;
        END LOOP;
        said := 'no row makes a difference';
    EXCEPTION WHEN OTHERS THEN
        said := 'an error: ' || SQLERRM;
    END $$});

my (@wanted, @calls_of);
for my $aggregate (Surface::aggregates($node))
{
    my ($name, $signature) = @$aggregate{qw(name signature)};
    my @given = Surface::split_arguments($aggregate->{sane});
    my @names = split /,/, $names{$signature} // '', -1;
    for my $n (0 .. $#given)
    {
        my $argument = $names[$n] || 'state';
        my $says = what_it_says($name, $argument);
        next if defined $says;
        # The NULL is of the type that the argument has when it is given as above.
        my $type = $aggregate->{types}[$n];
        my $expression = $type =~ /^metric_option/ ? "($given[$n])::text" : $type eq 'interval' ? "($given[$n])::interval"
          : $type eq 'metric_moment' && $given[$n] =~ /^'/ ? typed_like($node, @given) . $given[$n] : $given[$n];
        my @with = @given;
        $with[$n] = "CASE WHEN data.i <> \$i THEN $expression END";
        my $wanted = $counts{ $aggregate->{result} } ? 'skipped and counted' : 'skipped';
        my @calls = map { "$name(" . join(', ', @$_) . ')' } \@given, \@with;
        push @wanted, [ "$signature: NULL as $argument", $wanted ];
        push @calls_of, sprintf '(%d, $a$%s$a$, $a$%s$a$, $a$%s$a$)', scalar @wanted, @calls,
          $counts{ $aggregate->{result} } ? 'skipped_rows(r)' : 'NULL::bigint';
    }
}
my @said = split /\n/, $node->safe_psql('postgres', 'SELECT compare(whole, without, skipped) FROM (VALUES ' . join(",\n", @calls_of)
    . ') AS calls(n, whole, without, skipped) ORDER BY n');
is($said[$_], $wanted[$_][1], $wanted[$_][0]) for 0 .. $#wanted;
is(join(', ', sort grep { !$used{$_} } keys %says), '', 'what a NULL says is said of arguments there are');
done_testing();

# A moment in quotes has the type of the moment beside it.
sub typed_like
{
    my ($node, @given) = @_;
    return $node->safe_psql('postgres', "SELECT pg_typeof($given[0]) FROM data LIMIT 1") . ' ';
}
