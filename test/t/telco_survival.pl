# Survival of 7,043 telephone customers (IBM sample data) against figures of R's package survival 3.5-3 with
# conf.type = "log-log". CM_DATA names the folder that holds telco_customer_churn.csv; without it nothing is tested.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = ($ENV{CM_DATA} // '') . '/telco_customer_churn.csv';

plan skip_all => 'CM_DATA names no folder with telco_customer_churn.csv (public data, IBM Telco Customer Churn)' unless -r $file;

my $node = PostgreSQL::Test::Cluster->new('telco');
$node->init;
$node->append_conf('postgresql.conf', 'fsync = off');
$node->start;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

my @rows;
open my $csv, '<', $file or die "$file: $!";
my @names = split /,/, <$csv> =~ s/\r?\n//r;
my %place = map { $names[$_] => $_ } 0 .. $#names;
while (my $line = <$csv>)
{
    my @values = split /,/, $line =~ s/\r?\n//r;
    push @rows, sprintf "('%s', %d, '%s')", @values[ map { $place{$_} } qw(Contract tenure Churn) ];
}
query('CREATE EXTENSION customer_metrics; CREATE TABLE telco (contract text, tenure int, churn text)');
query('INSERT INTO telco VALUES ' . join ', ', @rows);

# An expression over s, the state of all customers.
sub rounds_to
{
    my ($what, $decimals, $wanted, $name) = @_;
    my $all = '(SELECT survival_agg(tenure, churn = \'Yes\') AS s FROM telco) AS t';
    is(query("SELECT round(($what)::numeric, $decimals) FROM $all"), $wanted, $name);
}

is(query("SELECT ended(s), censored(s) FROM (SELECT survival_agg(tenure, churn = 'Yes') AS s FROM telco) AS t"), '1869|5174', 'churned and not');
is(query(q{SELECT at_risk FROM (SELECT survival_agg(tenure, churn = 'Yes') AS s FROM telco) AS t, survival_estimate(s, 1)}),
    '7032', 'the 11 customers without a month are not at risk in the first');
rounds_to('survival_at(s, 1)', 12, '0.945961319681', 'S(1)');
rounds_to('(SELECT std_error FROM survival_estimate(s, 1))', 11, '0.00269618461', 'error of S(1)');
rounds_to('survival_lower(s, 1)', 12, '0.940418371316', 'lower limit of S(1)');
rounds_to('survival_upper(s, 1)', 12, '0.951002120957', 'upper limit of S(1)');
rounds_to('survival_at(s, 12)', 12, '0.843199553816', 'S(12)');
rounds_to('(SELECT std_error FROM survival_estimate(s, 12))', 11, '0.00449216025', 'error of S(12)');
rounds_to('survival_lower(s, 12)', 12, '0.834168685811', 'lower limit of S(12)');
rounds_to('survival_upper(s, 12)', 12, '0.851783320693', 'upper limit of S(12)');
rounds_to('survival_at(s, 24)', 12, '0.788736398371', 'S(24)');
rounds_to('survival_at(s, 72)', 12, '0.592790152052', 'S(72)');
rounds_to('(SELECT std_error FROM survival_estimate(s, 72))', 11, '0.00991876687', 'error of S(72)');
rounds_to('survival_lower(s, 72)', 12, '0.573062891004', 'lower limit of S(72)');
rounds_to('survival_upper(s, 72)', 12, '0.611936209193', 'upper limit of S(72)');
rounds_to('restricted_mean(s, 72)', 6, '54.492387', 'restricted mean up to 72 months');
rounds_to('(SELECT std_error FROM restricted_mean_estimate(s, 72))', 8, '0.34775002', 'its error');

query(q{CREATE TABLE by_contract AS SELECT contract, survival_agg(tenure, churn = 'Yes') AS s FROM telco GROUP BY contract});
is(query(q{SELECT contract, survival_quantile(s) FROM by_contract ORDER BY contract}),
    "Month-to-month|35\nOne year|\nTwo year|", 'medians by contract, two of them not reached');
is(query(q{SELECT value, lower, upper FROM by_contract, survival_quantile_estimate(s) WHERE contract = 'Month-to-month'}),
    '35|32|38', 'limits of the median');
is(query(q{SELECT round(chi_square::numeric, 1), degrees_of_freedom, p_value < 1e-300 FROM (SELECT array_agg(s) AS g FROM by_contract) AS t, log_rank_test(g)}),
    '2352.9|2|t', 'log-rank test of the contracts');
# (O - E)^2 / V of a group is its test against all the others.
is(query(q{SELECT string_agg(round(chi_square::numeric, 5)::text, ' ' ORDER BY contract)
    FROM by_contract AS a, LATERAL (SELECT rollup(s) AS s FROM by_contract AS b WHERE b.contract <> a.contract) AS rest, log_rank_test(a.s, rest.s)}),
    '2304.21748 270.43621 1061.27563', 'each contract against the others');
is(query(q{SELECT rollup(s) = (SELECT survival_agg(tenure, churn = 'Yes') FROM telco) FROM by_contract}), 't', 'contracts rolled up are all customers');
done_testing();
