-- metric_option: a word that is an option of an aggregate.
-- @type metric_option cm_metric_option cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
COMMENT ON TYPE metric_option IS
    'a word that is an option of an aggregate, such as a period or a time zone: any text; it has no collation, so that postgres_fdw sends the aggregate';
CREATE CAST (text AS metric_option) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (varchar AS metric_option) WITHOUT FUNCTION AS IMPLICIT;
CREATE FUNCTION _metric_option(bpchar) RETURNS metric_option
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    RETURN $1::text::metric_option;
CREATE CAST (bpchar AS metric_option) WITH FUNCTION _metric_option(bpchar) AS IMPLICIT;
