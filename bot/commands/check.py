"""`bonafide check`: the background check of a customer (客户背调)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.checks.service import KeptCheck
    from store.access import Viewer


@click.command("check")
@click.argument("customer", required=False)
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="The language of the findings.")
@click.option("--as-of", "as_of", metavar="D", help="As of a day: 2026, 2026-03 or 2026-03-31.")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Customers as JSONL."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    customer: str | None, who: str, language: str | None, as_of: str | None, file: Path | None, as_json: bool
) -> None:
    """Check CUSTOMER (code, identifier, name or short name), or every customer of --file, and keep the result."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.access import Permission, authorize

    if (customer is None) == (file is None):
        raise click.UsageError("give a customer or --file, and not both")
    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.CHECK)
    language = language or house.settings.language
    if file is not None:
        sys.exit(1 if check_file(house, file, viewer, language, as_of) else 0)
    assert customer is not None
    told = make(house, customer, viewer, as_of).body_by_language[language]
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else in_words(told, language))


def make(house: House, customer: str, viewer: Viewer, as_of: str | None) -> KeptCheck:
    """The check of the customer that a code, an identifier, a name or a short form means."""
    from bot.commands.naming import customer_meant
    from store.dates import PartialDate

    try:
        day = PartialDate.parse(as_of) if as_of else None
    except ValueError as wrong:
        raise click.UsageError(f"--as-of: {wrong}") from None
    return house.checks.make(customer_meant(house, customer), viewer, as_of=day)


def check_file(house: House, file: Path, viewer: Viewer, language: str, as_of: str | None) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    from store.errors import AmbiguousSubject, UnknownSubject

    broken = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            identity: Any = None
            try:
                read = json.loads(line)
                identity = read.get("id")
                if not isinstance(read.get("customer"), str):
                    raise ValueError("customer is missing or no text")
                told = make(house, read["customer"], viewer, as_of).body_by_language[language]
                result = {**told, "id": identity}
            except (ValueError, AttributeError, UnknownSubject, AmbiguousSubject) as wrong:
                broken += 1
                result = {"id": identity, "error": f"line {number}: {wrong}"}
            click.echo(json.dumps(result, ensure_ascii=False))
    return broken


def in_words(told: dict[str, Any], language: str) -> str:
    """A told check for the terminal: sections, what was found with its sources, conflicts, what is missing."""
    from prompts.phrasebook import Phrasebook

    book = Phrasebook(language)
    numbers = {item["id"]: number for number, item in enumerate(told["evidence"], 1)}
    lines = [
        book.say(
            "checks.said.head",
            name=told["name"],
            customer=told["customer"],
            code=str(told["code"]),
            date=told["made_at"][:10],
            status=book[f"checks.status.{told['status']}"],
        )
    ]
    for section in told["sections"]:
        said = book.say(
            "checks.said.section",
            title=section["title"],
            status=book[f"checks.status.{section['status']}"],
            completeness=round(section["completeness"] * 100),
            sources=section["sources"],
        )
        lines += ["", said]
        for finding in section["findings"]:
            marks = "".join(f"[{numbers[ref]}]" for ref in finding["evidence"][:6] if ref in numbers)
            lines.append(f"  {_SIGNS[finding['status']]} {finding['text']} {marks}")
        for conflict in section["conflicts"]:
            sides = "; ".join(
                f"{'→ ' if at == conflict['proposed'] else ''}{side['value']} ({side['source']}, {side['date'] or '–'})"
                for at, side in enumerate(conflict["sides"])
            )
            values = {"attribute": conflict["attribute"], "sides": sides, "because": conflict["because"]}
            lines.append("  ≠ " + book.say("checks.said.proposal", **values))
    if told["missing"]:
        lines += ["", book.say("checks.said.missing", what="; ".join(told["missing"]))]
    return "\n".join(lines)


_SIGNS = {"pass": "✓", "warn": "!", "fail": "✗", "unknown": "?"}
