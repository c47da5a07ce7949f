// What the dashboard shows: each panel with its title, its definition, its query and its kind of chart.
//
// A query may name, as parameters:  :from :to     the period, [from, to); nothing after it counts, "to" is as_of
//                                   :before       the start of the period that it is compared with, [before, from)
//                                   :until        the end of the period on the calendar, after "to" while it lasts
//                                   :target :zone :lang :currency
// {customers} after a WHERE becomes " AND customer_id IN (...)" where a filter is set, {filters} its condition on customers,
// {channel} that of a table which knows only the channel, {name} the name of customer l.customer_id, if customers have one.
// needs: the columns without which a panel has no data. forms: the first one whose columns are all there is taken.
// columns: how the table says it; the formats are those of words.js. A comment is what "plain SQL" would get wrong.

const filters = ['region', 'plan', 'channel', 'segment']

// Where the days of the data are read from.
const sources = [
    ['surveys', 'answered_at'], ['orders', 'ordered_at'], ['subscriptions', 'started_on'], ['deals', 'created_at'], ['deals', 'closed_at'],
]

// What the headline figures are held against: write your own here. active and revenue are growth over the period before.
const targets = { nps: 30, churn: 0.05, nrr: 1, active: 0.1, ltv_cac: 3, revenue: 0.1, csat: 0.8, win_rate: 0.25 }

const col = (en, zh, format = 'text') => ({ en, zh, format })
const drivers = '{service,product_quality,response_speed,delivery,price}'
const monthsBefore = '(:to - interval \'24 months\')'
const purchases = "FROM orders WHERE kind = 'order' AND ordered_at < :to{customers}"
const surveyed = ['surveys.nps_score', 'surveys.answered_at', 'surveys.customer_id']
const ordered = ['orders.customer_id', 'orders.ordered_at', 'orders.amount', 'orders.kind']
const subscribed = ['subscriptions.customer_id', 'subscriptions.started_on', 'subscriptions.ended_on']
const paid = [...subscribed, 'subscriptions.monthly_amount', 'subscriptions.currency']
const kpiColumns = format => ({
    value: col('value', '数值', format), lower: col('lower limit', '下限', format), upper: col('upper limit', '上限', format), n: col('answers or customers', '样本数', 'count'),
    previous: col('period before', '上期', format), target: col('target', '目标', format), attainment: col('attained', '达成率', 'percent'),
    pace: col('pace', '进度', 'percent'),
})
const kpi = panel => ({ kind: 'kpi', section: 'headline', columns: kpiColumns(panel.format), ...panel })

const ledger = `SELECT mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, :currency::metric_option) AS ledger
      FROM subscriptions WHERE currency = :currency AND started_on < :to{customers}`
const counted = `SELECT mrr_agg(customer_id, started_on, ended_on, 1) AS ledger FROM subscriptions WHERE started_on < :to{customers}`

const changes = others => `WITH weekly AS (
    SELECT 'orders' AS series, (:to - ordered_at::date - 1) / 7 AS ago, count(*)::float8 AS value
    FROM orders WHERE kind = 'order' AND ordered_at < :to{customers} GROUP BY 2
    UNION ALL
    SELECT 'mean_order', (:to - ordered_at::date - 1) / 7, avg(amount)::float8
    FROM orders WHERE kind = 'order' AND ordered_at < :to{customers} GROUP BY 2${others}
), listed AS (
    SELECT series, array_agg(value ORDER BY ago DESC) AS value, array_agg(ago ORDER BY ago DESC) AS ago FROM weekly WHERE ago < 78 GROUP BY series HAVING count(*) > 26
)
SELECT series, :to - 7 * (ago[place] + 1) AS week, d.value, d.statistic, d.lower, d.upper, d.moved
FROM listed, detect_changes(listed.value, 26) AS d ORDER BY series, place`

