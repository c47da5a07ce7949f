-- Converters: one name each, with an overload for every type that a loader may choose. A view says crm_timestamp(column)
-- and goes on when the loader lands a timestamptz where it landed a text before. They are IMMUTABLE: no setting changes a
-- result, and indexes can be made of them.

-- Times: 1751297400000 (milliseconds since 1970), 2025-12-31T10:00:00+05:30, 2025-12-31 10:00:00 (in the zone).
CREATE FUNCTION crm_timestamp(value text, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(text, text) IS
    'a landed time: ISO with an offset or in the zone, or milliseconds since 1970; blanks are NULL, other forms an error';
CREATE FUNCTION crm_timestamp(value bigint, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(bigint, text) IS 'a landed time in milliseconds since 1970';
CREATE FUNCTION crm_timestamp(value double precision, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_double' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(double precision, text) IS 'a landed time in milliseconds since 1970';
CREATE FUNCTION crm_timestamp(value numeric, zone text) RETURNS timestamptz IMMUTABLE PARALLEL SAFE
    RETURN crm_timestamp(value::double precision, zone);
COMMENT ON FUNCTION crm_timestamp(numeric, text) IS 'a landed time in milliseconds since 1970';
CREATE FUNCTION crm_timestamp(value date, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(date, text) IS 'the midnight of a landed day in the zone';
CREATE FUNCTION crm_timestamp(value timestamp, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(timestamp, text) IS 'a landed time of a clock, in the zone';
CREATE FUNCTION crm_timestamp(value timestamptz, zone text) RETURNS timestamptz IMMUTABLE PARALLEL SAFE RETURN value;
COMMENT ON FUNCTION crm_timestamp(timestamptz, text) IS 'a landed time that is one already';
CREATE FUNCTION crm_timestamp(value jsonb, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_timestamp_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_timestamp(jsonb, text) IS 'a landed time: a text or a number of milliseconds in JSON';
CREATE FUNCTION crm_timestamp(value json, zone text) RETURNS timestamptz IMMUTABLE PARALLEL SAFE
    RETURN crm_timestamp(value::jsonb, zone);
COMMENT ON FUNCTION crm_timestamp(json, text) IS 'a landed time: a text or a number of milliseconds in JSON';

-- Days: 2025-12-31, or the day of a time in the zone.
CREATE FUNCTION crm_date(value text, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(text,
    text) IS 'a landed day: YYYY-MM-DD, or the day in the zone of what crm_timestamp reads';
CREATE FUNCTION crm_date(value bigint, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(bigint, text) IS 'the day in the zone of milliseconds since 1970';
CREATE FUNCTION crm_date(value double precision, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_double' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(double precision, text) IS 'the day in the zone of milliseconds since 1970';
CREATE FUNCTION crm_date(value numeric, zone text) RETURNS date IMMUTABLE PARALLEL SAFE
    RETURN crm_date(value::double precision, zone);
COMMENT ON FUNCTION crm_date(numeric, text) IS 'the day in the zone of milliseconds since 1970';
CREATE FUNCTION crm_date(value date, zone text) RETURNS date IMMUTABLE PARALLEL SAFE RETURN value;
COMMENT ON FUNCTION crm_date(date, text) IS 'a landed day that is one already';
CREATE FUNCTION crm_date(value timestamp, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(timestamp, text) IS 'the day of a landed time of a clock';
CREATE FUNCTION crm_date(value timestamptz, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(timestamptz, text) IS 'the day of a time in the zone';
CREATE FUNCTION crm_date(value jsonb, zone text) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_crm_date_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_date(jsonb, text) IS 'a landed day: a text or a number of milliseconds in JSON';
CREATE FUNCTION crm_date(value json, zone text) RETURNS date IMMUTABLE PARALLEL SAFE
    RETURN crm_date(value::jsonb, zone);
COMMENT ON FUNCTION crm_date(json, text) IS 'a landed day: a text or a number of milliseconds in JSON';
CREATE FUNCTION crm_days_before(at timestamptz, days integer, zone text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'cm_crm_days_before' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_days_before(timestamptz, integer, text) IS
    'the same time of the clock of the zone, so many days before; NULL if an argument is NULL';

-- Amounts. Separators of thousands and signs of currencies are errors: they would have to be guessed.
CREATE FUNCTION crm_number(value text) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_crm_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_number(text) IS 'a landed amount: digits with at most one decimal point; blanks are NULL';
CREATE FUNCTION crm_number(value jsonb) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_crm_number_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_number(jsonb) IS 'a landed amount: a number or a text in JSON';
CREATE FUNCTION crm_number(value json) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN crm_number(value::jsonb);
COMMENT ON FUNCTION crm_number(json) IS 'a landed amount: a number or a text in JSON';
CREATE FUNCTION crm_number(value double precision) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_crm_number_double' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_number(double precision) IS 'a landed amount, in the 15 digits that somebody typed';
CREATE FUNCTION crm_number(value numeric) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN value;
COMMENT ON FUNCTION crm_number(numeric) IS 'a landed amount that is one already';
CREATE FUNCTION crm_number(value bigint) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN value::numeric;
COMMENT ON FUNCTION crm_number(bigint) IS 'a landed amount';
CREATE FUNCTION crm_number(value integer) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN value::numeric;
COMMENT ON FUNCTION crm_number(integer) IS 'a landed amount';
CREATE FUNCTION crm_amount(amount numeric, rate numeric, divided boolean, record text) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_crm_amount' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_amount(numeric, numeric, boolean, text) IS
    'an amount in the home currency: amount / rate, or amount * rate; without a rate as it is; a rate is above zero';

-- What people read: a picklist's label. Nothing chosen (-None-) and blanks are NULL.
CREATE FUNCTION crm_text(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_text(text) IS
    'a landed word: of JSON its label, name or value, of a list the first; -None- and blanks are NULL';
CREATE FUNCTION crm_text(value jsonb) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_text_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_text(jsonb) IS 'a landed word in JSON: its label, name or value, of a list the first';
CREATE FUNCTION crm_text(value json) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_text(value::jsonb);
COMMENT ON FUNCTION crm_text(json) IS 'a landed word in JSON: its label, name or value, of a list the first';
CREATE FUNCTION crm_text(value text[]) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_text(value[1]);
COMMENT ON FUNCTION crm_text(text[]) IS 'the first of a landed list of words';
CREATE FUNCTION crm_text(value integer) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_text(integer) IS 'a landed code';
CREATE FUNCTION crm_text(value bigint) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_text(bigint) IS 'a landed code';
CREATE FUNCTION crm_text(value numeric) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_text(numeric) IS 'a landed number as text';
CREATE FUNCTION crm_text(value boolean) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_text(boolean) IS 'true or false';
CREATE FUNCTION crm_text(value uuid) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_text(uuid) IS 'a landed id as text';
CREATE FUNCTION crm_text(value date) RETURNS text STABLE PARALLEL SAFE RETURN to_char(value::timestamp, 'YYYY-MM-DD');
COMMENT ON FUNCTION crm_text(date) IS 'a landed day as YYYY-MM-DD, in every session';
CREATE FUNCTION crm_text(value timestamp) RETURNS text STABLE PARALLEL SAFE
    RETURN to_char(value, 'YYYY-MM-DD"T"HH24:MI:SS.US');
COMMENT ON FUNCTION crm_text(timestamp) IS 'a landed time of a clock as YYYY-MM-DDTHH:MM:SS, in every session';
CREATE FUNCTION crm_text(value timestamptz) RETURNS text STABLE PARALLEL SAFE
    RETURN to_char(timezone('UTC', value), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
COMMENT ON FUNCTION crm_text(timestamptz) IS 'a landed time as YYYY-MM-DDTHH:MM:SSZ, in every session';
CREATE FUNCTION crm_text(value double precision) RETURNS text IMMUTABLE PARALLEL SAFE
    RETURN crm_number(value)::text;
COMMENT ON FUNCTION crm_text(double precision) IS 'a landed number as text';

-- Ids: of an object its id, of a list the first, of an export without the zcrm_ before it.
CREATE FUNCTION crm_ref(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_ref' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_ref(text) IS 'a landed id: without zcrm_, of JSON its id, of a list the first; blanks are NULL';
CREATE FUNCTION crm_ref(value jsonb) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_ref_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_ref(jsonb) IS 'a landed id in JSON: of an object its id, of a list the first';
CREATE FUNCTION crm_ref(value json) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_ref(value::jsonb);
COMMENT ON FUNCTION crm_ref(json) IS 'a landed id in JSON: of an object its id, of a list the first';
CREATE FUNCTION crm_ref(value text[]) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_ref(value[1]);
COMMENT ON FUNCTION crm_ref(text[]) IS 'the first of a landed list of ids';
CREATE FUNCTION crm_ref(value bigint) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_ref(bigint) IS 'a landed id as text';
CREATE FUNCTION crm_ref(value numeric) RETURNS text IMMUTABLE PARALLEL SAFE RETURN trim_scale(value)::text;
COMMENT ON FUNCTION crm_ref(numeric) IS 'a landed id as text';
CREATE FUNCTION crm_ref(value double precision) RETURNS text IMMUTABLE PARALLEL SAFE
    RETURN crm_number(value)::bigint::text;
COMMENT ON FUNCTION crm_ref(double precision) IS
    'a landed id as text; one of more than 15 digits was rounded by who loaded it, which crm_check finds';
CREATE FUNCTION crm_ref(value uuid) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_ref(uuid) IS 'a landed id as text';

-- Names: of an object its name.
CREATE FUNCTION crm_name(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_name(text) IS 'a landed name: of JSON its name, of a list the first; blanks are NULL';
CREATE FUNCTION crm_name(value jsonb) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_name_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_name(jsonb) IS 'a landed name in JSON: of an object its name, of a list the first';
CREATE FUNCTION crm_name(value json) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_name(value::jsonb);
COMMENT ON FUNCTION crm_name(json) IS 'a landed name in JSON: of an object its name, of a list the first';
CREATE FUNCTION crm_name(value text[]) RETURNS text IMMUTABLE PARALLEL SAFE RETURN crm_name(value[1]);
COMMENT ON FUNCTION crm_name(text[]) IS 'the first of a landed list of names';
CREATE FUNCTION crm_name(value bigint) RETURNS text IMMUTABLE PARALLEL SAFE RETURN value::text;
COMMENT ON FUNCTION crm_name(bigint) IS 'an id where there is no name';

CREATE FUNCTION crm_boolean(value text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN nullif(btrim(value), '')::boolean;
COMMENT ON FUNCTION crm_boolean(text) IS 'a landed true or false; blanks are NULL';
CREATE FUNCTION crm_boolean(value boolean) RETURNS boolean IMMUTABLE PARALLEL SAFE RETURN value;
COMMENT ON FUNCTION crm_boolean(boolean) IS 'a landed true or false';
CREATE FUNCTION crm_boolean(value bigint) RETURNS boolean IMMUTABLE PARALLEL SAFE RETURN value <> 0::bigint;
COMMENT ON FUNCTION crm_boolean(bigint) IS 'a landed 1 or 0';
CREATE FUNCTION crm_boolean(value jsonb) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN nullif(btrim(value #>> '{}'), '')::boolean;
COMMENT ON FUNCTION crm_boolean(jsonb) IS 'a landed true or false in JSON';
CREATE FUNCTION crm_boolean(value json) RETURNS boolean IMMUTABLE PARALLEL SAFE RETURN crm_boolean(value::jsonb);
COMMENT ON FUNCTION crm_boolean(json) IS 'a landed true or false in JSON';

-- What words mean.
CREATE FUNCTION crm_meaning(field text, word text) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_meaning' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION crm_meaning(text, text) IS
    'what a default word means, in English, Chinese or Spanish: field is stage, sales_status, life_status, order_status or '
    'ticket_type; NULL if the word is not known';
CREATE FUNCTION crm_unknown(field text, word text, record text, to_schema text) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_crm_unknown' LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT;
COMMENT ON FUNCTION crm_unknown(text, text, text,
    text) IS 'the error of a word that neither we nor the table words know';
