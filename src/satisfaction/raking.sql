-- Raking: weights that give a survey the margins of those it speaks for.
CREATE FUNCTION raking_weight(categories text[], margins jsonb, base_weight double precision DEFAULT 1)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_raking_weight' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION raking_weight(text[], jsonb, double precision) IS
    'weight of each row of the window partition, so that the weighted shares of categories are those of the margins, such as [{"f": 51, "m": 49}, {"18-34": 0.3, "35+": 0.7}], one object a dimension in the order of the categories; iterative proportional fitting (Deming and Stephan 1940) to 1e-10, an error where 1000 steps do not reach it; weights add up to the number of rows';
CREATE FUNCTION raking_report(categories text[], margins jsonb, base_weights double precision[] DEFAULT NULL,
    OUT converged boolean, OUT steps integer, OUT largest_error double precision, OUT n bigint,
    OUT least_factor double precision, OUT largest_factor double precision)
    AS 'MODULE_PATHNAME', 'cm_raking_report' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION raking_report(text[], jsonb, double precision[]) IS
    'how raking the rows array_agg(ARRAY[gender, age]) went: whether the margins were reached, in how many steps, how far a share is off at most, and the least and largest factor on the weights that rows came with';
