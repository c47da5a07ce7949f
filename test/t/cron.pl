# Materialized views of states kept fresh by pg_cron: the job runs, the view is right, and rows that did not change are
# not written. Skipped where pg_cron is not installed (Debian: postgresql-15-cron).
use strict;
use warnings;
use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'it waits for the next minute: CM_LONG=1 runs it' unless $ENV{CM_LONG};

my $library = `pg_config --pkglibdir` =~ s/\s+$//r . '/pg_cron.so';
my $script = `pg_config --sharedir` =~ s/\s+$//r . '/extension/pg_cron.control';
plan skip_all => 'pg_cron is not installed (Debian has it as postgresql-15-cron)' unless -e $library && -e $script;

my $node = PostgreSQL::Test::Cluster->new('cron');
$node->init(extra => [ '-E', 'UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', sprintf "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\ncron.host = '%s'\nfsync = off\n", $node->host);
$node->start;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

query(q{
    CREATE EXTENSION customer_metrics;
    CREATE EXTENSION pg_cron;
    CREATE TABLE answers (region text, score integer);
    INSERT INTO answers SELECT 'region ' || i % 5, i % 11 FROM generate_series(1, 1000) AS i;
    CREATE MATERIALIZED VIEW nps_by_region AS SELECT region, survey_agg(score) AS answers FROM answers GROUP BY region;
    CREATE UNIQUE INDEX ON nps_by_region (region);
    INSERT INTO answers VALUES ('region 3', 10);
    SELECT cron.schedule('refresh', '* * * * *', 'REFRESH MATERIALIZED VIEW CONCURRENTLY public.nps_by_region')});
my $finished = q{SELECT EXISTS (SELECT FROM cron.job_run_details WHERE status IN ('succeeded', 'failed'))};
ok($node->poll_query_until('postgres', $finished), 'the job ran');
is(query('SELECT DISTINCT status, return_message FROM cron.job_run_details'), 'succeeded|REFRESH MATERIALIZED VIEW', 'and refreshed the view');
is(query(q{SELECT responses(answers) FROM nps_by_region WHERE region = 'region 3'}), query(q{SELECT count(*) FROM answers WHERE region = 'region 3'}), 'which is right');
query('SELECT cron.unschedule(1); SELECT pg_sleep(1)');
is(query(q{SELECT n_tup_ins || ' ' || n_tup_upd || ' ' || n_tup_del FROM pg_stat_all_tables WHERE relname = 'nps_by_region'}) =~ s/^\d+ //r, '0 1', 'one row was replaced, the others stay')
  or diag(query(q{SELECT * FROM pg_stat_all_tables WHERE relname = 'nps_by_region'}));
done_testing();