const panels = [
    // ---- headline figures --------------------------------------------------------------------------------------
    kpi({
        id: 'nps', format: 'points', change: 'points', title: col('NPS', '净推荐值 NPS'),
        definition: col('Net promoter score: promoters (9 and 10) less detractors (0 to 6), per 100 answers of the period, with its 95% interval.',
            '净推荐值：期间内每 100 份回答中，推荐者（9–10 分）减去贬损者（0–6 分），附 95% 置信区间。'),
        forms: [{
            needs: surveyed,
            sql: `SELECT e.value, e.lower, e.upper, e.n, nps(before) AS previous, t.difference AS change, t.p_value AS p,
       :target AS target, attainment(e.value, :target) AS attainment,
       (SELECT json_agg(json_build_array(month, value) ORDER BY month)
        FROM (SELECT date_trunc('month', answered_at)::date AS month, nps(nps_score) AS value FROM surveys
              WHERE answered_at >= ${monthsBefore} AND answered_at < :to{customers} GROUP BY 1) AS months) AS history
FROM (SELECT survey_agg(nps_score) FILTER (WHERE answered_at >= :from) AS now, survey_agg(nps_score) FILTER (WHERE answered_at < :from) AS before
      FROM surveys WHERE answered_at >= :before AND answered_at < :to{customers}) AS answers,
     nps_estimate(now) AS e, nps_test(now, before) AS t`,
        }, {
            needs: ['surveys.nps_score', 'surveys.customer_id'],
            sql: `SELECT e.*, :target AS target, attainment(e.value, :target) AS attainment
FROM (SELECT survey_agg(nps_score) AS answers FROM surveys WHERE true{customers}) AS a, nps_estimate(answers) AS e`,
        }],
    }),
    kpi({
        id: 'churn', format: 'percent', change: 'percent_points', lower_is_better: true, title: col('Churn a month', '月流失率'),
        definition: col('Customers with a subscription on the first day of a month that have none at its end, over those at its start; all months of the period together.',
            '每月月初有订阅、月末已无订阅的客户，除以月初客户数；期间各月合计。'),
        forms: [{
            needs: subscribed, count: 'months',
            sql: `SELECT e.*, churn_rate(before_lost, before_at_start) AS previous, t.difference AS change, t.p_value AS p,
       :target AS target, attainment(e.value, :target) AS attainment, history
FROM (SELECT sum(lost) FILTER (WHERE period_start >= :from) AS lost, sum(at_start) FILTER (WHERE period_start >= :from) AS at_start,
             sum(lost) FILTER (WHERE period_start >= :before AND period_start < :from) AS before_lost,
             sum(at_start) FILTER (WHERE period_start >= :before AND period_start < :from) AS before_at_start,
             json_agg(json_build_array(period_start, churn_rate) ORDER BY period_start) FILTER (WHERE at_start > 0 AND period_start >= ${monthsBefore}) AS history
      FROM (${counted}) AS s, churn_by_period(ledger, 'month', :to)) AS sums,
     rate_estimate(rate(lost, at_start)) AS e, rate_test(rate(lost, at_start), rate(before_lost, before_at_start)) AS t`,
        }, {
            needs: ['customers.churned'], title: col('Churn', '流失率'),
            definition: col('Customers that left, over all customers of the file, with the 95% Wilson interval.', '已流失客户占文件中全部客户的比例，附 95% Wilson 置信区间。'),
            sql: `SELECT e.*, :target AS target, attainment(e.value, :target) AS attainment
FROM (SELECT churn_agg(true, NOT churned) AS c FROM customers WHERE churned IS NOT NULL{filters}) AS a, rate_estimate(c) AS e`,
        }],
    }),
    kpi({
        id: 'nrr', format: 'percent', change: 'percent_points', counted: true, needs: paid, title: col('Net retention (NRR)', '净收入留存 NRR'),
        definition: col('What the subscribers of a year ago pay a month now, over what they paid then: upgrades count, new customers do not.',
            '一年前的订阅客户如今每月付费，除以当时的付费：计入升级，不计新客户。'),
        sql: `SELECT value, previous, value - previous AS change, :target AS target, attainment(value, :target) AS attainment, history
FROM (SELECT max(net_revenue_retention) FILTER (WHERE period_start = date_trunc('month', :to - 1)) AS value,
             max(net_revenue_retention) FILTER (WHERE period_start = date_trunc('month', :from - 1)) AS previous,
             json_agg(json_build_array(period_start, net_revenue_retention) ORDER BY period_start)
               FILTER (WHERE net_revenue_retention IS NOT NULL AND period_start >= ${monthsBefore}) AS history
      FROM (${ledger}) AS s, mrr_retention(ledger, 'month', :to)) AS months`,
    }),
    kpi({
        id: 'active', format: 'count', change: 'percent', counted: true, needs: ordered, title: col('Active customers', '活跃客户'),
        definition: col('Customers that ordered in the period; the target is 10% more than in the period before.', '期间内下单的客户数；目标为比上期多 10%。'),
        sql: `SELECT now AS value, before AS previous, growth_rate(now, before) AS change, nullif(before, 0) * (1 + :target) AS target,
       attainment(now, nullif(before, 0) * (1 + :target)) AS attainment,
       (SELECT json_agg(json_build_array(month, value) ORDER BY month)
        FROM (SELECT date_trunc('month', ordered_at)::date AS month, count(DISTINCT customer_id) AS value FROM orders
              WHERE kind = 'order' AND ordered_at >= ${monthsBefore} AND ordered_at < :to{customers} GROUP BY 1) AS months) AS history
FROM (SELECT count(DISTINCT customer_id) FILTER (WHERE ordered_at >= :from) AS now, count(DISTINCT customer_id) FILTER (WHERE ordered_at < :from) AS before
      FROM orders WHERE kind = 'order' AND ordered_at >= :before AND ordered_at < :to{customers}) AS o`,
    }),
    kpi({
        id: 'ltv_cac', format: 'ratio', change: 'ratio_points', filters: ['channel'], title: col('LTV : CAC', 'LTV : CAC'),
        needs: [...ordered, 'orders.cost', 'customers.signed_up_on', 'channel_costs.month', 'channel_costs.marketing_cost', 'channel_costs.sales_cost', 'channel_costs.ad_cost'],
        definition: col('What a customer has brought so far, after the cost of the goods, over what it cost to win one. Costs are known by channel only.',
            '每位客户至今带来的毛利，除以获取一位客户的成本。成本仅按渠道统计。'),
        sql: `WITH bought AS (
    SELECT customers_zone_agg(customer_id, ordered_at, amount, :zone) AS now, customers_zone_agg(customer_id, ordered_at, amount, :zone) FILTER (WHERE ordered_at < :from) AS before,
           1 - sum(cost) / sum(amount) AS margin, 1 - sum(cost) FILTER (WHERE ordered_at < :from) / sum(amount) FILTER (WHERE ordered_at < :from) AS margin_before
    FROM orders WHERE kind <> 'sample' AND ordered_at < :to{customers}
), spent AS (
    SELECT rollup(s) AS now, rollup(s) FILTER (WHERE month < :from) AS before
    FROM (SELECT month, spending_by_agg(month, marketing_cost + sales_cost + ad_cost, NULL, 'month') AS s FROM channel_costs WHERE month < :to{channel} GROUP BY 1
          UNION ALL SELECT date_trunc('month', signed_up_on)::date, spending_by_agg(signed_up_on, NULL::numeric, 1, 'month')
          FROM customers WHERE signed_up_on < :to{filters} GROUP BY 1) AS parts
)
SELECT now.ratio AS value, now.lower, now.upper, now.customers AS n, before.ratio AS previous, now.ratio - before.ratio AS change,
       NOT (now.lower <= before.upper AND before.lower <= now.upper) AS beyond, :target AS target, attainment(now.ratio, :target) AS attainment,
       (SELECT json_agg(json_build_array(quarter::date, r.ratio) ORDER BY quarter)
        FROM (SELECT quarter, rollup(c) OVER so_far AS c, 1 - sum(cost) OVER so_far / sum(amount) OVER so_far AS margin, rollup(s) OVER so_far AS s
              FROM (SELECT date_trunc('quarter', ordered_at) AS quarter, customers_zone_agg(customer_id, ordered_at, amount, :zone) AS c, sum(cost) AS cost, sum(amount) AS amount
                    FROM orders WHERE kind <> 'sample' AND ordered_at < :to{customers} GROUP BY 1) AS o
              JOIN (SELECT quarter, rollup(s) AS s
                    FROM (SELECT date_trunc('quarter', month::timestamptz) AS quarter, spending_by_agg(month, marketing_cost + sales_cost + ad_cost, NULL, 'month') AS s FROM channel_costs WHERE month < :to{channel} GROUP BY 1
                          UNION ALL SELECT date_trunc('quarter', signed_up_on::timestamptz), spending_by_agg(signed_up_on, NULL::numeric, 1, 'month') FROM customers WHERE signed_up_on < :to{filters} GROUP BY 1) AS p GROUP BY 1) AS e USING (quarter)
              WINDOW so_far AS (ORDER BY quarter)) AS q,
             ltv_cac(c, s, least(quarter + interval '3 months', :to)::date, margin) AS r) AS history
FROM bought, spent, ltv_cac(bought.now, spent.now, :to, margin) AS now LEFT JOIN LATERAL (SELECT * FROM ltv_cac(bought.before, spent.before, :from, margin_before)) AS before ON true`,
    }),
    kpi({
        id: 'revenue', format: 'money', change: 'percent', counted: true, needs: ordered, title: col('Revenue', '收入'),
        definition: col('Amounts of the orders of the period, refunds taken off. The target is 10% more than the period before; pace holds what has come against the days that are gone.',
            '期间订单金额，已扣除退款。目标为比上期多 10%；进度按已过天数衡量已实现的部分。'),
        sql: `SELECT now AS value, before AS previous, growth_rate(now, before) AS change, aim AS target, p.attainment, p.pace,
       (SELECT json_agg(json_build_array(month, value) ORDER BY month)
        FROM (SELECT date_trunc('month', ordered_at)::date AS month, sum(amount) AS value FROM orders
              WHERE ordered_at >= ${monthsBefore} AND ordered_at < :to{customers} GROUP BY 1) AS months) AS history
FROM (SELECT now, before, nullif(before, 0) * (1 + :target) AS aim
      FROM (SELECT sum(amount) FILTER (WHERE ordered_at >= :from)::float8 AS now, sum(amount) FILTER (WHERE ordered_at < :from)::float8 AS before
            FROM orders WHERE ordered_at >= :before AND ordered_at < :to{customers}) AS sums) AS o
LEFT JOIN LATERAL (SELECT * FROM target_pace(now, aim, :from, :until, :to)) AS p ON true`,
    }),
    kpi({
        id: 'csat', instead: 'nps', format: 'percent', needs: ['surveys.csat_score', 'surveys.customer_id'], title: col('Satisfied (CSAT)', '满意度 CSAT'),
        definition: col('Answers of 4 and 5, over all answers of 1 to 5, with the 95% Wilson interval.', '4 分和 5 分占全部 1–5 分回答的比例，附 95% Wilson 置信区间。'),
        sql: `SELECT e.*, :target AS target, attainment(e.value, :target) AS attainment
FROM (SELECT survey_agg(csat_score) AS answers FROM surveys WHERE true{customers}) AS a, csat_estimate(answers) AS e`,
    }),
    kpi({
        id: 'win_rate', instead: 'nps', format: 'percent', change: 'percent_points', needs: ['deals.status', 'deals.closed_at', 'deals.channel'], filters: ['channel'],
        title: col('Win rate', '赢单率'), definition: col('Deals won, over those won or lost in the period, with the 95% Wilson interval.', '期间内赢单数除以赢单与输单之和，附 95% Wilson 置信区间。'),
        sql: `SELECT e.*, t.difference AS change, t.p_value AS p, b.value AS previous, :target AS target, attainment(e.value, :target) AS attainment
FROM (SELECT rate_agg(status = 'won') FILTER (WHERE closed_at >= :from) AS now, rate_agg(status = 'won') FILTER (WHERE closed_at < :from) AS before
      FROM deals WHERE status IN ('won', 'lost') AND closed_at >= :before AND closed_at < :to{channel}) AS d,
     rate_estimate(now) AS e, rate_estimate(before) AS b, rate_test(now, before) AS t`,
    }),

    // ---- to act on ---------------------------------------------------------------------------------------------
    {
        id: 'warnings', section: 'act', kind: 'list', wide: true, needs: ordered, title: col('Whom to call first', '优先联系谁'),
        definition: col('Customers whose silence is longer than 9 of 10 gaps between their orders (or, with few orders, between everybody\'s), by what they have spent.',
            '沉默时间超过自身下单间隔 90% 分位（订单少则用全体间隔）的客户，按累计消费排序。'),
        columns: {
            customer: col('customer', '客户'), spent: col('spent so far', '累计消费', 'money_exact'), warning: col('warning', '预警', 'word'), silent_days: col('days silent', '沉默天数', 'count'), reason: col('why', '原因'),
        },
        sql: `SELECT coalesce({name}, l.customer_id::text) AS customer, l.spent, l.warning, l.silent_days, l.reason
FROM (SELECT w.*, o.spent FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'day', :zone) AS c ${purchases}) AS all_orders,
           early_warnings(c, :to, lang => :lang) AS w
      JOIN (SELECT customer_id, sum(amount) AS spent FROM orders WHERE ordered_at < :to GROUP BY 1) AS o ON o.customer_id = w.customer_id
      WHERE level IN (1, 2)) AS l
ORDER BY spent DESC, l.customer_id LIMIT 10`,
    },
    {
        id: 'drivers', section: 'act', kind: 'quadrant', title: col('What drives it, and where are we weak?', '驱动因素与短板'),
        needs: [...surveyed, ...drivers.slice(1, -1).split(',').map(name => `surveys.${name}`)],
        definition: col('Importance: share of the score\'s explained variance that is a driver\'s own (LMG). Performance: mean rating, 1 to 5. The lines are the medians: right and low is where to act first.',
            '重要性：该因素解释的得分方差份额（LMG）。表现：平均评分 1–5。虚线为中位数：右下方应优先改进。'),
        columns: { driver: col('driver', '因素', 'word'), importance: col('importance', '重要性', 'percent'), performance: col('mean rating', '平均评分', 'decimal2'), priority: col('priority', '优先级') },
        sql: `SELECT driver, weight / nullif(sum(weight) OVER (), 0) AS importance, performance, priority
FROM (SELECT drivers_agg(nps_score, ARRAY[${drivers.slice(1, -1).replace(/,/g, ', ')}]) AS answers
      FROM surveys WHERE answered_at >= :from AND answered_at < :to{customers}) AS s,
     driver_priorities(answers, '${drivers}', cut => 'median', lang => :lang) AS d ORDER BY weight DESC`,
    },
    {
        id: 'changes', section: 'act', kind: 'control', wide: true, title: col('What changed?', '什么变了？'),
        definition: col('Weekly series of the last 78 weeks. The first 26 weeks say what is usual; the band is what an EWMA chart lets the smoothed series reach by chance, and a week outside of it is marked.',
            '最近 78 周的周度序列。前 26 周代表常态；色带为 EWMA 控制图允许的偶然波动，超出的周被标出。'),
        columns: { series: col('series', '序列', 'word'), week: col('week from', '周起始', 'date'), value: col('value', '数值', 'decimal'), statistic: col('smoothed', '平滑值', 'decimal'), lower: col('from', '下限', 'decimal'), upper: col('to', '上限', 'decimal'), moved: col('moved', '已变化', 'yes') },
        forms: [
            { needs: [...ordered, 'tickets.opened_at', 'tickets.first_response_at', 'tickets.customer_id'], sql: changes(`
    UNION ALL
    SELECT 'hours_to_answer', (:to - opened_at::date - 1) / 7, (avg(extract(epoch FROM first_response_at - opened_at)) / 3600)::float8
    FROM tickets WHERE first_response_at < :to{customers} GROUP BY 2`) },
            { needs: ordered, sql: changes('') },
        ],
    },

    // ---- satisfaction ------------------------------------------------------------------------------------------
    {
        id: 'nps_time', section: 'satisfaction', kind: 'nps', wide: true, needs: surveyed, title: col('NPS month by month', 'NPS 逐月走势'),
        definition: col('Above: the score with its 95% interval. Below: shares of promoters, passives and detractors, with the number of answers. Months without answers are empty.',
            '上图：得分及 95% 置信区间。下图：推荐者、中立者、贬损者占比及回答数。没有回答的月份留空。'),
        columns: {
            month: col('month', '月份', 'month'), value: col('NPS', 'NPS', 'points'), lower: col('from', '下限', 'points'), upper: col('to', '上限', 'points'),
            promoters: col('promoters', '推荐者', 'percent'), passives: col('passives', '中立者', 'percent'), detractors: col('detractors', '贬损者', 'percent'), n: col('answers', '回答数', 'count'),
        },
        sql: `SELECT month, e.value, e.lower, e.upper, promoters(answers) / nullif(e.n, 0)::float8 AS promoters, passives(answers) / nullif(e.n, 0)::float8 AS passives,
       detractors(answers) / nullif(e.n, 0)::float8 AS detractors, coalesce(e.n, 0) AS n
FROM (SELECT month::date FROM generate_series(date_trunc('month', ${monthsBefore}), :to - 1, '1 month') AS month) AS months
LEFT JOIN (SELECT date_trunc('month', answered_at)::date AS month, survey_agg(nps_score) AS answers FROM surveys
           WHERE answered_at >= date_trunc('month', ${monthsBefore}) AND answered_at < :to{customers} GROUP BY 1) AS s USING (month)
LEFT JOIN LATERAL nps_estimate(answers) AS e ON true
ORDER BY month`,
    },
    {
        id: 'nps_groups', section: 'satisfaction', kind: 'intervals', format: 'points', title: col('Who is happier?', '谁更满意？'),
        definition: col('NPS of each group in the period, with its 95% interval. Where intervals do not overlap, groups differ.', '期间内各组 NPS 及 95% 置信区间。区间不重叠则各组确有差异。'),
        columns: { dimension: col('by', '维度', 'word'), label: col('group', '组别', 'word'), value: col('NPS', 'NPS', 'points'), lower: col('from', '下限', 'points'), upper: col('to', '上限', 'points'), n: col('answers', '回答数', 'count') },
        forms: [{
            needs: [...surveyed, 'customers.region', 'customers.plan', 'customers.channel'],
            sql: `SELECT dimension, label, e.*
FROM (SELECT dimension, label, survey_agg(nps_score) AS answers
      FROM surveys JOIN customers AS c USING (customer_id), LATERAL (VALUES ('region', region), ('plan', plan), ('channel', coalesce(channel, '(none)'))) AS d(dimension, label)
      WHERE answered_at >= :from AND answered_at < :to{filters} GROUP BY 1, 2) AS g, nps_estimate(answers) AS e
WHERE n > 0 ORDER BY dimension DESC, value DESC`,
        }, {
            needs: ['surveys.nps_score', 'surveys.customer_id', 'customers.segment'],
            sql: `SELECT 'segment' AS dimension, label, e.*
FROM (SELECT segment AS label, survey_agg(nps_score) AS answers FROM surveys JOIN customers USING (customer_id) WHERE nps_score IS NOT NULL{filters} GROUP BY 1) AS g, nps_estimate(answers) AS e
ORDER BY n DESC LIMIT 25`,
        }, {
            needs: ['surveys.csat_score', 'surveys.customer_id', 'customers.segment'], format: 'percent',
            definition: col('Share of each group that answered 4 or 5, with the 95% Wilson interval.', '各组回答 4 分或 5 分的占比，附 95% Wilson 置信区间。'),
            columns: { label: col('group', '组别', 'word'), value: col('satisfied', '满意', 'percent'), lower: col('from', '下限', 'percent'), upper: col('to', '上限', 'percent'), n: col('answers', '回答数', 'count') },
            sql: `SELECT 'segment' AS dimension, label, e.*
FROM (SELECT segment AS label, survey_agg(csat_score) AS answers FROM surveys JOIN customers USING (customer_id) WHERE csat_score IS NOT NULL{filters} GROUP BY 1) AS g, csat_estimate(answers) AS e
ORDER BY n DESC LIMIT 25`,
        }],
    },

    // ---- customers won -----------------------------------------------------------------------------------------
    {
        id: 'funnel', section: 'acquisition', kind: 'funnel', needs: ['web_events.customer_id', 'web_events.occurred_at', 'web_events.event'], title: col('From visit to purchase within a day', '一日内：从访问到购买'),
        definition: col('Visitors of the period that reached each step within a day of a visit. Pending: there is still time.', '期间访客在访问后一日内到达各步骤的人数。待定：仍有时间。'),
        columns: { step: col('step', '步骤', 'word'), converted: col('reached', '到达', 'count'), from_start: col('of all', '占首步', 'percent'), from_previous: col('of the step before', '占上一步', 'percent'), pending: col('pending', '待定', 'count') },
        sql: `SELECT name AS step, converted, rate_from_start AS from_start, rate_from_previous AS from_previous, pending
FROM (SELECT funnels_agg(customer_id, occurred_at, array_position('{visit,view,cart,checkout,purchase}', event)) AS f
      FROM web_events WHERE occurred_at >= :from AND occurred_at < :to{customers}) AS visitors,
     funnel_report(f, 'within=1 day', as_of => :to::timestamptz, names => '{visit,view,cart,checkout,purchase}') AS r ORDER BY r.step`,
    },
    {
        id: 'leads', section: 'acquisition', kind: 'funnel', filters: ['channel'], title: col('From lead to won deal within 180 days', '180 天内：从线索到赢单'),
        needs: ['leads.lead_id', 'leads.created_at', 'leads.channel', 'deals.lead_id', 'deals.created_at', 'deals.closed_at', 'deals.status'],
        definition: col('Leads of the year up to the end of the period, and how far they came within 180 days. Pending: there is still time.', '截至期末一年内的线索在 180 天内的进展。待定：仍有时间。'),
        columns: { step: col('step', '步骤', 'word'), converted: col('reached', '到达', 'count'), from_start: col('of all', '占首步', 'percent'), from_previous: col('of the step before', '占上一步', 'percent'), pending: col('pending', '待定', 'count') },
        sql: `WITH chosen AS (SELECT lead_id, created_at FROM leads WHERE created_at >= :to - interval '1 year' AND created_at < :to{channel}),
     steps AS (SELECT lead_id, created_at AS at, 1 AS step FROM chosen
               UNION ALL SELECT lead_id, d.created_at, 2 FROM deals AS d JOIN chosen USING (lead_id) WHERE d.created_at < :to
               UNION ALL SELECT lead_id, closed_at, 3 FROM deals JOIN chosen USING (lead_id) WHERE status = 'won' AND closed_at < :to)
SELECT name AS step, converted, rate_from_start AS from_start, rate_from_previous AS from_previous, pending
FROM (SELECT funnels_agg(lead_id, at, step) AS f FROM steps) AS s,
     funnel_report(f, 'within=180 days', as_of => :to::timestamptz, names => '{lead,deal,won}') AS r ORDER BY r.step`,
    },

    {
        id: 'pipeline', instead: 'funnel', section: 'acquisition', kind: 'bars', filters: ['channel'], needs: ['deals.stage', 'deals.status', 'deals.amount', 'deals.channel'],
        title: col('Open deals by stage, today', '各阶段在谈商机（当前）'), definition: col('Deals that are neither won nor lost today, whatever the period, and their amounts.', '当前既未赢单也未输单的商机及其金额，与所选期间无关。'),
        columns: { stage: col('stage', '阶段', 'word'), deals: col('deals', '商机数', 'count'), amount: col('amount', '金额', 'money_exact') },
        sql: `SELECT coalesce(stage, '(none)') AS stage, count(*) AS deals, sum(amount) AS amount FROM deals WHERE status = 'open'{channel} GROUP BY 1 ORDER BY deals DESC, 1 LIMIT 12`,
    },
    {
        id: 'channels', section: 'acquisition', kind: 'intervals', format: 'ratio', reference: 3, filters: ['channel'], title: col('Which channel pays?', '哪个渠道划算？'),
        needs: [...ordered, 'orders.cost', 'customers.channel', 'customers.signed_up_on', 'channel_costs.month', 'channel_costs.channel', 'channel_costs.marketing_cost', 'channel_costs.sales_cost', 'channel_costs.ad_cost'],
        definition: col('LTV : CAC of each channel, with its 95% interval: what a customer has brought so far, after the cost of the goods, over what it cost to win one. The dashed line is 3 : 1, a usual rule of thumb.',
            '各渠道的 LTV : CAC 及 95% 置信区间：每位客户至今带来的毛利除以获客成本。虚线为常用经验值 3 : 1。'),
        columns: { label: col('channel', '渠道', 'word'), value: col('LTV : CAC', 'LTV : CAC', 'ratio'), lower: col('from', '下限', 'ratio'), upper: col('to', '上限', 'ratio'), ltv: col('LTV', 'LTV', 'money_exact'), cac: col('CAC', 'CAC', 'money_exact'), n: col('customers', '客户数', 'count') },
        sql: `WITH bought AS (
    SELECT channel, customers_zone_agg(customer_id, ordered_at, amount, :zone) AS c, 1 - sum(cost) / sum(amount) AS margin
    FROM orders JOIN (SELECT customer_id, channel FROM customers WHERE channel IS NOT NULL{filters}) AS k USING (customer_id) WHERE kind <> 'sample' AND ordered_at < :to GROUP BY 1
), spent AS (
    SELECT channel, rollup(s) AS s
    FROM (SELECT channel, spending_by_agg(month, marketing_cost + sales_cost + ad_cost, NULL, 'month') AS s FROM channel_costs WHERE month < :to GROUP BY 1
          UNION ALL SELECT channel, spending_by_agg(signed_up_on, NULL::numeric, 1, 'month') FROM customers WHERE signed_up_on < :to GROUP BY 1) AS parts GROUP BY 1
)
SELECT 'segment' AS dimension, channel AS label, r.ratio AS value, r.lower, r.upper, r.ltv, r.cac, r.customers AS n
FROM bought JOIN spent USING (channel), ltv_cac(c, s, :to, margin) AS r ORDER BY ratio DESC`,
    },

    // ---- customers kept ----------------------------------------------------------------------------------------
    {
        id: 'cohorts', section: 'retention', kind: 'cohorts', wide: true, needs: ordered, title: col('Who comes back?', '谁会回来？'),
        definition: col('Customers by the quarter of their first order, and what they did 1, 2, ... quarters later. Dashed: the quarter is not over, nobody knows yet.',
            '按首单季度分组的客户，以及其后第 1、2……个季度的表现。虚线框：该季度尚未结束，结果待定。'),
        columns: { cohort: col('first order', '首单季度', 'quarter'), period_no: col('quarters later', '之后季度', 'count'), customers: col('customers', '客户数', 'count'), retained: col('ordered again', '再次下单', 'count'), rate: col('share', '占比', 'percent'), revenue: col('revenue', '收入', 'money_exact'), complete: col('known', '已确定', 'yes') },
        sql: `SELECT r.cohort, r.period_no, r.customers, CASE WHEN r.complete THEN r.retained END AS retained, CASE WHEN r.complete THEN r.rate END AS rate,
       CASE WHEN r.complete THEN v.revenue END AS revenue, r.complete
FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'quarter', :zone) AS c, cohort_revenue_zone_agg(customer_id, ordered_at, amount, 'quarter', :zone) AS m
      ${purchases}) AS o,
     cohort_retention(c, :to) AS r LEFT JOIN LATERAL (SELECT * FROM cohort_revenue(m, :to)) AS v ON v.cohort = r.cohort AND v.period_no = r.period_no
WHERE r.cohort >= :to - interval '3 years' ORDER BY 1, 2`,
    },
    {
        id: 'churn_groups', section: 'retention', kind: 'intervals', format: 'percent', title: col('Who leaves?', '谁在流失？'),
        definition: col('Subscribers at the start of the period that have no subscription at its end, with the 95% Wilson interval. Who changes the plan leaves it.', '期初有订阅、期末已无的客户占比，附 95% Wilson 置信区间。更换套餐视为离开原套餐。'),
        columns: { dimension: col('by', '维度', 'word'), label: col('group', '组别', 'word'), value: col('churn', '流失率', 'percent'), lower: col('from', '下限', 'percent'), upper: col('to', '上限', 'percent'), n: col('at the start', '期初客户', 'count') },
        forms: [{
            needs: [...subscribed, 'subscriptions.plan', 'customers.region', 'customers.channel'],
            sql: `SELECT dimension, label, e.*
FROM (SELECT dimension, label, subscribers_agg(customer_id, started_on, ended_on, :from, :to) AS s
      FROM (SELECT s.customer_id, s.started_on, s.ended_on, s.plan AS held, region, coalesce(channel, '(none)') AS came
            FROM subscriptions AS s JOIN (SELECT * FROM customers WHERE true{filters}) AS c USING (customer_id)) AS rows,
           LATERAL (VALUES ('region', region), ('plan', held), ('channel', came)) AS d(dimension, label)
      WHERE started_on < :to GROUP BY 1, 2) AS g, rate_estimate(churn(s)) AS e
WHERE n > 0 ORDER BY dimension DESC, value DESC`,
        }, {
            needs: ['customers.churned', 'customers.segment'],
            definition: col('Customers that left, over all of each group, with the 95% Wilson interval.', '各组中已流失客户的占比，附 95% Wilson 置信区间。'),
            sql: `SELECT 'segment' AS dimension, label, e.*
FROM (SELECT segment AS label, churn_agg(true, NOT churned) AS c FROM customers WHERE churned IS NOT NULL{filters} GROUP BY 1) AS g, rate_estimate(c) AS e ORDER BY n DESC LIMIT 25`,
        }],
    },
    {
        id: 'lifecycle', section: 'retention', kind: 'lifecycle', wide: true, needs: ordered, title: col('Where do buyers come from, and who falls asleep?', '买家从何而来，谁在沉睡？'),
        definition: col('Buyers of each month: new, returning (bought in the three months before), resurrected (before that). Below zero: fell asleep, no order for three months.',
            '每月买家：新客、回头客（前三个月买过）、唤醒（更早买过）。零线以下：沉睡，三个月未下单。'),
        columns: { month: col('month', '月份', 'month'), new: col('new', '新客', 'count'), returning: col('returning', '回头', 'count'), resurrected: col('resurrected', '唤醒', 'count'), dormant: col('fell asleep', '沉睡', 'count') },
        sql: `SELECT period_start AS month, new_customers AS new, returning_customers AS returning, resurrected_customers AS resurrected, dormant_customers AS dormant
FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', :zone) AS c ${purchases}) AS o, lifecycle(c, :to, 3)
WHERE period_start >= date_trunc('month', ${monthsBefore}) ORDER BY 1`,
    },
    {
        id: 'survival', section: 'retention', kind: 'survival', needs: [...subscribed, 'subscriptions.plan', 'subscriptions.end_reason'], title: col('How long do subscriptions last?', '订阅能持续多久？'),
        definition: col('Share of subscriptions not cancelled after so many days (Kaplan-Meier), with the 95% band. Those still open count as long as they were seen.',
            '若干天后仍未取消的订阅占比（Kaplan-Meier）及 95% 置信带。仍在订阅的按已观察时长计入。'),
        columns: { plan: col('plan', '套餐', 'word'), days: col('days', '天数', 'count'), value: col('not cancelled', '未取消', 'percent'), lower: col('from', '下限', 'percent'), upper: col('to', '上限', 'percent'), at_risk: col('still seen', '在观察', 'count') },
        sql: `SELECT plan, duration AS days, v.value, v.lower, v.upper, v.at_risk
FROM (SELECT plan, survival_agg(least(coalesce(ended_on, :to), :to) - started_on, end_reason = 'cancel' AND ended_on < :to) AS s
      FROM subscriptions WHERE started_on < :to{customers} GROUP BY plan) AS plans, survival_curve(s) AS v
WHERE v.ended > 0 AND duration <= 540 AND at_risk >= 10 ORDER BY plan, duration`,
    },

    // ---- money -------------------------------------------------------------------------------------------------
    {
        id: 'mrr', section: 'value', kind: 'waterfall', needs: paid, title: col('Recurring revenue: what came and went', '经常性收入：增减明细'),
        definition: col('Monthly recurring revenue at the start and the end of the period, and the movements between, in the currency of most of the subscriptions.',
            '期初与期末的月度经常性收入（MRR）及其间变动，币种取多数订阅所用。'),
        columns: { item: col('movement', '变动', 'word'), amount: col('amount', '金额', 'money_exact') },
        sql: `SELECT item, amount
FROM (SELECT (array_agg(start_mrr ORDER BY period_start))[1] AS mrr_start, sum(new_mrr) AS new, sum(expansion_mrr) AS expansion, sum(reactivation_mrr) AS reactivation,
             sum(contraction_mrr) AS contraction, sum(churned_mrr) AS churned, (array_agg(end_mrr ORDER BY period_start DESC))[1] AS mrr_end
      FROM (${ledger}) AS s, mrr_movements(ledger, 'month', :to) WHERE period_start >= date_trunc('month', :from)) AS sums,
     LATERAL (VALUES (1, 'mrr_start', mrr_start), (2, 'mrr_new', new), (3, 'expansion', expansion), (4, 'reactivation', reactivation),
                     (5, 'contraction', -contraction), (6, 'churned', -churned), (7, 'mrr_end', mrr_end)) AS v(place, item, amount)
WHERE amount IS NOT NULL ORDER BY place`,
    },
    {
        id: 'rfm', section: 'value', kind: 'rfm', needs: ordered, title: col('RFM: how recent, how often, how much', 'RFM：近度、频度、金额'),
        definition: col('Customers by fifths of recency and frequency; 5 is best. Size: customers. Colour: their revenue so far.', '客户按近度与频度五等分，5 为最佳。大小：客户数。颜色：累计收入。'),
        columns: { recency: col('recency', '近度', 'count'), frequency: col('frequency', '频度', 'count'), segment: col('segment', '细分'), customers: col('customers', '客户数', 'count'), revenue: col('revenue', '收入', 'money_exact') },
        sql: `SELECT recency_score(scores) AS recency, frequency_score(scores) AS frequency, min(segment(scores, lang => :lang)) AS segment, count(*) AS customers, sum(monetary_value) AS revenue
FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, :zone) AS c ${purchases}) AS o, rfm_scores(c, :to)
GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC`,
    },
    {
        id: 'migration', section: 'value', kind: 'migration', needs: ordered, title: col('Where did the customers go?', '客户流向何处？'),
        definition: col('Segments at the start of the period (rows) and at its end (columns), on the scale of its end: the share of a row\'s customers, and their number.',
            '期初细分（行）与期末细分（列），按期末标准划分：占该行客户的比例及人数。'),
        columns: { from_segment: col('from', '期初'), to_segment: col('to', '期末'), customers: col('customers', '客户数', 'count'), share: col('share', '占比', 'percent') },
        sql: `WITH everybody AS MATERIALIZED (
    SELECT customers_zone_agg(customer_id, ordered_at, amount, :zone) AS now, customers_zone_agg(customer_id, ordered_at, amount, :zone) FILTER (WHERE ordered_at < :from) AS before
    ${purchases}
), scale AS MATERIALIZED (SELECT rfm_cuts(rfm_base(now, :to)) AS cuts FROM everybody)
SELECT from_segment, to_segment, customers, share
FROM (SELECT rfm_migration_agg(b.scores, a.scores) AS m
      FROM everybody, scale, LATERAL rfm_scores(before, :from, cuts) AS b FULL JOIN LATERAL rfm_scores(now, :to, cuts) AS a USING (customer_id)) AS moves,
     segment_migration(m, lang => :lang) WHERE from_rank IS NOT NULL AND to_rank IS NOT NULL ORDER BY from_rank, to_rank`,
    },

    // ---- what comes --------------------------------------------------------------------------------------------
    {
        id: 'holdout', section: 'forecast', kind: 'holdout', needs: ordered, title: col('Can the forecast be trusted?', '预测可信吗？'),
        definition: col('A BG/NBD model fitted to the orders until half a year before the end of the period, and what then happened: purchase days per customer, by repeat purchases before.',
            '用期末半年前的订单拟合 BG/NBD 模型，再与其后的实际对比：按此前复购次数，每位客户的购买天数。'),
        columns: { purchases: col('repeat purchases before', '此前复购次数', 'count'), customers: col('customers', '客户数', 'count'), actual: col('bought', '实际', 'decimal2'), expected: col('expected', '预测', 'decimal2') },
        sql: `SELECT purchases, or_more, customers, actual, expected
FROM (SELECT c, bgnbd_fit(c, (:to - interval '6 months')::date - 1) AS model
      FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, :zone) AS c ${purchases}) AS o) AS f,
     holdout_by_count(c, model, (:to - interval '6 months')::date - 1, :to - 1, most => 5) ORDER BY purchases`,
    },
    {
        id: 'outlook', section: 'forecast', kind: 'list', wide: true, needs: ordered, title: col('Who will be worth most?', '谁最有价值？'),
        definition: col('Expected in the next 52 weeks by BG/NBD and Gamma-Gamma models of all orders; the value is discounted at 10% a year.', '依据全部订单的 BG/NBD 与 Gamma-Gamma 模型预测未来 52 周；价值按年 10% 折现。'),
        columns: { customer: col('customer', '客户'), value: col('value', '预测价值', 'money_exact'), orders: col('orders', '订单', 'decimal'), p_alive: col('P(alive)', '存活概率', 'percent'), mean_amount: col('mean order', '客单价', 'money_exact') },
        sql: `SELECT coalesce({name}, l.customer_id::text) AS customer, l.predicted_clv AS value, l.expected_purchases AS orders, l.p_alive, l.mean_amount
FROM (SELECT f.* FROM (SELECT c, bgnbd_fit(c, :to) AS model, gamma_gamma_fit(c) AS spend_model
                       FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, :zone) AS c ${purchases}) AS o) AS m,
                      customer_forecast(c, model, :to, 'week', 52, spend_model) AS f) AS l
ORDER BY predicted_clv DESC NULLS LAST, l.customer_id LIMIT 10`,
    },
]

module.exports = { panels, filters, sources, targets }
