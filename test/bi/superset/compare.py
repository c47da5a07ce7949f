"""Compares what Superset answers, and what its dashboard shows, with plain SQL.

    compare.py answers URL           the charts' data: metrics of each dataset, whole and by group, filtered and by month
    compare.py page DOM              the dashboard, as Chromium had it in the end

Connects as libpq's variables say. Prints "ok - ..." or "not ok - ..." for each.
"""
import datetime
import html.parser
import json
import sys
import urllib.request

import psycopg2

DAYS = "date_trunc('month', answered_at AT TIME ZONE 'UTC')::date"
SURVEYS = "shop.surveys JOIN shop.customers USING (customer_id)"
NPS = "100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6)) / nullif(count(nps_score), 0)"
CSAT = "avg((csat_score >= 4)::int)"
ORDERS = "shop.orders JOIN shop.customers USING (customer_id)"
CLV = "sum(amount) / count(DISTINCT customer_id) FILTER (WHERE amount >= 0)"

# title, dataset, columns, metrics, filters, plain SQL
QUESTIONS = [
    ("NPS, answers and CSAT", "daily_states", [], ["nps", "answers", "csat"], [], f"SELECT {NPS}, count(nps_score), {CSAT} FROM {SURVEYS}"),
    ("NPS by region and plan", "daily_states", ["region", "plan"], ["nps", "answers", "csat"], [],
     f"SELECT coalesce(region, 'unknown'), coalesce(plan, 'unknown'), {NPS}, count(nps_score), {CSAT} FROM {SURVEYS} GROUP BY 1, 2"),
    ("NPS of one region", "daily_states", ["plan"], ["nps"], [{"col": "region", "op": "==", "val": "Europe"}],
     f"SELECT coalesce(plan, 'unknown'), {NPS} FROM {SURVEYS} WHERE region = 'Europe' GROUP BY 1"),
    ("NPS by month", "daily_states", [{"columnType": "BASE_AXIS", "sqlExpression": "day", "label": "day", "expressionType": "SQL", "timeGrain": "P1M"}],
     ["nps"], [], f"SELECT {DAYS}, {NPS} FROM {SURVEYS} GROUP BY 1"),
    ("revenue per customer", "orders_of_customers", [], ["clv", "customers"], [], f"SELECT {CLV}, count(DISTINCT customer_id) FROM {ORDERS}"),
    ("revenue per customer by channel", "orders_of_customers", ["channel"], ["clv"], [], f"SELECT channel, {CLV} FROM {ORDERS} GROUP BY 1"),
    ("customers who bought again", "orders_of_customers", [], ["repeat_customers"], [],
     "SELECT count(*) FROM (SELECT FROM shop.orders WHERE amount >= 0 GROUP BY customer_id HAVING count(*) > 1) AS c"),
    ("customers who view after a visit within a day", "funnel_of_visits", [], ["converted_customers"], [{"col": "name", "op": "==", "val": "view"}],
     """SELECT count(DISTINCT v.customer_id) FROM shop.web_events AS v JOIN shop.web_events AS w USING (customer_id)
        WHERE v.event = 'visit' AND w.event = 'view' AND w.occurred_at >= v.occurred_at AND w.occurred_at <= v.occurred_at + interval '1 day'"""),
    ("retention after a quarter", "cohorts_of_buyers", ["cohort"], ["retention"], [{"col": "period_no", "op": "==", "val": 1}],
     """SELECT first::text, avg((EXISTS (SELECT FROM shop.orders AS o WHERE o.customer_id = f.customer_id
               AND date_trunc('quarter', o.ordered_at AT TIME ZONE 'UTC') = f.first + interval '3 months'))::int)
        FROM (SELECT customer_id, date_trunc('quarter', min(ordered_at) AT TIME ZONE 'UTC')::date AS first FROM shop.orders GROUP BY 1) AS f
        WHERE first < '2025-10-01' GROUP BY first"""),
]


def plain(sql):
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def report(right, title, detail=""):
    print(f"{'ok' if right else 'not ok'} - superset: {title}")
    if not right:
        print(f"    {detail}")


def normal(value):
    """Numbers as numbers of nine digits, days as text: Superset sends milliseconds."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value
    return float(f"{float(value):.9g}")


def ask(url, body=None):
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return {"error": error.read().decode()[:500]}


def answers(url):
    datasets = {d["table_name"]: d["id"] for d in ask(f"{url}/api/v1/dataset/")["result"]}
    for title, dataset, columns, metrics, filters, sql in QUESTIONS:
        query = {"columns": columns, "metrics": metrics, "filters": filters, "row_limit": 1000}
        answer = ask(f"{url}/api/v1/chart/data", {"datasource": {"id": datasets[dataset], "type": "table"}, "queries": [query],
                                                  "force": True, "result_format": "json", "result_type": "full"})
        names = [c if isinstance(c, str) else c["label"] for c in columns] + metrics
        got = [] if "error" in answer else [[row[n] for n in names] for row in answer["result"][0]["data"]]
        if any(not isinstance(c, str) for c in columns):
            got = [[datetime.datetime.fromtimestamp(r[0] / 1000, datetime.timezone.utc).date(), *r[1:]] for r in got]
        got, wanted = ({tuple(normal(v) for v in row) for row in rows} for rows in (got, plain(sql)))
        report(got == wanted and wanted, f"{title}, {len(wanted)} rows", f"{sorted(got ^ wanted, key=str)[:6]} {answer.get('error', '')}")


class Texts(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.canvases, self.inside = [], 0, None

    def handle_starttag(self, tag, attributes):
        self.canvases += tag == "canvas"
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, text):
        if text.strip() and self.inside not in ("style", "script"):
            self.texts.append(text.strip())


def page(dom):
    texts = Texts()
    with open(dom, encoding="utf-8") as file:
        texts.feed(file.read())
    seen, joined = texts.texts, " ".join(texts.texts)
    nps, csat, clv, again = plain(f"""SELECT (SELECT {NPS} FROM {SURVEYS}), (SELECT {CSAT} FROM {SURVEYS}), (SELECT {CLV} FROM {ORDERS}),
        ({QUESTIONS[6][5]})""")[0]
    for title, text in (("NPS", f"{nps:.0f}"), ("CSAT", f"{100 * csat:.1f}%"), ("revenue per customer", f"{clv:.2f}"), ("customers who bought again", str(again))):
        report(text in seen, f"the dashboard shows {title}: {text}", seen[:60])
    rows = plain(QUESTIONS[1][5])
    missing = [row for row in rows if f"{row[0]} {row[1]} {row[2]:.0f} {row[3]} {100 * row[4]:.1f}%" not in joined]
    report(rows and not missing, f"the dashboard's table has {len(rows)} rows of region and plan", f"{missing} {joined[:2000]}")
    report(texts.canvases >= 4, f"the dashboard draws {texts.canvases} charts", "four are there")
    report("Unable to" not in joined and "rror" not in joined, "the dashboard shows no error", joined[:2000])


if __name__ == "__main__":
    {"answers": answers, "page": page}[sys.argv[1]](sys.argv[2])
