"""`bonafide screen`: a name or a customer against the watch lists (名单筛查)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.screening.minutes import Kept
    from bot.screening.subjects import Subject
    from store.access import Viewer

#: Lines of a file that are written down together.
_TOGETHER = 200


@click.command("screen")
@click.argument("name", required=False)
@click.option(
    "--kind", help="What the name is of: person, organisation, vessel, aircraft; unknown without it."
)
@click.option("--birth-date", "birth_date", metavar="D", help="1960, 1960-05 or 1960-05-31.")
@click.option("--nationality", help="Of a person, as a code or a word.")
@click.option("--country", help="Where a firm is registered or somebody lives.")
@click.option("--identifier", "identifiers", multiple=True, help="A passport, USCC, LEI …; more than once.")
@click.option("--customer", help="A customer with everybody behind it, instead of a name.")
@click.option("--lists", "lists", metavar="A,B", help="Only these lists; every one in force without it.")
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSONL: id, name, kind, birth_date, nationality, country, identifiers; or id, customer.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    name: str | None,
    kind: str | None,
    birth_date: str | None,
    nationality: str | None,
    country: str | None,
    identifiers: tuple[str, ...],
    customer: str | None,
    lists: str | None,
    who: str,
    file: Path | None,
    as_json: bool,
) -> None:
    """Hold NAME (or --customer, or every line of --file) against the lists in force, and keep the result."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.screening.errors import NothingToScreen
    from bot.screening.rights import may_screen
    from bot.screening.subjects import named
    from bot.settings import load_settings

    if sum(each is not None for each in (name, customer, file)) != 1:
        raise click.UsageError("give a name, --customer or --file, and only one of them")
    house = build(load_settings())
    viewer = viewer_of(house, who)
    may_screen(viewer)
    chosen = [each.strip() for each in lists.split(",") if each.strip()] if lists is not None else None
    language = house.settings.language
    if file is not None:
        sys.exit(1 if screen_file(house, file, viewer, chosen, language) else 0)
    if customer is not None:
        from bot.commands.naming import customer_meant

        kept = house.screening.screen_customer(customer_meant(house, customer), viewer, lists=chosen)
    else:
        try:
            subject = named(
                name or "",
                kind=kind,
                birth_date=birth_date,
                nationality=nationality,
                country=country,
                identifiers=identifiers,
            )
        except NothingToScreen as wrong:
            raise click.UsageError(str(wrong)) from None
        kept = house.screening.screen_name(subject, viewer, lists=chosen)
    if as_json:
        click.echo(json.dumps({"id": None, **kept.told(language)}, ensure_ascii=False))
    else:
        click.echo(in_words(kept, language))


def screen_file(house: House, file: Path, viewer: Viewer, lists: Sequence[str] | None, language: str) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    broken = 0
    waiting: list[tuple[Any, Subject]] = []

    def flush() -> None:
        kept = house.screening.screen_names([(subject, None) for _, subject in waiting], viewer, lists=lists)
        for (identity, _), each in zip(waiting, kept, strict=True):
            _say({"id": identity, **each.told(language)})
        waiting.clear()

    for number, identity, line, wrong in _lines(file):
        if wrong is None and isinstance(line, dict) and isinstance(line.get("customer"), str):
            flush()
            told = _customer(house, line["customer"], viewer, lists, language, number)
        elif wrong is None:
            subject = _subject(line, number)
            if not isinstance(subject, str):
                waiting.append((identity, subject))
                if len(waiting) >= _TOGETHER:
                    flush()
                continue
            flush()
            told = {"error": subject}
        else:
            flush()
            told = {"error": f"line {number}: {wrong}"}
        broken += "error" in told
        _say({"id": identity, **told})
    flush()
    return broken


def in_words(kept: Kept, language: str) -> str:
    """A screening for the terminal."""
    from prompts.phrasebook import Phrasebook

    book, told = Phrasebook.nearest(language), kept.told(language)
    if not told["lists"]:
        return book["screening_desk.nolists"]
    lines = [
        book.say(
            "screening_desk.head",
            code=told["screening"],
            subjects=book.say("screening_desk.subjects", number=len(kept.screening.subjects)),
            compared=f"{told['compared']:,}",
            lists=", ".join(f"{name} {version}" for name, version in told["lists"].items()),
        )
    ]
    if not told["hits"]:
        lines.append(book.say("screening_desk.none", threshold=f"{told['threshold']:.2f}"))
    for hit in told["hits"]:
        lines += hit_lines(hit, language)
    lines += [f"! {owned['text']}" for owned in told["owned"]]
    return "\n".join(lines)


def hit_lines(hit: Mapping[str, Any], language: str) -> list[str]:
    """A told hit for the terminal: what, who, what speaks for it and what against."""
    from prompts.phrasebook import Phrasebook

    book = Phrasebook.nearest(language)
    decided = hit["decision"]
    state = book[f"screening_desk.state.{hit['state']}"]
    if decided:
        state += f", {decided['by']} {decided['at'][:10]}: {decided['reason']}"
    values = {name: str(hit[name]) for name in ("hit", "list", "version", "entry", "name")}
    roles = ", ".join(book.get(f"screening_desk.role.{role}", role) for role in hit["roles"])
    return [
        book.say("screening_desk.hit", score=f"{hit['score']:.2f}", state=state, **values),
        "    " + book.say("screening_desk.who", subject=hit["ours"], roles=roles, matched=hit["matched"]),
        *(
            f"    {sign} {note['said']}"
            for sign, notes in (("+", hit["because"]), ("-", hit["against"]))
            for note in notes
        ),
    ]


def _customer(
    house: House,
    reference: str,
    viewer: Viewer,
    lists: Sequence[str] | None,
    language: str,
    number: int,
) -> dict[str, Any]:
    from bot.commands.naming import customer_meant
    from store.errors import AmbiguousSubject, UnknownSubject

    try:
        meant = customer_meant(house, reference)
        return house.screening.screen_customer(meant, viewer, lists=lists).told(language)
    except (UnknownSubject, AmbiguousSubject) as wrong:
        return {"error": f"line {number}: {wrong}"}


def _subject(line: Any, number: int) -> Subject | str:
    """Whom a line names; a sentence where it names nobody."""
    from bot.screening.errors import NothingToScreen
    from bot.screening.subjects import named

    def text(key: str) -> str | None:
        value = line.get(key)
        if value is not None and not isinstance(value, str):
            raise NothingToScreen(f"{key} is no text")
        return value

    try:
        if not isinstance(line, dict) or not isinstance(line.get("name"), str):
            raise NothingToScreen("name is missing or no text")
        given = line.get("identifiers") or ()
        numbers = given.split(";") if isinstance(given, str) else list(given)
        return named(
            line["name"],
            kind=text("kind"),
            birth_date=text("birth_date"),
            nationality=text("nationality"),
            country=text("country"),
            identifiers=[str(each) for each in numbers],
        )
    except (NothingToScreen, TypeError) as wrong:
        return f"line {number}: {wrong}"


def _lines(file: Path) -> Iterator[tuple[int, Any, Any, str | None]]:
    """The number, the id and the content of each line that is not empty, or why it cannot be read."""
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                read = json.loads(raw)
            except ValueError as wrong:
                yield number, None, None, str(wrong)
                continue
            yield number, read.get("id") if isinstance(read, dict) else None, read, None


def _say(told: Mapping[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))
