-- Subscriptions: one ledger, read once; both tables come from it.
\qecho :chapter 'Subscriptions and churn: what recurs, and who leaves?'
CREATE TEMPORARY TABLE ledger AS
SELECT mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, 'EUR') AS revenue
FROM shop.subscriptions WHERE currency = 'EUR';

\qecho :title 'Where does revenue come from and go? Monthly recurring revenue (EUR), 2025'
SELECT to_char(m.period_start, 'YYYY "Q"Q') AS quarter, pg_temp.whole(m.start_mrr) AS start, pg_temp.whole(new_mrr) AS new, pg_temp.whole(expansion_mrr) AS grew,
       pg_temp.whole(reactivation_mrr) AS "came back", pg_temp.whole(-contraction_mrr) AS "shrank", pg_temp.whole(-churned_mrr) AS "left", pg_temp.whole(m.end_mrr) AS "end",
       pg_temp.percent(net_revenue_retention) AS "net kept", pg_temp.money(round(arpa, 2)) AS "a customer pays"
FROM ledger, mrr_movements(revenue, 'quarter', '2026-01-01') AS m,
     mrr_rates(revenue, 'quarter', '2026-01-01') AS r
WHERE r.period_start = m.period_start AND m.period_start >= '2025-01-01'
ORDER BY m.period_start;
\qecho :by 'mrr_movements(mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, ''EUR''), ''quarter'', as_of), mrr_rates(mrr, ''quarter'', as_of)'

\qecho :title 'What do the customers of a year ago pay today? The end of each month against twelve months before (EUR)'
SELECT to_char(period_start, 'YYYY-MM') AS month, pg_temp.whole(base_mrr) AS "a year before", pg_temp.whole(retained_mrr) AS "they pay now",
       pg_temp.percent(gross_revenue_retention) AS "gross retention", pg_temp.percent(net_revenue_retention) AS "net retention",
       pg_temp.percent(logo_retention) AS "customers kept"
FROM ledger, mrr_retention(revenue, 'month', '2026-01-01')
WHERE period_start >= '2025-07-01'
ORDER BY period_start;
\qecho :by 'mrr_retention(mrr, ''month'', ''2026-01-01'')'
