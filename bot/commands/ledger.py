"""`bonafide ledger`: read the ledger, or prove that nobody changed it (台账)."""

from __future__ import annotations

import json
import sys

import click


@click.group("ledger")
def command() -> None:
    """Read the ledger, or prove that nobody changed it."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def verify_ledger(as_json: bool) -> None:
    """Compute every entry anew; exit status 4 when one was changed, is missing or out of place."""
    from bot.assembly import build
    from bot.settings import load_settings
    from store.engine import reading
    from store.proof import verify

    house = build(load_settings())
    with reading(house.databases.read) as connection:
        outcome = verify(connection)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "entries": outcome.entries,
                    "root": outcome.root,
                    "ok": outcome.ok,
                    "first_bad": outcome.first_bad,
                    "because": outcome.because,
                }
            )
        )
    elif outcome.ok:
        click.echo(f"All {outcome.entries} entries are as they were written. Root {outcome.root}")
    else:
        click.echo(f"Entry {outcome.first_bad} is not as it was written: {outcome.because}")
    sys.exit(0 if outcome.ok else 4)


@command.command("show")
@click.option("--as", "who", default="compliance", show_default=True, help="A role or an e-mail address.")
@click.option("--customer", help="Only entries about this customer.")
@click.option("-n", "limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object an entry.")
def show_ledger(who: str, customer: str | None, limit: int, as_json: bool) -> None:
    """The newest entries first; exit status 3 for those who may not read them."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.access import Permission, authorize
    from store.customers import Customers
    from store.engine import reading
    from store.ledger import read

    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.READ_LEDGER)
    with reading(house.databases.read) as connection:
        customer_id = Customers(connection).find(customer).id if customer else None
        entries = read(connection, viewer=viewer, customer_id=customer_id, limit=limit)
    for entry in entries:
        if as_json:
            row = {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "detail": dict(entry.detail),
            }
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo(
                f"{entry.seq:>7}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.action}  {entry.subject or ''}"
            )
