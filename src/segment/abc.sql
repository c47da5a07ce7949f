-- ABC analysis: who makes how much of the whole.
CREATE FUNCTION abc_class(value double precision, bounds double precision[] DEFAULT '{0.8,0.95}',
    boundary text DEFAULT 'crossing_up') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_abc_class' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION abc_class(double precision, double precision[], text) IS
    'A, B, C, ... by the share of the sum of the window partition that greater values reach; equal values together; NULL for values of zero or less; boundary crossing_up or crossing_down: which class has the item that crosses a bound';
