"""Writes the list that every client works through: each public function, aggregate and window function, with a value for
every argument and what the server itself says of the result, as text.

    calls.py FIXTURES > LIST        FIXTURES: test/fixtures/VERSION.txt

Lines, with tabs between fields and \\N for NULL:

    call      signature  statement with $1, $2, ... for the arguments
    argument  type       value                one for each argument
    column    name       type                 one for each column
    row       value ...                       as many as there are

Functions come from the catalogue, values of our types from the fixtures and the rest from VALUES below. Of many
combinations the first is taken that leaves no column NULL, else the one that leaves the fewest. A function for which
there is none at all is an error: the list is complete.
"""
import random
import sys

import psycopg2

# What an argument may be: by its type, and by name and type where the name says more.
VALUES = {
    "boolean": "true|false", "smallint": "3|2", "integer": "3|5|2|1", "bigint": "5|12|3|20", "double precision": "2|0.5|30.25|0.1",
    "numeric": "9.5|120.25|0.1", "text": "c0|c1|week", "date": "2024-02-11|2025-11-30|2024-01-06|2026-06-30",
    "timestamp without time zone": "2024-02-11 12:34:56.789|2025-11-30 12:00:00",
    "timestamp with time zone": "2024-02-11 12:34:56.789+00|2025-11-30 12:00:00+00|2026-06-30 00:00:00+00",
    "metric_duration": "2|0.5|36 hours", "counts double precision[]": "{1,0,2,0,0,3,1,0,4,9,6}", "ended double precision[]": "{9,4,2}",
    "censored double precision[]": "{1,0,2}",
    "uuid": "c81e728d-9d4c-2f63-6f06-7f89cc14862c", "interval": "30 days|400 days", "interval[]": "{1 day,7 days}|{1 day}",
    "double precision[]": "{1,2.5,3}|{0.8,0.95}|{3,2,7}", "integer[]": "{1,3,7}", "bigint[]": "{9,4,2}|{1,0,2}|{1,0,2,0,0,3,1,0,4,9,6}",
    "segments text[]": "{a}", "text[]": "{a,b,c}|{a,b,c,d}", "boolean[]": "{true,false}",
    "customer_id text": "c2|c0|c1", "period text": "month|year|day", "zone text": "Europe/Berlin", "currency text": "EUR", "billing_period text": "year", "kind text": "revenue",
    "kind metric_option": "revenue", "as_of timestamp without time zone": "2026-06-30|2025-11-30|2024-02-11",
    "after timestamp without time zone": "2024-01-06", "until timestamp without time zone": "2025-11-30 12:00:00",
    "margin_per_period double precision": "30.25",
    "denominator text": "start|average", "parameter text": "r|alpha|p", "retention double precision": "0.8", "discount double precision": "0.1",
    "started date": "2024-02-11", "ended date": "2026-06-30", "converted_at date": "2024-02-12", "won_at date": "2025-01-05",
    "as_of date": "2026-06-30|2025-11-30|2024-02-11", "as_of timestamp with time zone": "2026-06-30 00:00:00+00", "exclude text": "4|3", "seen_until date": "2026-07-01", "step integer": "1|2", "steps integer": "3|2|1",
    "baseline integer": "20|2", "series double precision[]": "{1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,9,9,9,9.5}",
    "window_start date": "2024-01-01", "window_end date": "2025-12-31",
    "next_start date": "2024-06-01", "next_end date": "2025-12-31",
    "calibration_end timestamp without time zone": "2024-06-30", "holdout_end timestamp without time zone": "2025-11-30",
    "survivors double precision[]": "{9,4,2}",
    "metric_moment": "2024-02-11 12:34:56.789|2024-02-11 12:34:56.789+00|2025-11-30|2025-11-30 00:00+00",
    "as_of metric_moment": "2026-06-30|2026-06-30 00:00+00", "until metric_moment": "2026-12-31|2026-12-31 00:00+00",
    "expires_at metric_moment": "2026-06-30|2026-06-30 00:00+00",
}
# What the fixtures do not hold: customers by uuid, steps and days enough for a report, a survey on 1 to 5, and histories with
# models that were fitted to them.
MADE = """
    WITH h AS (SELECT histories_weighted_agg(x, t_x, 60, n) AS p, (SELECT spend_agg(1 + x % 3, 5 + (x * 7 + y * 5) % 23) FROM generate_series(0, 6) AS x, generate_series(1, 3) AS y) AS s
               FROM (VALUES (0, 0, 40), (1, 5, 10), (1, 20, 6), (2, 10, 5), (2, 30, 5), (3, 35, 3), (4, 12, 4), (5, 50, 3), (8, 20, 3), (12, 55, 2)) AS v(x, t_x, n))
    SELECT 'histories_state', p::text FROM h UNION ALL SELECT 'histories_state', s::text FROM h
    UNION ALL SELECT 'histories_state', opportunities_agg(x, x + sign(x), 8)::text FROM generate_series(0, 6) AS x
    UNION ALL SELECT 'model customer_model', bgnbd_fit(p)::text FROM h
    UNION ALL SELECT 'customer_model', gamma_gamma_fit(s)::text FROM h UNION ALL SELECT 'spend_model customer_model', gamma_gamma_fit(s)::text FROM h
    UNION ALL SELECT 'cohorts', cohorts_agg('c81e728d-9d4c-2f63-6f06-7f89cc14862c'::uuid, day::date, 'month')::text
    FROM generate_series(timestamp '2024-01-06', '2024-04-06', '1 month') AS day
    UNION ALL SELECT 'cohorts', cohorts_agg('c1'::text, date '2024-01-06' + x * x, 'day')::text FROM generate_series(0, 6) AS x
    UNION ALL SELECT 'funnels', funnels_agg(5::bigint, timestamptz '2024-02-11 12:00+00' + x * interval '1 hour', 1 + x % 3)::text FROM generate_series(0, 7) AS x
    UNION ALL SELECT 'drivers_state', drivers_agg(x, ARRAY[x * x % 5, x % 3, x % 2])::text FROM generate_series(0, 11) AS x
    UNION ALL SELECT 'survey_state', survey_agg(1 + x % 5)::text FROM generate_series(1, 9) AS x
    UNION ALL SELECT 'rfm_migration_state', rfm_migration_agg(b::rfm_cell, a::rfm_cell)::text FROM (VALUES ('5-5-5', '3-4-5'), ('1-2-3', '5-1-1')) AS v(b, a)"""

