# Tables, views and our types live side by side: PostgreSQL gives each table a type of its name, so no type of ours has a
# name that a shop, a CRM or a dbt project gives to a table. With the extension in public, and in a schema of its own
# before and behind public; tables made before and after it; renamed as dbt does; and everything is computed as ever.
use strict;
use warnings;
use utf8;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my @words = qw(
  customers customer clients accounts account contacts contact companies people persons users members visitors guests subscribers
  orders order order_items order_lines line_items lines items baskets carts checkouts products product skus brands categories
  purchases purchase sales sale transactions payments invoices bills receipts refunds returns return credits discounts coupons
  vouchers shipments deliveries quotes estimates contracts subscriptions subscription plans plan prices renewals trials
  billing_periods licenses seats mrr arr revenue revenues amounts costs cost spend spending spendings budgets channel_costs
  profitability profits margins
  leads lead prospects opportunities opportunity deals deal stages stage deal_stage_history pipelines pipeline activities
  activity actions tasks calls meetings campaigns campaign campaign_members channels sources touchpoints attribution
  referrals conversions conversion funnel funnels steps goals
  events event web_events page_views pageviews sessions session visits visit clicks impressions emails email_events mailing
  mailings mailings_sent opens bounces messages notifications devices
  surveys survey answers responses questions scores score ratings rating reviews review nps csat ces feedback drivers complaints tickets
  ticket cases case issues
  cohorts cohort retention churn churned survival histories history lifecycle streaks gaps engagement health
  points points_ledger ledger balances loyalty rewards tiers tier levels badges memberships
  segments segment rfm rfm_scores rfm_base rfm_migration abc abc_base clusters labels
  rate rates metrics metric measures kpis forecast forecasts predictions models model parameters periods calendar dates days
  months zones currencies exchange_rates countries regions region stores employees owners teams targets
  customer_truth simulation_truth latent bought buying
  incremental_deals_zoho_crm_stream deal_history case_module sales_orders price_books stage_history
  AccountObj LeadsObj NewOpportunityObj SalesOrderObj ReturnedGoodsInvoiceObj RefundObj PaymentObj ContractObj MarketingEventObj
  ActiveRecordObj CasesObj MemberObj
  accountobj leadsobj newopportunityobj opportunityobj salesorderobj returnedgoodsinvoiceobj refundobj paymentobj contractobj
  marketingeventobj activerecordobj casesobj appraiseobj memberobj memberintegraldetailobj goalvalueobj campaignbudgetobj
  leadstransferlogobj leadsflowrecordobj
  客户 联系人 线索 商机 商机2.0 订单 销售订单 订单明细 合同 发票 回款 退款 退货单 产品 报价单 市场活动 活动记录 工单 会员 积分 积分明细 目标
  分群 留存 漏斗 流失 评价 渠道 拜访
  stg_customers stg_orders int_orders_joined fct_orders fct_revenue dim_customers dim_customer mart_churn rpt_retention
  snp_subscriptions customers__dbt_backup rate_state_by_month survey_states customers_snapshot);

my $node = Surface::start('names');
my $list = join ',', map { "('$_')" } @words;
cmp_ok(scalar @words, '>=', 150, scalar(@words) . ' words');

# What is asked in each database: one overload of each aggregate over table data, its result read back from its text.
my (%seen, @questions);
for my $aggregate (Surface::aggregates($node))
{
    next if $aggregate->{name} ne 'rollup' && $seen{ $aggregate->{name} }++;
    push @questions, [ $aggregate->{signature}, "SELECT md5(r::$aggregate->{result}::text) FROM (SELECT ($aggregate->{name}($aggregate->{sane}))::text AS r FROM data) AS s" ];
}
cmp_ok(scalar @questions, '>', 60, scalar(@questions) . ' aggregates are asked');

sub query { my ($database, $sql) = @_; utf8::encode($sql) if utf8::is_utf8($sql); return $node->safe_psql($database, $sql) }

