"""Compares the page, as Chromium had it in the end, with the numbers of plain.sql.

    compare.py TITLE DOM EXPECTED

Prints "ok - ..." or "not ok - ..." for each number of the tables, and for each chart whether it shows the numbers it draws.
"""
import collections
import html.parser
import sys


class Page(html.parser.HTMLParser):
    """The cells of the tables, by chart, label and series; and the text drawn in the chart's picture."""

    def __init__(self):
        super().__init__()
        self.chart, self.into, self.ready = None, None, None
        self.cells, self.drawn, self.pictures = {}, collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "body":
            self.ready = attributes.get("data-ready")
        if tag == "section":
            self.chart = attributes["id"]
        if tag == "text" or "data-series" in attributes:
            self.into = (tag, attributes)

    def handle_data(self, text):
        if self.into and self.into[0] == "text":
            self.pictures[self.chart][text] += 1
        elif self.into:
            cell = self.into[1]
            self.cells[self.chart, cell["data-label"], cell["data-series"]] = text
            self.drawn[self.chart][text] += cell["data-drawn"] == "yes"

    def handle_endtag(self, tag):
        if self.into and tag == self.into[0]:
            self.into = None


def same(shown, exact):
    """Whether the page shows the exact number, rounded to the decimals it shows."""
    decimals = len(shown.partition(".")[2])
    return abs(float(shown) - float(exact)) <= 0.5 * 10**-decimals + 1e-9 * max(1, abs(float(exact)))


def main():
    title, dom, expected = sys.argv[1:]
    page = Page()
    page.feed(open(dom, encoding="utf-8").read())
    if page.ready != "yes":
        print(f"not ok - dashboard, {title}: the page was not ready: {page.ready}")
    left = dict(page.cells)
    for line in open(expected, encoding="utf-8"):
        *key, exact = line.rstrip("\n").split("\t")
        shown = left.pop(tuple(key), None)
        good = shown is not None and same(shown, exact)
        print(f"{'ok' if good else 'not ok'} - dashboard, {title}: {' '.join(key)} is {exact}, the page shows {shown}")
    for key, shown in left.items():
        print(f"not ok - dashboard, {title}: {' '.join(key)} is not in plain.sql, the page shows {shown}")
    for chart, drawn in page.drawn.items():
        missing = +drawn - page.pictures[chart]
        print(f"{'not ok' if missing or not +drawn else 'ok'} - dashboard, {title}: {chart} draws its {drawn.total()} numbers {dict(missing) or ''}")


main()
