-- Shifted beta-geometric: how long contracts last.
-- Two cohorts, of 1,000 begun five periods ago and 500 begun three periods ago.
CREATE TEMP TABLE cohorts AS
    SELECT 'old' AS cohort, renewals_from_survivors('{1000,690,541,452,392,349}') AS h UNION ALL SELECT 'new',
           renewals_from_survivors('{500,352,269,228}');
-- The log-likelihood in plain SQL: lost at the k-th renewal, or still there after k.
CREATE FUNCTION pg_temp.ll(alpha float8, beta float8) RETURNS float8
    RETURN (SELECT sum(customers *
                (t_x * ln(alpha) + (SELECT coalesce(sum(ln(beta + j)), 0)
                FROM generate_series(0, x - t_x::bigint - 1) AS j)
                                    - (SELECT coalesce(sum(ln(alpha + beta + j)), 0)
                                        FROM generate_series(0, x - 1) AS j)))
            FROM cohorts, history_counts(h));
CREATE TEMP TABLE fits AS SELECT sbg_fit(rollup(h)) AS model FROM cohorts;
SELECT model_description(model) FROM fits;
SELECT parameter, round(estimate::numeric, 5) AS estimate, round(standard_error::numeric, 5) AS standard_error
FROM fits, model_parameters(model);
CREATE TEMP TABLE estimates AS SELECT log_likelihood(model) AS ll, model_parameter(model, 'alpha') AS a,
    model_parameter(model, 'beta') AS b FROM fits;
SELECT abs(pg_temp.ll(a, b) - ll) < 1e-9 AS the_same_as_plain_sql FROM estimates;
SELECT bool_and(log_likelihood(sbg_model(a * f1, b * f2), h) < ll) AS higher_than_its_neighbours
FROM estimates, (SELECT rollup(h) AS h FROM cohorts) AS c, (VALUES (1.001), (1), (0.999)) AS v1(f1),
    (VALUES (1.001), (1), (0.999)) AS v2(f2) WHERE (f1, f2) <> (1, 1);
-- Rows, weighted rows and cohorts are the same.
SELECT sbg_fit(x, t_x = 1) = (SELECT model FROM fits) AS rows
FROM cohorts, history_counts(h), generate_series(1, customers);
SELECT sbg_weighted_fit(x, t_x = 1, customers) = (SELECT model FROM fits) AS weighted FROM cohorts, history_counts(h);

-- Retention rises because the loyal stay; survival is its product; churn its complement.
SELECT renewals, round(renewal_probability(m, renewals)::numeric, 6) AS renews,
       round(churn_probability(m, renewals)::numeric, 6) AS leaves,
       round(survival_probability(m, renewals)::numeric, 6) AS still_there
FROM sbg_model(0.704, 1.182) AS m, generate_series(0, 12, 3) AS renewals;
SELECT bool_and(abs(survival_probability(m, n) - (SELECT exp(sum(ln(renewal_probability(m, j))))
               FROM generate_series(0, n - 1) AS j)) < 1e-13) AS product,
       bool_and(abs(survival_probability(m, n, 4) - survival_probability(m, n + 4) / survival_probability(m, 4)) <
           1e-13) AS conditional
FROM sbg_model(0.704, 1.182) AS m, generate_series(1, 20) AS n;
-- Discounted expected residual lifetime of the published High End segment (Fader, Hardie 2010), at 10 %.
SELECT renewals, round(residual_lifetime(sbg_model(0.668, 3.806), renewals, 0.1)::numeric, 6) AS periods
FROM generate_series(0, 4) AS renewals;
SELECT abs(residual_lifetime(m, 3, 0.1) - (SELECT sum(survival_probability(m, n, 3) / 1.1 ^ (n - 1))
               FROM generate_series(1, 400) AS n)) < 1e-11 AS sum_of_survival,
       residual_lifetime(m, 3) AS infinite, residual_lifetime(sbg_model(3, 7), 2) AS four_and_a_half
FROM sbg_model(0.668, 3.806) AS m;

-- Counts of every type.
SELECT renewal_probability(m, 2::numeric) = renewal_probability(m, 2::smallint) AS renews,
       churn_probability(m, 2::bigint) = churn_probability(m, 2.0) AS leaves,
       survival_probability(m, 3::numeric, 2::bigint) = survival_probability(m, '3', '2') AS still_there,
       residual_lifetime(m, 2::numeric, 0.1) = residual_lifetime(m, 2, '0.1') AS periods
FROM sbg_model(0.704, 1.182) AS m;

-- A status for everything.
SELECT model_description(sbg_fit(renewals_from_survivors('{100,100,100}'))) AS nobody_left,
       model_description(sbg_fit(renewals_from_survivors('{100,0}'))) AS nobody_stayed,
       model_description(sbg_fit('1:renewals:')) AS nobody;
SELECT model_status(m) AS all_leave_alike, round(renewal_probability(m, 0)::numeric, 4) AS one_half
FROM sbg_fit(renewals_from_survivors('{800000,400000,200000,100000}')) AS m;
SELECT renewal_probability('1:sbg:too few customers:3,0,0', 1) AS unknown;
SELECT renewal_probability(sbg_model(1, 1), -1) AS error;
SELECT renewal_probability(sbg_model(1, 1), 1.5) AS error;
SELECT survival_probability(sbg_model(1, 1), 1, 'Infinity') AS error;
SELECT residual_lifetime(sbg_model(1, 1), 1, -0.1) AS error;
SELECT residual_lifetime(sbg_model(1, 1), 1, 10) AS error;
SELECT renewal_probability(gamma_gamma_model(1, 1, 1), 1) AS error;
SELECT sbg_fit('1:purchases:'::histories_state) AS error;

-- A model that could not be fitted predicts nothing.
SELECT m AS too_few, churn_probability(m, 1) IS NULL AS churn, survival_probability(m, 1) IS NULL AS survival,
       residual_lifetime(m, 1) IS NULL AS lifetime
FROM (SELECT sbg_fit(2, true) AS m) AS fit;