sub prepare # prepare DATABASE
{
    my ($database) = @_;
    query($database, q{
        CREATE FUNCTION answer(question text) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            given text;
        BEGIN
            EXECUTE question INTO given;
            RETURN coalesce(given, 'NULL');
        EXCEPTION WHEN OTHERS THEN
            RETURN 'ERROR: ' || sqlerrm;
        END $$;
        CREATE TABLE asked (n int, question text)});
    query($database, join ';', map { "INSERT INTO asked VALUES ($_, \$q\$$questions[$_][1]\$q\$)" } 0 .. $#questions);
}

sub answers { my ($database) = @_; return split /\n/, query($database, 'SELECT answer(question) FROM asked ORDER BY n') }

# Tables or views of all words in public, each with another of the name that dbt gives it while it is built.
sub crowd
{
    my ($database, $kind) = @_;
    my $is = $kind eq 'TABLE' ? '(id bigint, value numeric)' : 'AS SELECT 1::bigint AS id, 2.0 AS value';
    return query($database, qq{
        DO \$\$
        DECLARE
            w text; refused text = '';
        BEGIN
            FOR w IN SELECT v FROM (VALUES $list) AS words(v) LOOP
                BEGIN
                    EXECUTE format('CREATE $kind public.%I $is', w);
                    EXECUTE format('CREATE $kind public.%I $is', w || '__dbt_tmp');
                EXCEPTION WHEN OTHERS THEN
                    refused = refused || w || ': ' || sqlerrm || '; ';
                END;
            END LOOP;
            PERFORM set_config('names.refused', refused, false);
        END \$\$;
        SELECT current_setting('names.refused')});
}

sub rename_all # as dbt does when a new version of a model takes the place of the old one
{
    my ($database, $kind) = @_;
    return query($database, qq{
        DO \$\$
        DECLARE
            w text; refused text = '';
        BEGIN
            FOR w IN SELECT v FROM (VALUES $list) AS words(v) LOOP
                BEGIN
                    EXECUTE format('ALTER $kind public.%I RENAME TO %I', w, w || '__old');
                    EXECUTE format('ALTER $kind public.%I RENAME TO %I', w || '__dbt_tmp', w);
                    EXECUTE format('DROP $kind public.%I', w || '__old');
                EXCEPTION WHEN OTHERS THEN
                    refused = refused || w || ': ' || sqlerrm || '; ';
                END;
            END LOOP;
            PERFORM set_config('names.refused', refused, false);
        END \$\$;
        SELECT current_setting('names.refused')});
}

sub drop_all
{
    my ($database, $kind) = @_;
    query($database, "SET client_min_messages = warning; DROP $kind IF EXISTS " . join ', ', map { qq{public."$_", public."${_}__dbt_tmp"} } @words);
}

Surface::make_data($node, 200);
prepare('postgres');
my @alone = answers('postgres');
is(join('; ', map { "$questions[$_][0]: $alone[$_]" } grep { $alone[$_] =~ /^ERROR/ } 0 .. $#alone), '', 'without such tables each has an answer');
my @types = split /\n/, query('postgres', q{
    SELECT t.typname FROM pg_type AS t JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics' WHERE t.typelem = 0});

# Words mean the user's tables, names of types ours, and the answers are those of before.
sub all_is_well
{
    my ($database, $schema, $when) = @_;
    is(query($database, qq{
        SELECT string_agg(v, ', ') FROM (VALUES $list) AS words(v)
        WHERE to_regtype(quote_ident(v)) IS NULL OR to_regtype(quote_ident(v))::oid <> (SELECT reltype FROM pg_class WHERE oid = to_regclass('public.' || quote_ident(v)))}),
        '', "$when: every word is the user's table or view");
    is(query($database, "SELECT string_agg(v, ', ') FROM unnest('{" . join(',', @types) . "}'::text[]) AS v WHERE to_regtype(v)::oid IS DISTINCT FROM to_regtype('$schema.' || v)::oid"),
        '', "$when: every name of a type of ours is ours");
    my @now = answers($database);
    is(join('; ', map { "$questions[$_][0]: $now[$_]" } grep { $now[$_] ne $alone[$_] } 0 .. $#alone), '', "$when: the answers are those of before");
}

my $number = 0;
for my $layout ([ 'public', 'public' ], [ 'metrics', 'metrics, public' ], [ 'metrics', 'public, metrics' ])
{
    my ($schema, $path) = @$layout;
    my $database = 'names' . ++$number;
    my $where = "extension in $schema, search_path $path";
    query('postgres', "CREATE DATABASE $database");
    query($database, "CREATE SCHEMA metrics; ALTER DATABASE $database SET search_path = $path");
    for my $kind ('TABLE', 'VIEW')
    {
        is(crowd($database, $kind), '', "$where: each $kind is made");
        is(($node->psql($database, "CREATE EXTENSION customer_metrics SCHEMA $schema"))[2], '', "$where: so is the extension after them");
        if ($kind eq 'TABLE')
        {
            Surface::make_data($node, 200, undef, $database);
            prepare($database);
        }
        all_is_well($database, $schema, "$where, beside each $kind");
        is(rename_all($database, $kind), '', "$where: each $kind is renamed");
        all_is_well($database, $schema, "$where, beside each $kind renamed");
        drop_all($database, $kind);
        is(crowd($database, $kind), '', "$where: each $kind is made after the extension");
        all_is_well($database, $schema, "$where, before each $kind");
        drop_all($database, $kind);
        query($database, 'DROP EXTENSION customer_metrics');
    }
}
done_testing();
