"""The chapters of the page: sections with their statements, matrix, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.content import Change, Conflict, Report, Section, Side, Statement
from bot.reports.illustrations import Picture
from bot.reports.markup import Markup, element, join
from bot.reports.page.pen import Pen


def section(item: Section, pictures: Sequence[Picture], pen: Pen) -> Markup:
    """One of the six sections: its standing, statements, conflicts and pictures."""
    standing = [pen.status(item.status)]
    for key, value in (
        ("completeness", f"{item.completeness}%"),
        ("freshness", item.freshness),
        ("sources", item.sources),
    ):
        standing.append(element("span", f"{pen.say(f'summary.{key}')} ", element("b", value)))
    parts = [element("p", standing, class_="standing")]
    if item.statements:
        parts.append(
            element("ul", [_statement(statement, pen) for statement in item.statements], class_="statements")
        )
    elif not item.conflicts:
        parts.append(pen.quiet("body.no_findings"))
    parts += [_conflict(conflict, pen) for conflict in item.conflicts]
    parts += [_picture(drawn, pen) for drawn in pictures if drawn.section == item.name]
    return pen.chapter(f"section-{item.number}", f"{item.number}  {item.title}", *parts)


def _statement(item: Statement, pen: Pen) -> Markup:
    rated = None
    if item.likelihood and item.impact and item.status in ("fail", "warn"):
        said = pen.say("body.rated", likelihood=item.likelihood, impact=item.impact)
        rated = element("span", said, class_="rated")
    return element(
        "li",
        element("span", item.number, class_="number"),
        pen.status(item.status),
        element("p", item.text, pen.cites(item.cites), rated),
        id=item.anchor,
        class_=item.status,
    )


def _conflict(item: Conflict, pen: Pen) -> Markup:
    """Sources side by side, the one to trust marked, and why."""
    none = None if any(side.proposed for side in item.sides) else f"{pen.say('body.none_proposed')} "
    heading = element(
        "h3",
        element("span", item.number, class_="number"),
        pen.say("body.conflict", attribute=item.attribute),
    )
    return element(
        "div",
        heading,
        pen.table(
            pen.heads("body", "value source tier date proposal"), [_side(side, pen) for side in item.sides]
        ),
        element("p", none, item.because, pen.cites(item.cites), class_="because"),
        id=item.anchor,
        class_="conflict",
    )


def _side(side: Side, pen: Pen) -> Markup:
    proposal = (
        element("b", f"✓ {pen.say('body.proposed')}") if side.proposed else pen.say("body.not_proposed")
    )
    return element(
        "tr",
        element("td", element("bdi", side.value), pen.cites(side.cites)),
        [element("td", part) for part in (side.source, side.tier, side.date, proposal)],
        class_="proposed" if side.proposed else None,
    )


def _picture(item: Picture, pen: Pen) -> Markup:
    """A picture, and behind it the figures for those who want or need them as text."""
    behind = None
    if item.rows:
        rows = [element("tr", [element("td", element("bdi", value)) for value in row]) for row in item.rows]
        behind = element("details", element("summary", pen.say("body.figures")), pen.table(item.head, rows))
    cites = pen.cites(item.cites) if item.cites else None
    return element(
        "figure", element("figcaption", item.title, cites), item.svg, behind, id=item.anchor, class_=item.kind
    )


def matrix(report: Report, pen: Pen) -> Markup:
    """The findings of the risk matrix as a list, heaviest first."""
    title = pen.say("matrix.title")
    if not report.placed:
        return pen.chapter("matrix", title, pen.quiet("matrix.none"))
    rows = []
    for item in report.placed:
        points = (item.likelihood or 0) * (item.impact or 0)
        rows.append(
            element(
                "tr",
                element("td", pen.number(item.number), f" {item.text}", pen.cites(item.cites)),
                [element("td", value, class_="figure") for value in (item.likelihood, item.impact, points)],
            )
        )
    heads = pen.heads("body", "statement likelihood impact points")
    return pen.chapter("matrix", title, pen.lead("matrix.lead"), pen.table(heads, rows, class_="placed"))


def changes(report: Report, pen: Pen) -> Markup:
    """What is otherwise than in the earlier check."""
    title = pen.say("changes.title")
    if report.earlier is None:
        return pen.chapter("changes", title, pen.quiet("changes.first"))
    code, at = report.earlier
    if not report.changes:
        return pen.chapter("changes", title, pen.quiet("changes.none", code=code, at=at))
    rows = [_change(item, code, pen) for item in report.changes]
    table = pen.table(pen.heads("changes", "before after what where"), rows)
    return pen.chapter("changes", title, pen.lead("changes.lead", code=code, at=at), table)


def _change(item: Change, earlier: str, pen: Pen) -> Markup:
    before = pen.status(item.before) if item.before else pen.say("changes.new")
    after = pen.status(item.after) if item.after else pen.say("changes.gone")
    places = join((pen.number(number) for number in item.numbers), " ")
    # What nothing says today stands on the earlier check.
    ground = pen.cites(item.cites) if item.numbers else f" ({earlier})"
    return element(
        "tr",
        element("td", before),
        element("td", after),
        element("td", item.text, ground),
        element("td", places or "–"),
    )


def missing(report: Report, pen: Pen) -> Markup:
    """What is not known, and the sentences that ask for it."""
    title = pen.say("missing.title")
    if not report.missing and not report.requests:
        return pen.chapter("missing", title, pen.quiet("missing.none"))
    parts = [pen.lead("missing.lead")]
    for key, items in (("what", report.missing), ("requests", report.requests)):
        if items:
            parts.append(element("h3", pen.say(f"missing.{key}")))
            parts.append(element("ol", [element("li", item) for item in items]))
    return pen.chapter("missing", title, *parts)


def about(pen: Pen) -> Markup:
    """How the report is to be read."""
    said = (pen.quiet(f"about.{key}") for key in ("status", "numbers", "completeness"))
    return pen.chapter("about", pen.say("about.title"), *said)
