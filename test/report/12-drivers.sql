-- What drives the NPS. One state for each region is all that is read; the simulator's own weights stand beside the answer.
CREATE TEMPORARY TABLE nps_drivers AS
SELECT region, drivers_agg(nps_score, ARRAY[service, product_quality, response_speed, delivery, price]) AS answers
FROM shop.surveys JOIN shop.customers USING (customer_id)
GROUP BY region;

\qecho :title 'Why do they recommend us, or not? What drives the NPS score, beside the weights the simulation used'
SELECT replace(driver, '_', ' ') AS driver, to_char(r, 'FMS0.00') AS correlation, to_char(coefficient, 'FMS0.00') AS "points for one more",
       coalesce(to_char(value, 'FMS0.00'), 'none known') AS "true weight", pg_temp.p(p_value) AS "p value",
       pg_temp.percent(lmg / r_squared) AS "share (LMG)", pg_temp.percent(johnson / r_squared) AS "share (Johnson)", pg_temp.bar(lmg / r_squared) AS "share, drawn"
FROM (SELECT rollup(answers) AS answers FROM nps_drivers) AS everywhere,
     driver_importance(answers, '{service,product_quality,response_speed,delivery,price}')
LEFT JOIN shop.simulation_truth ON name = 'nps_weight_' || driver
ORDER BY lmg DESC;
\qecho :by 'driver_importance(drivers_agg(nps_score, ARRAY[service, product_quality, ...]))'

\qecho :title 'Where to act first? Importance against performance: what counts much and is rated low'
SELECT replace(driver, '_', ' ') AS driver, priority, pg_temp.decimals(performance, 2) AS "mean rating", pg_temp.percent(weight / r_squared(answers)) AS importance,
       pg_temp.bar(weight / r_squared(answers)) AS "importance, drawn"
FROM (SELECT rollup(answers) AS answers FROM nps_drivers) AS everywhere,
     driver_priorities(answers, '{service,product_quality,response_speed,delivery,price}', cut => 'median')
ORDER BY array_position('{improve,keep,monitor,possible overkill}', priority), weight DESC;
\qecho :by 'driver_priorities(answers, names, cut => ''median'')'

\qecho :title 'Who is treated worse? Mean ratings by region, from the same states'
SELECT region, pg_temp.many(complete_rows(answers)) AS answers, pg_temp.decimals(max(mean) FILTER (WHERE driver = 'service'), 2) AS service,
       pg_temp.decimals(max(mean) FILTER (WHERE driver = 'quality'), 2) AS "product quality", pg_temp.decimals(max(mean) FILTER (WHERE driver = 'speed'), 2) AS "response speed",
       pg_temp.decimals(max(mean) FILTER (WHERE driver = 'delivery'), 2) AS delivery, pg_temp.decimals(max(mean) FILTER (WHERE driver = 'price'), 2) AS price,
       pg_temp.percent(max(r_squared)) AS "NPS explained"
FROM nps_drivers, driver_importance(answers, '{service,quality,speed,delivery,price}')
GROUP BY region, answers ORDER BY region;
\qecho :by 'driver_importance(answers, names), complete_rows(answers)'