# An argument is cast where another function of that name could be meant, and where drivers know no such type.
FUNCTIONS = r"""
    SELECT p.oid::regprocedure::text, p.proname, p.prokind, coalesce(c.names, '{r}'), coalesce(c.types, ARRAY[format_type(p.prorettype, NULL)]),
           ARRAY(SELECT ARRAY[coalesce(p.proargnames[n], ''), format_type(t, NULL), pg_get_function_arg_default(p.oid, n::integer),
                              (t >= 16384 OR t IN ('uuid'::regtype, 'interval'::regtype) OR format_type(t, NULL) LIKE '%[]'
                               OR EXISTS (SELECT FROM pg_proc AS o
                                          WHERE o.proname = p.proname AND o.pronargs >= p.pronargs
                                                AND o.pronargs - o.pronargdefaults <= p.pronargs AND o.proargtypes[n - 1] <> t))::text]
                 FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n) ORDER BY n)
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics',
         LATERAL (SELECT array_agg(p.proargnames[n] ORDER BY n) AS names, array_agg(format_type(t, NULL) ORDER BY n) AS types
                  FROM unnest(p.proallargtypes, p.proargmodes) WITH ORDINALITY AS a(t, mode, n) WHERE mode IN ('o', 't')) AS c
    WHERE p.proname NOT LIKE '\_%' ORDER BY p.oid::regprocedure::text COLLATE "C" """


