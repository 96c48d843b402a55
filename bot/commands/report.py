"""`bonafide report`: a background check as a document (背调报告)."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.checks.service import KeptCheck
    from store.access import Viewer

_CODE = re.compile(r"B-\d+", re.IGNORECASE)


@click.command("report")
@click.argument("subject", metavar="CUSTOMER|B-12")
@click.option(
    "--out",
    "out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; the ending says what: .pdf or .html.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), help="The language of the report.")
@click.option("--as", "who", default="risk", show_default=True, help="A role or an e-mail address.")
def command(subject: str, out: Path, language: str | None, who: str) -> None:
    """Write the report of a kept check (B-12), or of a customer's newest one; without one the check is made."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.access import Permission, authorize

    form = out.suffix.lower().lstrip(".")
    if form not in ("pdf", "html"):
        raise click.BadParameter("end the name with .pdf or .html", param_hint="--out")
    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.CHECK)
    language = language or house.settings.language
    kept = _kept(house, subject.strip(), viewer)
    check = house.readers.in_words(kept, language, viewer)
    if form == "pdf":
        data = house.reports.render_pdf(check, language, asked_by=viewer.actor)
    else:
        data = house.reports.render_html(check, language, asked_by=viewer.actor).encode("utf-8")
    _write(out, data)
    _remember(
        house, viewer, kept, {"form": form, "language": language, "sha256": hashlib.sha256(data).hexdigest()}
    )
    click.echo(f"{check['name']} ({check['customer']}), check {kept.code}: {out}")


def _kept(house: House, subject: str, viewer: Viewer) -> KeptCheck:
    """The check by its code, else the newest of the customer, else a fresh one."""
    from bot.commands.naming import customer_meant

    if _CODE.fullmatch(subject):
        return house.checks.load(subject.upper(), viewer)
    customer = customer_meant(house, subject)
    return house.checks.latest(customer, viewer) or house.checks.make(customer, viewer)


def _write(out: Path, data: bytes) -> None:
    """Readable by its owner only: the report says what most in the firm may not know."""
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _remember(house: House, viewer: Viewer, kept: KeptCheck, detail: dict[str, str]) -> None:
    from store.engine import unit_of_work
    from store.ledger import Ledger

    with unit_of_work(house.databases.write) as connection:
        Ledger(connection, house.clock).append(
            actor=viewer.actor,
            action="report.export",
            customer_id=kept.customer_id,
            subject=kept.code,
            detail=detail,
        )
