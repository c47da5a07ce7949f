-- What drives the NPS. One state for each region is all that is read; the simulator's own weights stand beside the answer.
CREATE TEMPORARY TABLE nps_drivers AS
SELECT region, drivers_agg(nps_score, ARRAY[service, product_quality, response_speed, delivery, price]) AS answers
FROM shop.surveys JOIN shop.customers USING (customer_id)
GROUP BY region;

-- A share drawn as a bar of up to 20 blocks.
CREATE FUNCTION pg_temp.bar(share float8) RETURNS text
RETURN repeat('█', round(20 * share)::integer);

\pset title 'Why do they recommend us, or not? Drivers of the NPS score, the weights the simulation used beside them'
SELECT driver, to_char(r, 'S0.00') AS r, to_char(coefficient, 'S0.00') AS "points for one more", to_char(value, 'S0.00') AS "true weight",
       to_char(p_value, '0.0000') AS "p value", pg_temp.percent(lmg / r_squared) AS "share (LMG)",
       pg_temp.percent(johnson / r_squared) AS "share (Johnson)", pg_temp.bar(lmg / r_squared) AS " "
FROM (SELECT rollup(answers) AS answers FROM nps_drivers) AS everywhere,
     driver_importance(answers, '{service,product_quality,response_speed,delivery,price}')
LEFT JOIN shop.simulation_truth ON name = 'nps_weight_' || driver
ORDER BY lmg DESC;

\pset title 'Where to act first? Importance against performance'
SELECT driver, priority, to_char(performance, '0.00') AS "mean rating", pg_temp.percent(weight / r_squared(answers)) AS importance
FROM (SELECT rollup(answers) AS answers FROM nps_drivers) AS everywhere,
     driver_priorities(answers, '{service,product_quality,response_speed,delivery,price}')
ORDER BY array_position('{improve,keep,monitor,possible overkill}', priority), weight DESC;

\pset title 'Who is treated worse? Mean ratings by region, from the same states'
SELECT region, pg_temp.many(complete_rows(answers)) AS answers, to_char(max(mean) FILTER (WHERE driver = 'service'), '0.00') AS service,
       to_char(max(mean) FILTER (WHERE driver = 'quality'), '0.00') AS quality, to_char(max(mean) FILTER (WHERE driver = 'speed'), '0.00') AS speed,
       to_char(max(mean) FILTER (WHERE driver = 'delivery'), '0.00') AS delivery, to_char(max(mean) FILTER (WHERE driver = 'price'), '0.00') AS price,
       pg_temp.percent(max(r_squared)) AS "NPS explained"
FROM nps_drivers, driver_importance(answers, '{service,quality,speed,delivery,price}')
GROUP BY region, answers ORDER BY region;
