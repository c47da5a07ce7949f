"""Calls every public function through a client, with a bound parameter for every argument, and reads every column.

    clients.py CLIENT FIXTURES      CLIENT: psycopg2, psycopg-text or psycopg-binary; FIXTURES: test/fixtures/VERSION.txt

Functions and arguments come from the catalogue, values of our types from the fixtures. What the client reads must be what
the server says as text. Prints "ok - ..." or "not ok - ..." for each function. Environment variables name the server.
"""
import datetime
import decimal
import math
import sys

DAY = datetime.date(2025, 11, 30)
VALUES = {
    "boolean": True, "smallint": 3, "integer": 3, "bigint": 5, "double precision": 2.0, "numeric": decimal.Decimal("9.5"),
    "text": "month", "date": DAY, "timestamp without time zone": datetime.datetime(2025, 11, 30, 12),
    "timestamp with time zone": datetime.datetime(2025, 11, 30, 12, tzinfo=datetime.timezone.utc),
    "uuid": "c4ca4238-a0b9-2382-0dcc-509a6f75849b", "interval": datetime.timedelta(days=30),
    "double precision[]": [1.0, 2.5, 3.0], "integer[]": [1, 3, 7], "bigint[]": [1, 3, 7], "smallint[]": [1, 3, 7],
    "numeric[]": [decimal.Decimal(1), decimal.Decimal("2.5")], "text[]": ["a", "b", "c"], "boolean[]": [True, False],
    "date[]": [DAY], "interval[]": [datetime.timedelta(days=1), datetime.timedelta(days=7)],
}
FUNCTIONS = r"""
    SELECT p.oid::regprocedure::text, p.proname::text, p.pronargdefaults,
           coalesce((SELECT array_agg(format_type(t, NULL) ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n)), '{}')::text[]
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    WHERE p.prokind = 'f' AND p.proname NOT LIKE '\_%' ORDER BY 1"""


def connect(client):
    if client == "psycopg2":
        import psycopg2
        connection = psycopg2.connect("")
        return connection, connection.cursor()
    import psycopg
    connection = psycopg.connect("")
    return connection, connection.cursor(binary=client == "psycopg-binary")


def fixtures(path):
    found = {}
    for line in open(path, encoding="utf-8"):
        kind, text = line.split("\t")[:2]
        if len(text) < 400:
            found[kind] = text  # the last: not the empty one
    return found


def same(read, text):
    """What the client read against the server's own text."""
    if read is None or text is None:
        return read is None and text is None
    if isinstance(read, bool):
        return text == ("true" if read else "false")
    if isinstance(read, float):
        return math.isfinite(read) and read == float(text)
    if isinstance(read, (int, decimal.Decimal)):
        return decimal.Decimal(read) == decimal.Decimal(text)
    return isinstance(read, (str, bytes, list)) or str(read) == text or str(read).startswith(text[:10])


def call(cursor, name, types, known):
    """Rows as the client reads them, rows as text, or None where there is no value for an argument."""
    values = [known.get(t, VALUES.get(t)) for t in types]
    for place, kind in enumerate(types):
        if kind.endswith("[]") and kind[:-2] in known: # an array of ours, as text: drivers do not know the type
            quoted = '"' + known[kind[:-2]].replace("\\", "\\\\").replace('"', '\\"') + '"'
            values[place] = "{" + quoted + "," + quoted + "}"
    if any(v is None for v in values):
        return None
    marks = ", ".join("%s::" + t if t in known or t.endswith("[]") or t in ("uuid", "interval") else "%s" for t in types)
    cursor.execute(f"SELECT r.* FROM {name}({marks}) AS r", values)
    rows = cursor.fetchall()
    columns = [c[0] for c in cursor.description]
    quoted = ", ".join('r."%s"::text' % c for c in columns)
    cursor.execute(f"SELECT {quoted} FROM {name}({marks}) AS r({', '.join(chr(34) + c + chr(34) for c in columns)})", values)
    return rows, cursor.fetchall()


def main():
    client, path = sys.argv[1:]
    known = fixtures(path)
    connection, cursor = connect(client)
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(FUNCTIONS)
    refused = 0
    for signature, name, defaults, types in cursor.fetchall():
        types = list(types)[: len(types) - defaults]
        connection.commit()
        try:
            result = call(cursor, name, types, known)
        except Exception as error:  # pylint: disable=broad-except
            connection.rollback()
            state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
            if state[:2] in ("22", "54", "0A") or state == "42804":
                refused += 1
                continue  # the values do not suit; that the error is good is tested elsewhere
            print(f"not ok - {client} {signature}: {str(error).splitlines()[0]}")
            continue
        if result is None:
            print(f"not ok - {client} {signature}: no value for an argument; add it to VALUES in clients.py")
        elif all(same(a, b) for row, texts in zip(*result) for a, b in zip(row, texts)) and len(result[0]) == len(result[1]):
            print(f"ok - {client} {signature}")
        else:
            print(f"not ok - {client} {signature}: read {result[0][:2]} of {result[1][:2]}")
    print(f"({client}: {refused} calls were refused with a reason)")


main()
