"""`bonafide ingest`: files, folders and JSONL documents into the library."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.evidence import Tier

if TYPE_CHECKING:
    from bot.assembly import House
    from knowledge.sources.files import IngestReport


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--customer", help="The customer that they are about: code, key, USCC, LEI or exact legal name."
)
@click.option("--source", help="Where they come from, for citations; else the file's name.")
@click.option(
    "--class",
    "field_class",
    type=click.Choice(["public", "internal", "personal", "suspicion"]),
    help="Who may see them; internal where neither this nor the document says so.",
)
@click.option(
    "--tier",
    type=click.Choice([tier.value for tier in Tier]),
    default="unknown",
    show_default=True,
    help="How far the source is trusted.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(
    paths: tuple[Path, ...],
    customer: str | None,
    source: str | None,
    field_class: str | None,
    tier: str,
    as_json: bool,
) -> None:
    """Read files, folders and JSONL documents under PATHS into the library.

    What cannot be read is set aside with its reason, the rest goes in; running it again changes nothing.
    """
    from bot.assembly import build
    from bot.processes.place import BULK_NICENESS, step_back
    from bot.settings import load_settings

    house = build(load_settings())
    step_back(BULK_NICENESS)
    report = ingest(house, paths, customer=customer, source=source, field_class=field_class, tier=tier)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(report)
    index(house)
    if report.aside:
        sys.exit(1)


def ingest(
    house: House,
    paths: tuple[Path, ...],
    *,
    customer: str | None = None,
    source: str | None = None,
    field_class: str | None = None,
    tier: str = "unknown",
) -> IngestReport:
    """Read what lies under `paths`; raises click.UsageError when there is no such customer or path."""
    from knowledge.sources.files import ingest as ingest_files
    from knowledge.sources.records import Defaults
    from store.access import FieldClass
    from store.customers import Customers
    from store.engine import reading
    from store.errors import AmbiguousSubject, UnknownSubject
    from store.evidence import Tier

    for path in paths:
        if not path.exists():
            raise click.UsageError(f"there is no file or folder {path}")
    customers: tuple[str, ...] = ()
    if customer is not None:
        with reading(house.databases.read) as connection:
            try:
                customers = (Customers(connection).find(customer).code,)
            except (UnknownSubject, AmbiguousSubject) as wrong:
                raise click.UsageError(str(wrong)) from None
    defaults = Defaults(
        source=source,
        field_class=FieldClass(field_class) if field_class else None,
        customers=customers,
        tier=Tier(tier),
    )
    return ingest_files(house.library, paths, defaults=defaults, actor=f"cli:{getpass.getuser()}")


def index(house: House) -> None:
    """Bring the vector index up to date, or leave it to the worker that has it; the passages are safe either way."""
    from knowledge.passages.vectors import VectorError

    try:
        done = house.vectors.catch_up()
    except VectorError as wrong:
        click.echo(f"not indexed for similar passages: {wrong}", err=True)
        return
    if done is None:
        click.echo(f"{house.vectors.waiting():,} passages wait for the worker's vector index", err=True)
    elif done:
        click.echo(f"{done:,} passages indexed for similar passages", err=True)


def show(report: IngestReport) -> None:
    """Print the report for people."""
    click.echo(
        f"{report.read:,} read, {report.unchanged:,} unchanged, {len(report.aside):,} set aside;"
        f" {report.linked:,} links to customers"
    )
    for aside in report.aside:
        place = f"{aside.file}, line {aside.line}" if aside.line else aside.file
        click.echo(f"  set aside: {_plain(place)}: {_plain(aside.reason)}")
    for note in report.notes:
        click.echo(f"  note: {_plain(note)}")


def _plain(text: str) -> str:
    """The text without what a file's name could do to a terminal or to the lines of the report."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
