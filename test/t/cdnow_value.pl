# Purchases of the 23,570 customers of CDNOW (Fader and Hardie): every number against plain SQL, the inputs of the
# forecast models against published ones, any order of rows. CM_DATA names the folder that holds cdnow_master.txt;
# without it nothing is tested.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = ($ENV{CM_DATA} // '') . '/cdnow_master.txt';

plan skip_all => 'CM_DATA names no folder with cdnow_master.txt (public data, brucehardie.com/datasets)' unless -r $file;

my $node = PostgreSQL::Test::Cluster->new('cdnow');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_parallel_workers_per_gather = 0");
$node->start;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

my @rows;
open my $lines, '<', $file or die "$file: $!";
<$lines>;
while (my $line = <$lines>)
{
    my ($id, $day, undef, $amount) = split ' ', $line;
    push @rows, "($id, '$day', $amount)" if defined $amount;
}
query('CREATE EXTENSION customer_metrics; CREATE TABLE orders (i serial, id bigint, day date, amount numeric(10, 2))');
while (my @some = splice @rows, 0, 5000)
{
    query('INSERT INTO orders (id, day, amount) VALUES ' . join ', ', @some);
}
query('CREATE TABLE ours AS SELECT customers_agg(id, day, amount) AS c FROM orders');

is(query('SELECT customers, purchases FROM ours, customers_summary(c)'), '23570|69659', 'customers and transactions');
is(query('SELECT revenue(c) = (SELECT sum(amount) FROM orders) FROM ours'), 't', 'revenue');

query(q{
    CREATE TABLE plain AS
    SELECT id AS customer_id, count(*) AS purchases, count(DISTINCT day) AS purchase_days, min(day) AS first_purchase,
           max(day) AS last_purchase, sum(amount) AS revenue, 0.00 AS refunds, sum(amount) / count(*) AS average_order_value,
           (date '1998-06-30' - max(day))::float8 AS recency, (date '1998-06-30' - min(day))::float8 AS tenure
    FROM orders GROUP BY id});
is(query(q{SELECT count(*) FROM (SELECT p.* FROM ours, purchases(c, '1998-06-30') AS p EXCEPT ALL TABLE plain) AS t}), '0', 'rows of customers are those of plain SQL');
is(query(q{
    SELECT count(*) FROM (SELECT id, purchases_agg(day, amount) AS p FROM orders GROUP BY id) AS g JOIN plain ON customer_id = id
    WHERE (purchase_count(p), purchase_days(p), first_purchase(p), last_purchase(p), average_order_value(p), recency(p, '1998-06-30'), tenure(p, '1998-06-30'))
          IS DISTINCT FROM (purchases, purchase_days, first_purchase, last_purchase, average_order_value, recency, tenure)
       OR revenue(p) <> plain.revenue}), '0', 'so are those of GROUP BY customer');
is(query('SELECT c = (SELECT customers_agg(id, day, amount ORDER BY md5(i::text)) FROM orders) FROM ours'), 't', 'rows shuffled');
is(query('SELECT c = (SELECT customers_agg(id, day, amount::float8) FROM orders) FROM ours'), 't', 'double precision');
is(query('SELECT c = (SELECT rollup(s ORDER BY part DESC) FROM (SELECT i % 11 AS part, customers_agg(id, day, amount) AS s FROM orders GROUP BY 1) AS p) FROM ours'), 't', 'rolled up');
is(query('SELECT c = c::text::customers_state FROM ours'), 't', 'text form');
is(query('SELECT revenue(c) / customer_count(c) = clv(c) AND clv(c) = (SELECT clv(id, amount) FROM orders) FROM ours'), 't', 'historic lifetime value');

# Inputs of the models at the end of September 1997, from every row and from a history cut there.
is(query(q{
    SELECT count(*) FROM (SELECT customers_agg(id, day, amount) AS c FROM orders WHERE day <= '1997-09-30') AS a, model_inputs(c, '1997-09-30', 7) AS m
    JOIN (SELECT id, purchases_agg(day, amount) AS p FROM orders GROUP BY id) AS g ON customer_id = id,
    LATERAL model_inputs(p, '1997-09-30', 7) AS n, LATERAL model_inputs(purchases_until(p, '1997-09-30'), '1997-09-30', 7) AS o
    WHERE (m.x, m.t_x, m.t, m.m) IS DISTINCT FROM (n.x, n.t_x, n.t, n.m) OR o IS DISTINCT FROM n}), '0', 'a whole and a cut history give what the rows up to there give');
is(query(q{
    SELECT count(*), count(m.x), count(n.x) FILTER (WHERE (m.x, m.t_x, m.t) = (n.x, n.t_x, n.t))
    FROM ours CROSS JOIN LATERAL model_inputs(ours.c, '1997-09-30', 7, amounts => false) AS m
    FULL JOIN (SELECT n.* FROM (SELECT customers_agg(id, day, amount) AS c FROM orders WHERE day <= '1997-09-30') AS a, model_inputs(c, '1997-09-30', 7) AS n) AS n
        USING (customer_id)}), '23570|23570|23570', 'so does the value of all customers and all rows');

# Repurchase among those who bought in the first quarter of 1997: per order and per day, reference values.
is(query(q{
    SELECT round(100.0 * repeat_customers(c) / customer_count(c), 2), round(100.0 * repeat_customers(c, 'day') / customer_count(c), 2)
    FROM (SELECT customers_agg(id, day, amount) AS c FROM orders WHERE day < '1997-04-01') AS q}), '21.49|20.55', 'repeat customers by order and by day');

# The 1/10 sample, whose customers have published inputs.
SKIP:
{
    my $sample = "$ENV{CM_DATA}/cdnow_sample.txt";
    my $anchors = "$ENV{CM_DATA}/anchors_cdnow_customers.csv";
    skip 'no cdnow_sample.txt or anchors_cdnow_customers.csv', 1 unless -r $sample && -r $anchors;

    my @sales;
    open my $in, '<', $sample or die "$sample: $!";
    while (my $line = <$in>)
    {
        my (undef, $id, $day, undef, $amount) = split ' ', $line;
        push @sales, "($id, date '$day', $amount)" if defined $amount;
    }
    query('CREATE TABLE sample (id bigint, day date, amount numeric); INSERT INTO sample VALUES ' . join ', ', @sales);

    my @wanted;
    open my $csv, '<', $anchors or die "$anchors: $!";
    <$csv>;
    while (my $line = <$csv>)
    {
        my ($id, $x, $tx, $t, $m) = split /,/, $line;
        push @wanted, "('$id', $x, $tx, $t, $m)";
    }
    query('CREATE TABLE anchors (customer_id bigint, x bigint, t_x float8, t float8, m float8); INSERT INTO anchors VALUES ' . join ', ', @wanted);
    is(query(q{
        SELECT count(*), count(*) FILTER (WHERE (m.x, m.t_x, m.t) = (a.x, a.t_x, a.t) AND abs(coalesce(m.m, 0) - a.m) < 1e-9)
        FROM (SELECT customers_agg(id, day, amount) AS c FROM sample WHERE day <= '1997-09-30') AS s, model_inputs(c, '1997-09-30') AS m
        JOIN anchors AS a USING (customer_id)}), scalar(@wanted) . '|' . scalar(@wanted), 'x, t_x, T and m of customers that others have published');
}

$node->stop;
done_testing;
