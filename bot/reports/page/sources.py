"""The list of sources of the page: each with its place and quote, and the way back to what stands on it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.content import Report, Source, Worked
from bot.reports.illustrations import Picture, drawn_from
from bot.reports.markup import Markup, element, join
from bot.reports.page.pen import Pen


def sources(report: Report, pictures: Sequence[Picture], pen: Pen) -> Markup:
    """The whole list."""
    title = pen.say("list.title")
    if not report.sources:
        return pen.chapter("sources", title, pen.quiet("list.none"))
    drawn = drawn_from(pictures)
    items = element(
        "ol", [_source(item, drawn.get(item.number, []), pen) for item in report.sources], class_="sources"
    )
    return pen.chapter("sources", title, pen.lead("list.lead"), items)


def _source(item: Source, drawn: Sequence[Picture], pen: Pen) -> Markup:
    quote: Markup | None = None
    if item.worked is not None:
        quote = _worked(item.worked, pen)
    elif item.quote:
        quote = element("blockquote", [element("span", line) for line in item.quote])
    address = item.url and element(
        "p", element("a", item.url, href=item.url, rel="noreferrer noopener"), class_="address"
    )
    named = " – ".join(part for part in (item.title, item.source) if part)
    about = " · ".join(part for part in (item.kind, item.tier, item.date, item.place) if part)
    return element(
        "li",
        element("span", f"[{item.number}]", class_="number"),
        element(
            "div",
            element("p", element("bdi", named or "–"), class_="title"),
            element("p", about, class_="about"),
            quote,
            address,
            element("p", _trail(item, drawn, pen), " · ", element("code", item.ref), class_="trail"),
        ),
        id=item.anchor,
    )


def _worked(item: Worked, pen: Pen) -> Markup:
    """A calculation: the formula with its result, and where each input comes from."""
    inputs = join(
        (
            join((f"{name} = {value}", pen.cites((number,)) if number else None))
            for name, value, number in item.inputs
        ),
        pen.say("comma"),
    )
    origin = (element("br"), element("span", f"{pen.say('list.inputs')} ", inputs)) if inputs else None
    return element("p", element("code", item.formula), f" = {item.result}", origin, class_="worked")


def _trail(item: Source, drawn: Sequence[Picture], pen: Pen) -> Markup | str:
    """The statements and pictures that stand on a source, and the calculations made from it."""
    found = []
    if item.cited_by:
        back = (
            element("a", number, href=f"#statement-{number}", aria_label=f"{pen.say('page.back')} {number}")
            for number in item.cited_by
        )
        found.append(join((f"{pen.say('list.cited_by')} ", join(back, " "))))
    if item.used_in:
        used = (element("a", f"[{number}]", href=f"#source-{number}") for number in item.used_in)
        found.append(join((f"{pen.say('list.used_in')} ", join(used, " "))))
    if drawn:
        shown = (element("a", picture.title, href=f"#{picture.anchor}") for picture in drawn)
        found.append(join((f"{pen.say('list.drawn_in')} ", join(shown, ", "))))
    return join(found, " · ") or pen.say("list.uncited")
