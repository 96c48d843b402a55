"""`bonafide search`: passages that fit a query, best first."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from knowledge.library import Hit
    from store.access import Viewer


@click.command("search")
@click.argument("query", required=False)
@click.option("--customer", help="Only documents about this customer: code, identifier or name.")
@click.option("-k", "k", type=click.IntRange(1, 200), default=10, show_default=True, help="How many hits.")
@click.option("--since", help="Published on or after: 2026, 2026-03 or 2026-03-31.")
@click.option("--until", help="Published on or before.")
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option("--in", "place", default="private", show_default=True, help="private or a #channel.")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Queries as JSONL."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    query: str | None,
    customer: str | None,
    k: int,
    since: str | None,
    until: str | None,
    who: str,
    place: str,
    file: Path | None,
    as_json: bool,
) -> None:
    """Search the library for QUERY, or for every line of --file."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings

    if (query is None) == (file is None):
        raise click.UsageError("give a query or --file, and not both")
    house = build(load_settings())
    viewer = viewer_of(house, who, place)
    given = {"customer": customer, "since": since, "until": until, "k": k}
    if file is not None:
        broken = search_file(house, file, viewer, given)
        if broken:
            sys.exit(1)
        return
    try:
        hits = search(house, {**given, "query": query}, viewer)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    if as_json:
        click.echo(json.dumps({"id": None, "hits": [hit.as_json() for hit in hits]}, ensure_ascii=False))
        return
    for number, hit in enumerate(hits, 1):
        about = ", ".join(part for part in (hit.source, hit.published, " ".join(hit.customers)) if part)
        click.echo(
            f"{number}. {hit.title}  ({about})\n   {' '.join(hit.evidence.quote.split())}\n   {hit.evidence.id}"
        )
    if not hits:
        click.echo("Nothing found.")


def search_file(house: House, file: Path, viewer: Viewer, given: dict[str, Any]) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    from knowledge.sources.records import parse

    broken = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer: dict[str, Any] = {"id": None, "hits": []}
            try:
                asked = parse(line)
                answer["id"] = asked.get("id", asked.get("qid"))
                hits = search(
                    house, {**given, **{key: asked[key] for key in asked if asked[key] is not None}}, viewer
                )
                answer["hits"] = [hit.as_json() for hit in hits]
            except ValueError as wrong:
                broken += 1
                answer["error"] = f"line {number}: {wrong}"
            click.echo(json.dumps(answer, ensure_ascii=False))
    return broken


def search(house: House, asked: dict[str, Any], viewer: Viewer) -> list[Hit]:
    """The hits of one query; raises ValueError for a wrong date or a customer that nobody or several fit."""
    query = asked.get("query")
    if not isinstance(query, str):
        raise ValueError("there is no “query”")
    customer = asked.get("customer")
    k = asked.get("k")
    return house.library.search(
        query,
        viewer=viewer,
        customer_ids=None if customer is None else [_customer(house, str(customer))],
        since=_day(asked.get("since"), last=False),
        until=_day(asked.get("until"), last=True),
        k=k if isinstance(k, int) and 1 <= k <= 200 else 10,
    )


def _customer(house: House, reference: str) -> UUID:
    from bot.commands.naming import customer_meant
    from store.errors import AmbiguousSubject, UnknownSubject

    try:
        return customer_meant(house, reference)
    except (AmbiguousSubject, UnknownSubject) as wrong:
        raise ValueError(str(wrong)) from None


def _day(value: Any, *, last: bool) -> date | None:
    from store.dates import PartialDate

    if value in (None, ""):
        return None
    day = PartialDate.parse(str(value))
    return day.last if last else day.first
