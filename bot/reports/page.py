"""The report as one self-contained HTML file (背调报告网页): nothing is loaded from anywhere, it prints on A4.

The page forbids itself every request (Content-Security-Policy), has no script, and says each status in words and
with a form besides its colour. A citation leads to its source and the source back to each statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files

from bot.reports.content import ORDER, Change, Conflict, Report, Section, Source, Statement
from bot.reports.drawings.ink import STATUS
from bot.reports.illustrations import Picture, illustrate
from bot.reports.markup import Markup, element, join
from prompts.phrasebook import Phrasebook

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def write_page(report: Report, words: Phrasebook) -> str:
    """The whole document."""
    return _Page(report, words).document()


class _Page:
    def __init__(self, report: Report, words: Phrasebook) -> None:
        self.report, self.words = report, words
        self.pictures = illustrate(report, words, linked=True)

    def say(self, key: str, **values: str | int) -> str:
        return self.words.say(f"reports.{key}", **values)

    def document(self) -> str:
        report = self.report
        title = f"{self.say('cover.kind')} · {report.name}"
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="robots", content="noindex, nofollow, noarchive"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="generator", content="Bonafide"),
            element("title", title),
            element("style", self._style()),
        )
        body = element(
            "body",
            element("a", self.say("page.skip"), class_="skip", href="#summary"),
            self._cover(),
            element(
                "main",
                self._summary(),
                self._contents(),
                [self._section(section) for section in report.sections],
                self._matrix(),
                self._changes(),
                self._missing(),
                self._sources(),
                self._about(),
            ),
            element(
                "footer",
                element("p", " · ".join(part for part in (report.customer, report.code, report.day) if part)),
                element("p", self.say("cover.confidential")),
            ),
        )
        whole = element("html", head, body, lang=_LANGUAGES[report.language])
        return f"<!DOCTYPE html>\n{whole}\n"

    def _style(self) -> Markup:
        """The style sheet of the house; the running foot of printed pages carries code and day."""
        sheet = files("bot.reports").joinpath("report.css").read_text(encoding="utf-8")
        foot = re.sub(
            r"[^\w.,:年月日 -]", "", " · ".join((self.report.customer, self.report.day)).replace("·", "–")
        )
        return Markup(f'{sheet}@page{{@bottom-left{{content:"{foot}"}}}}')

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _cover(self) -> Markup:
        report = self.report
        facts = [
            element("div", element("dt", name), element("dd", element("bdi", value)))
            for name, value in report.facts
        ]
        return element(
            "header",
            element(
                "p",
                element("span", self.say("cover.brand")),
                element("span", self.say("cover.kind")),
                class_="brand",
            ),
            element("h1", element("bdi", report.name)),
            element(
                "div",
                element("p", self.say("cover.status"), class_="label"),
                element("p", self._status(report.status), class_="overall"),
                element("p", report.verdict, class_="verdict"),
                class_=f"result {report.status}",
            ),
            element("dl", facts, class_="facts"),
            element("p", self.say("cover.confidential"), class_="confidential"),
            class_="cover",
        )

    def _summary(self) -> Markup:
        report = self.report
        heads = ("section", "result", "completeness", "freshness", "sources", "findings")
        rows = [
            element(
                "tr",
                element(
                    "th",
                    element("a", f"{item.number}  {item.title}", href=f"#section-{item.number}"),
                    scope="row",
                ),
                element("td", self._status(item.status)),
                element("td", self._meter(item.completeness)),
                element("td", item.freshness),
                element("td", item.sources, class_="figure"),
                element("td", self._counts(item.counts)),
            )
            for item in report.sections
        ]
        parts: list[Markup] = [
            element(
                "table",
                element(
                    "thead",
                    element("tr", [element("th", self.say(f"summary.{key}"), scope="col") for key in heads]),
                ),
                element("tbody", rows),
                class_="summary",
            ),
            element("h3", self.say("summary.worst")),
        ]
        if report.worst:
            parts.append(
                element("ul", [self._worst(item) for item in report.worst], class_="statements brief")
            )
        else:
            parts.append(element("p", self.say("summary.no_worst")))
        notes = []
        if report.missing:
            notes.append(
                element("a", self.say("summary.missing_count", number=len(report.missing)), href="#missing")
            )
        if report.earlier and report.changes:
            code, at = report.earlier
            said = self.say("summary.changed", code=code, at=at, number=len(report.changes))
            notes.append(element("a", said, href="#changes"))
        if notes:
            parts.append(element("ul", [element("li", note) for note in notes], class_="notes"))
        return self._chapter("summary", self.say("summary.title"), *parts)

    def _contents(self) -> Markup:
        entries = [
            (f"section-{item.number}", f"{item.number}  {item.title}") for item in self.report.sections
        ]
        entries += [(key, self.say(f"{room}.title")) for key, room in _CHAPTERS]
        return element(
            "nav",
            element("h2", self.say("body.contents")),
            element(
                "ol", [element("li", element("a", title, href=f"#{anchor}")) for anchor, title in entries]
            ),
            aria_label=self.say("body.contents"),
        )

    def _section(self, section: Section) -> Markup:
        words = self.words
        standing = element(
            "p",
            self._status(section.status),
            *(
                element("span", f"{words[f'reports.summary.{key}']} ", element("b", value))
                for key, value in (
                    ("completeness", f"{section.completeness}%"),
                    ("freshness", section.freshness),
                    ("sources", section.sources),
                )
            ),
            class_="standing",
        )
        parts: list[Markup] = [standing]
        if section.statements:
            parts.append(
                element("ul", [self._statement(item) for item in section.statements], class_="statements")
            )
        elif not section.conflicts:
            parts.append(element("p", self.say("body.no_findings"), class_="quiet"))
        parts += [self._conflict(item) for item in section.conflicts]
        parts += [self._picture(item) for item in self.pictures if item.section == section.name]
        return self._chapter(f"section-{section.number}", f"{section.number}  {section.title}", *parts)

    def _statement(self, item: Statement) -> Markup:
        rated = None
        if item.likelihood and item.impact and item.status in ("fail", "warn"):
            said = self.say("body.rated", likelihood=item.likelihood, impact=item.impact)
            rated = element("span", said, class_="rated")
        return element(
            "li",
            element("span", item.number, class_="number"),
            self._status(item.status),
            element("p", item.text, self._cites(item.cites), rated),
            id=item.anchor,
            class_=item.status,
        )

    def _worst(self, item: Statement) -> Markup:
        return element(
            "li",
            element("a", item.number, href=f"#{item.anchor}", class_="number"),
            self._status(item.status),
            element("p", item.text, self._cites(item.cites)),
            class_=item.status,
        )

    def _conflict(self, item: Conflict) -> Markup:
        heads = ("value", "source", "tier", "date", "proposal")
        rows = [
            element(
                "tr",
                element("td", element("bdi", side.value), self._cites(side.cites)),
                element("td", side.source),
                element("td", side.tier),
                element("td", side.date),
                element(
                    "td",
                    element("b", f"✓ {self.say('body.proposed')}")
                    if side.proposed
                    else self.say("body.not_proposed"),
                ),
                class_="proposed" if side.proposed else None,
            )
            for side in item.sides
        ]
        none = None if any(side.proposed for side in item.sides) else f"{self.say('body.none_proposed')} "
        return element(
            "div",
            element(
                "h3",
                element("span", item.number, class_="number"),
                self.say("body.conflict", attribute=item.attribute),
            ),
            element(
                "table",
                element(
                    "thead",
                    element("tr", [element("th", self.say(f"body.{key}"), scope="col") for key in heads]),
                ),
                element("tbody", rows),
            ),
            element("p", none, item.because, self._cites(item.cites), class_="because"),
            id=item.anchor,
            class_="conflict",
        )

    def _picture(self, item: Picture) -> Markup:
        behind = None
        if item.rows:
            behind = element(
                "details",
                element("summary", self.say("body.figures")),
                element(
                    "table",
                    element("thead", element("tr", [element("th", name, scope="col") for name in item.head])),
                    element(
                        "tbody",
                        [
                            element("tr", [element("td", element("bdi", value)) for value in row])
                            for row in item.rows
                        ],
                    ),
                ),
            )
        return element(
            "figure",
            element("figcaption", item.title, self._cites(item.cites)),
            item.svg,
            behind,
            class_=item.kind,
        )

    def _matrix(self) -> Markup:
        drawn = next((item for item in self.pictures if item.kind == "matrix"), None)
        if drawn is None:
            return self._chapter(
                "matrix", self.say("matrix.title"), element("p", self.say("matrix.none"), class_="quiet")
            )
        heads = ("statement", "likelihood", "impact", "points")
        rows = [
            element(
                "tr",
                element(
                    "td",
                    element("a", item.number, href=f"#{item.anchor}", class_="number"),
                    f" {item.text}",
                    self._cites(item.cites),
                ),
                element("td", item.likelihood, class_="figure"),
                element("td", item.impact, class_="figure"),
                element("td", (item.likelihood or 0) * (item.impact or 0), class_="figure"),
            )
            for item in sorted(
                self.report.placed, key=lambda item: -(item.likelihood or 0) * (item.impact or 0)
            )
        ]
        return self._chapter(
            "matrix",
            self.say("matrix.title"),
            element("p", self.say("matrix.lead"), class_="lead"),
            element("figure", drawn.svg, class_="matrix"),
            element(
                "table",
                element(
                    "thead",
                    element("tr", [element("th", self.say(f"body.{key}"), scope="col") for key in heads]),
                ),
                element("tbody", rows),
                class_="placed",
            ),
        )

    def _changes(self) -> Markup:
        report = self.report
        title = self.say("changes.title")
        if report.earlier is None:
            return self._chapter("changes", title, element("p", self.say("changes.first"), class_="quiet"))
        code, at = report.earlier
        if not report.changes:
            return self._chapter("changes", title, element("p", self.say("changes.none", code=code, at=at)))
        heads = ("before", "after", "what", "where")
        return self._chapter(
            "changes",
            title,
            element("p", self.say("changes.lead", code=code, at=at), class_="lead"),
            element(
                "table",
                element(
                    "thead",
                    element("tr", [element("th", self.say(f"changes.{key}"), scope="col") for key in heads]),
                ),
                element("tbody", [self._change(item) for item in report.changes]),
            ),
        )

    def _change(self, item: Change) -> Markup:
        before = self._status(item.before) if item.before else self.say("changes.new")
        after = self._status(item.after) if item.after else self.say("changes.gone")
        places = join(
            (element("a", number, href=f"#statement-{number}", class_="number") for number in item.numbers),
            " ",
        )
        origin = None if item.numbers else f" ({self.report.earlier[0]})" if self.report.earlier else None
        return element(
            "tr",
            element("td", before),
            element("td", after),
            element("td", item.text, origin, self._cites(item.cites)),
            element("td", places or "–"),
        )

    def _missing(self) -> Markup:
        report, title = self.report, self.say("missing.title")
        if not report.missing and not report.requests:
            return self._chapter("missing", title, element("p", self.say("missing.none"), class_="quiet"))
        parts = [element("p", self.say("missing.lead"), class_="lead")]
        for key, items in (("what", report.missing), ("requests", report.requests)):
            if items:
                parts.append(element("h3", self.say(f"missing.{key}")))
                parts.append(element("ol", [element("li", item) for item in items]))
        return self._chapter("missing", title, *parts)

    def _sources(self) -> Markup:
        title = self.say("list.title")
        if not self.report.sources:
            return self._chapter("sources", title, element("p", self.say("list.none"), class_="quiet"))
        return self._chapter(
            "sources",
            title,
            element("p", self.say("list.lead"), class_="lead"),
            element("ol", [self._source(item) for item in self.report.sources], class_="sources"),
        )

    def _source(self, item: Source) -> Markup:
        about = (item.kind, item.tier, item.date, item.place)
        quote = None
        if item.worked is not None:
            inputs = join(
                (
                    join((f"{name} = {value}", self._cites((number,)) if number else None))
                    for name, value, number in item.worked.inputs
                ),
                self.words["reports.comma"],
            )
            quote = element(
                "p",
                element("code", item.worked.formula),
                element("span", f" = {item.worked.result}"),
                element("br"),
                element("span", f"{self.say('list.inputs')} ", inputs) if inputs else None,
                class_="worked",
            )
        elif item.quote:
            quote = element("blockquote", join((element("span", line) for line in item.quote), " "))
        back = [
            element("a", number, href=f"#statement-{number}", aria_label=f"{self.say('page.back')} {number}")
            for number in item.cited_by
        ]
        used = [element("a", f"[{number}]", href=f"#source-{number}") for number in item.used_in]
        trail = []
        if back:
            trail.append(join((f"{self.say('list.cited_by')} ", join(back, " "))))
        if used:
            trail.append(join((f"{self.say('list.used_in')} ", join(used, " "))))
        return element(
            "li",
            element("span", f"[{item.number}]", class_="number"),
            element(
                "div",
                element(
                    "p",
                    element("bdi", " – ".join(part for part in (item.title, item.source) if part)),
                    class_="title",
                ),
                element("p", " · ".join(part for part in about if part), class_="about"),
                quote,
                element(
                    "p", element("a", item.url, href=item.url, rel="noreferrer noopener"), class_="address"
                )
                if item.url
                else None,
                element(
                    "p",
                    join(trail, " · ") if trail else self.say("list.uncited"),
                    " · ",
                    element("code", item.ref),
                    class_="trail",
                ),
            ),
            id=item.anchor,
        )

    def _about(self) -> Markup:
        keys = ("status", "numbers", "completeness")
        return self._chapter(
            "about",
            self.say("about.title"),
            *(element("p", self.say(f"about.{key}"), class_="quiet") for key in keys),
        )

    # ── small things ────────────────────────────────────────────────────────────────────────────────────────────

    def _chapter(self, anchor: str, title: str, *parts: object) -> Markup:
        return element(
            "section",
            element("h2", title, id=f"{anchor}-title"),
            *parts,
            id=anchor,
            aria_labelledby=f"{anchor}-title",
        )

    def _status(self, status: str) -> Markup:
        mark = element("span", STATUS[status][0], aria_hidden="true")
        return element("span", mark, f" {self.say(f'status.{status}')}", class_=f"status {status}")

    def _cites(self, numbers: Sequence[int]) -> Markup | None:
        links = [
            element(
                "a", f"[{number}]", href=f"#source-{number}", aria_label=f"{self.say('body.source')} {number}"
            )
            for number in numbers
        ]
        if links:
            return element("span", " ", links, class_="cites")
        return element("span", f" ({self.say('no_source')})", class_="cites none")

    def _meter(self, percent: int) -> Markup:
        bar = element("span", element("span", style=f"width:{percent}%"), class_="bar", aria_hidden="true")
        return element("span", bar, f"{percent}%", class_="meter")

    def _counts(self, counts: Iterable[str]) -> Markup:
        held = dict(counts)  # type: ignore[call-overload]
        return join(
            (
                element(
                    "span",
                    element("span", STATUS[status][0], aria_hidden="true"),
                    f" {held[status]}",
                    class_=f"count {status}",
                    title=self.say(f"status.{status}"),
                    aria_label=f"{self.say(f'status.{status}')} {held[status]}",
                    role="img",
                )
                for status in ORDER
                if held[status]
            ),
            " ",
        ) or Markup("–")


#: Chapters after the sections: anchor and the table of phrases that has the title.
_CHAPTERS = (
    ("matrix", "matrix"),
    ("changes", "changes"),
    ("missing", "missing"),
    ("sources", "list"),
    ("about", "about"),
)
