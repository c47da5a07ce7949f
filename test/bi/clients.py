"""Works through the list of calls.py with a Python client: binds every argument as a value of the client's own kind, reads
every column, and compares with what the server said.

    clients.py CLIENT LIST        CLIENT: psycopg2, psycopg-text, psycopg-binary or odbc

Prints "ok - ..." or "not ok - ..." for each function. Environment variables name the server.
"""
import datetime
import decimal
import os
import re
import sys
import uuid

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)


def calls(path):
    """The list: signature, statement, arguments (type, value), columns (name, type), rows."""
    found = []
    for text in open(path, encoding="utf-8"):
        kind, *fields = (None if f == "\\N" else f for f in text.rstrip("\n").split("\t"))
        if kind == "call":
            found.append({"signature": fields[0], "statement": fields[1], "argument": [], "column": [], "row": []})
        else:
            found[-1][kind].append(tuple(fields))
    return found


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("+00", "+00:00"))


# A value of a type as a program has it: how to make one of the list's text. Other types, ours among them, stay text.
NATIVE = {
    "boolean": lambda text: text == "true", "smallint": int, "integer": int, "bigint": int, "double precision": float,
    "numeric": decimal.Decimal, "date": datetime.date.fromisoformat, "timestamp without time zone": moment,
    "timestamp with time zone": moment, "uuid": uuid.UUID, "interval": lambda text: DAY * int(text.split()[0]),
}


def bound(client, kind, text):
    """What the client is given for an argument."""
    element = kind.removesuffix("[]")
    if text is None:
        return None
    if client == "odbc" and (kind.endswith("[]") or kind == "interval"):
        return text  # pyodbc has neither
    if client == "odbc" and kind == "timestamp with time zone":
        return moment(text).replace(tzinfo=None)  # ODBC has no time zones: those of the session
    if kind.endswith("[]"):
        return [NATIVE.get(element, str)(t) for t in text.strip("{}").split(",")] if element in NATIVE or element == "text" else text
    return NATIVE.get(kind, str)(text)


class Psycopg:
    """psycopg2, and psycopg in the text and the binary format."""

    def __init__(self, client):
        if client == "psycopg2":
            import psycopg2 as module
            import psycopg2.extras
            psycopg2.extras.register_uuid()
            self.connection = module.connect("")
            self.cursor = self.connection.cursor()
        else:
            import psycopg as module
            self.connection = module.connect("")
            self.cursor = self.connection.cursor(binary=client == "psycopg-binary")
        self.connection.autocommit = True

    def rows(self, statement, values):
        self.cursor.execute(re.sub(r"\$\d+", "%s", statement), values)
        return self.cursor.fetchall()

    def sent(self, kind, text):
        """The bytes of a value of ours, as the server sends them: all that a client in binary can know of it."""
        return bytes(self.rows(f"SELECT _{kind}_send($1::{kind})", [text])[0][0])


class Odbc(Psycopg):
    """psqlODBC through unixODBC. Booleans come as text unless BoolsAsChar says otherwise."""

    def __init__(self, client):  # pylint: disable=super-init-not-called
        import pyodbc
        options = {
            "Driver": "{PostgreSQL Unicode}", "Server": os.environ["PGHOST"], "Port": os.environ["PGPORT"], "UID": os.environ["PGUSER"],
            "Database": os.environ["PGDATABASE"], "BoolsAsChar": 0,
        }
        self.connection = pyodbc.connect(";".join(f"{k}={v}" for k, v in options.items()), autocommit=True)
        self.cursor = self.connection.cursor()

    def rows(self, statement, values):
        self.cursor.execute(re.sub(r"\$\d+", "?", statement), values)
        return self.cursor.fetchall()


def same(client, kind, read, text):
    """What the client read, against the server's own text."""
    if read is None or text is None:
        return read is None and text is None
    if isinstance(read, bytes):
        return read == client.sent(kind, text)
    if isinstance(read, datetime.datetime) and read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    expected = NATIVE.get(kind, str)(text)
    if kind == "numeric" and isinstance(read, float):
        return False
    return type(read) is type(expected) and read == expected


def problem(client, name, call):
    """None if the client reads what it should; else what went wrong."""
    try:
        rows = client.rows(call["statement"], [bound(name, *argument) for argument in call["argument"]])
    except Exception as error:  # pylint: disable=broad-except
        return str(error).splitlines()[0]
    if len(rows) != len(call["row"]):
        return f"read {len(rows)} rows, not {len(call['row'])}"
    for row, texts in zip(rows, call["row"]):
        if len(row) != len(texts):
            return f"read {len(row)} columns, not {len(texts)}"
        for (column, kind), read, text in zip(call["column"], row, texts):
            if not same(client, kind, read, text):
                return f"column {column} of type {kind}: read {read!r} for {text}"
    return None


def main():
    name, path = sys.argv[1:]
    client = Odbc(name) if name == "odbc" else Psycopg(name)
    client.cursor.execute("SET TimeZone = 'UTC'")
    for call in calls(path):
        wrong = problem(client, name, call)
        print(f"not ok - {name} {call['signature']}: {wrong}" if wrong else f"ok - {name} {call['signature']}")


main()