def known_values(cursor, path):
    values = {kind: listed.split("|") for kind, listed in VALUES.items()}
    fixtures = [line.split("\t")[:2] for line in open(path, encoding="utf-8")]
    cursor.execute(MADE)
    for kind, text in cursor.fetchall() + sorted(fixtures, key=lambda f: -len(f[1])):
        if len(text) < 400:
            values.setdefault(kind, []).append(text)
    # Two different ones: a comparison of something with itself says little.
    values["survival_state[]"] = ['{"%s","%s"}' % tuple(values["survival_state"][:2])]
    for kind in [k for k in values if k.startswith("mrr_")]:
        values[f"{kind}[]"] = ['{"%s"}' % text.replace("\\", "\\\\").replace('"', '\\"') for text in values[kind][:2]]
    return values


def possible(cursor, values, name, kind, default):
    """All there is for an argument, the likeliest first; None where its default is NULL."""
    given = []
    if default is not None:
        cursor.execute(f"SELECT ({default})::text")
        given = [cursor.fetchone()[0]]
    return [g for g in given if g is not None] + values.get(f"{name} {kind}", []) + values.get(kind, []) + [None] * (None in given)


def query(kind, name, marks, columns, texts):
    """The statement that calls a function; as text for the server's own answer, or as a client writes it."""
    call = f"{name}({', '.join(marks)})"
    if kind == "f":
        listed = ", ".join(f'r."{c}"' + "::text" * texts for c in columns)
        return f"SELECT {listed} FROM {call} AS r" + (f"({', '.join(chr(34) + c + chr(34) for c in columns)})" if texts else "")
    return f"SELECT ({call}{' OVER ()' * (kind == 'w')}){'::text' * texts} AS r"


def best(cursor, function, values):
    """Arguments and rows: see the top."""
    signature, name, kind, columns, _, arguments = function
    lists = [possible(cursor, values, n, t, default) for n, t, default, _ in arguments]
    for argument, listed in zip(arguments, lists):
        if not listed:
            raise SystemExit(f"{signature}: there is no value for {argument[0] or 'an argument'} of type {argument[1]} in calls.py")
    statement = query(kind, name, [f"%s::{t}" for _, t, _, _ in arguments], columns, True)
    choose, found, fewest = random.Random(signature), None, None
    for attempt in range(300):
        bound = [choose.choice(listed) if attempt and choose.random() < 0.6 else listed[0] for listed in lists]
        try:
            cursor.execute("SAVEPOINT s")
            cursor.execute(statement, bound)
        except psycopg2.Error as error:
            if error.pgcode[:2] not in ("22", "54", "0A") and error.pgcode != "42804":
                raise SystemExit(f"{signature}: {error}") from error
            cursor.execute("ROLLBACK TO s")
            continue
        rows = cursor.fetchall()
        # Many rows say no more than a few.
        nulls = sum(cell is None for row in rows for cell in row) / len(rows) + len(rows) // 50 if rows else 1000
        if fewest is None or nulls < fewest:
            found, fewest = (bound, rows), nulls
        if not fewest or not arguments:
            break
    if not found:
        raise SystemExit(f"{signature}: no combination of the values in calls.py suits it")
    return found


def line(*fields):
    fields = ["\\N" if f is None else f for f in fields]
    assert not any(c in f for f in fields for c in "\t\n\r") and not any("\\" in f and f != "\\N" for f in fields), fields
    print(*fields, sep="\t")


def main():
    connection = psycopg2.connect("")
    cursor = connection.cursor()
    cursor.execute("SET TimeZone = 'UTC'; SET client_min_messages = error")
    values = known_values(cursor, sys.argv[1])
    cursor.execute(FUNCTIONS)
    for function in cursor.fetchall():
        signature, name, kind, columns, types, arguments = function
        bound, rows = best(cursor, function, values)
        marks = [f"${place}" + f"::{t}" * (cast == "true") for place, (_, t, _, cast) in enumerate(arguments, 1)]
        line("call", signature, query(kind, name, marks, columns, False))
        for (_, t, _, _), value in zip(arguments, bound):
            line("argument", t, value)
        for column, column_type in zip(columns, types):
            line("column", column, column_type)
        for row in rows:
            line("row", *row)


main()
