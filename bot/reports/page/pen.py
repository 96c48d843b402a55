"""The small pieces of the page: a status, citations, a table, a chapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.reports.content import ORDER
from bot.reports.drawings.ink import STATUS
from bot.reports.markup import Markup, element, join
from prompts.phrasebook import Phrasebook


class Pen:
    """Writes the recurring pieces in one language; each status in words and with a form beside its colour."""

    def __init__(self, words: Phrasebook) -> None:
        self.words = words

    def say(self, key: str, **values: str | int) -> str:
        """A phrase of this room."""
        return self.words.say(f"reports.{key}", **values)

    def status(self, status: str) -> Markup:
        """A status as a small badge."""
        mark = element("span", STATUS[status][0], aria_hidden="true")
        return element("span", mark, f" {self.say(f'status.{status}')}", class_=f"status {status}")

    def cites(self, numbers: Sequence[int]) -> Markup:
        """Links to the sources, or the words that there are none."""
        links = [
            element(
                "a", f"[{number}]", href=f"#source-{number}", aria_label=f"{self.say('body.source')} {number}"
            )
            for number in numbers
        ]
        if links:
            return element("span", " ", links, class_="cites")
        return element("span", f" ({self.say('no_source')})", class_="cites none")

    def number(self, number: str) -> Markup:
        """The number of a statement as a link to it."""
        return element("a", number, href=f"#statement-{number}", class_="number")

    def counts(self, counts: Mapping[str, int]) -> Markup:
        """How many statements have which status."""
        found = [
            element(
                "span",
                element("span", STATUS[status][0], aria_hidden="true"),
                f" {counts[status]}",
                class_=f"count {status}",
                title=self.say(f"status.{status}"),
                role="img",
                aria_label=f"{self.say(f'status.{status}')} {counts[status]}",
            )
            for status in ORDER
            if counts[status]
        ]
        return join(found, " ") or Markup("–")

    def meter(self, percent: int) -> Markup:
        """A share as a bar with its figure."""
        bar = element("span", element("span", style=f"width:{percent}%"), class_="bar", aria_hidden="true")
        return element("span", bar, f"{percent}%", class_="meter")

    def table(self, heads: Iterable[str], rows: Iterable[Markup], *, class_: str | None = None) -> Markup:
        """A table with a head; rows are ready."""
        head = element("tr", [element("th", name, scope="col") for name in heads])
        return element("table", element("thead", head), element("tbody", rows), class_=class_)

    def heads(self, table: str, keys: str) -> list[str]:
        """The headings of a table from one table of phrases."""
        return [self.say(f"{table}.{key}") for key in keys.split()]

    def quiet(self, key: str, **values: str | int) -> Markup:
        """A sentence in the background."""
        return element("p", self.say(key, **values), class_="quiet")

    def lead(self, key: str, **values: str | int) -> Markup:
        """The sentence under a heading."""
        return element("p", self.say(key, **values), class_="lead")

    def chapter(self, anchor: str, title: str, *parts: object) -> Markup:
        """A part of the page with its heading."""
        heading = element("h2", title, id=f"{anchor}-title")
        return element("section", heading, *parts, id=anchor, aria_labelledby=f"{anchor}-title")
