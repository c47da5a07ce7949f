-- Subscriptions: one ledger, read once; both tables come from it.
CREATE TEMPORARY TABLE ledger AS
SELECT mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, 'EUR') AS revenue
FROM shop.subscriptions WHERE currency = 'EUR';

\pset title 'Where does revenue come from and go? Monthly recurring revenue (EUR), 2025'
SELECT to_char(m.period_start, 'YYYY "Q"Q') AS quarter, m.start_mrr AS start, new_mrr AS new, expansion_mrr AS expansion,
       reactivation_mrr AS reactivation, -contraction_mrr AS contraction, -churned_mrr AS churn, m.end_mrr AS "end",
       pg_temp.percent(net_revenue_retention) AS "net retention", round(arpa, 2) AS "a customer"
FROM ledger, mrr_movements(revenue, 'quarter', '2026-01-01') AS m,
     mrr_rates(revenue, 'quarter', '2026-01-01') AS r
WHERE r.period_start = m.period_start AND m.period_start >= '2025-01-01'
ORDER BY m.period_start;

\pset title 'What do the customers of a year ago pay today? The end of each month against twelve months before'
SELECT to_char(period_start, 'YYYY-MM') AS month, base_mrr AS "a year ago", retained_mrr AS "they pay now",
       pg_temp.percent(gross_revenue_retention) AS "gross retention", pg_temp.percent(net_revenue_retention) AS "net retention",
       pg_temp.percent(logo_retention) AS "customers kept"
FROM ledger, mrr_retention(revenue, 'month', '2026-01-01')
WHERE period_start >= '2025-07-01'
ORDER BY period_start;
