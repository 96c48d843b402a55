"""`bonafide proposals`: what a model proposed to file, and what people decide on it (提议)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.dossier.proposals import Shown
    from store.access import Viewer

_STATES = ("proposed", "accepted", "rejected")


@click.group("proposals")
def command() -> None:
    """What was proposed from documents; a person accepts or rejects each."""


@command.command("list")
@click.option("--state", "states", type=click.Choice(_STATES), multiple=True, help="Else those undecided.")
@click.option("--customer", help="Only of this customer.")
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a proposal.")
def list_proposals(states: tuple[str, ...], customer: str | None, who: str, as_json: bool) -> None:
    """The proposals, oldest first, each with its quote and what our own reader finds."""
    from bot.commands.naming import customer_meant

    house, viewer = _who(who)
    whose = customer_meant(house, customer) if customer else None
    for shown in house.proposals.listed(viewer, states=states or ("proposed",), customer_id=whose):
        click.echo(json.dumps(described(shown), ensure_ascii=False) if as_json else as_line(shown))


@command.command("accept")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@click.option("--reason", required=True, help="Why; it is kept with the record.")
@click.option("--as", "who", required=True, metavar="EMAIL", help="The person who accepts.")
def accept(codes: tuple[str, ...], reason: str, who: str) -> None:
    """File proposals as imports of this person, with the document as the source."""
    house, viewer = _who(who)
    for code in codes:
        done = house.proposals.accept(code, viewer, reason)
        click.echo(f"{code.upper()}: filed ({done.outcome.value})")


@command.command("reject")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@click.option("--reason", required=True, help="Why; it is kept with the proposal.")
@click.option("--as", "who", required=True, metavar="EMAIL", help="The person who rejects.")
def reject(codes: tuple[str, ...], reason: str, who: str) -> None:
    """Keep proposals as rejected."""
    house, viewer = _who(who)
    for code in codes:
        house.proposals.reject(code, viewer, reason)
        click.echo(f"{code.upper()}: rejected")


def described(shown: Shown) -> dict[str, Any]:
    """A proposal for scripts."""
    from store.evidence import passage_id

    each = shown.proposal
    return {
        "code": each.code,
        "state": each.state,
        "customer": shown.customer,
        "kind": each.kind,
        "row": dict(each.row),
        "document": shown.document.external_id or shown.document.sha256,
        "title": shown.document.title,
        "locator": dict(each.locator),
        "place": dict(each.place),
        "quote": each.quote,
        "evidence": passage_id(shown.document.sha256, each.locator, each.quote),
        "beside": dict(each.beside),
        "model": each.model,
        "at": each.at.isoformat(),
        "decided_by": each.decided_by,
        "decided_at": each.decided_at and each.decided_at.isoformat(),
        "reason": each.reason,
    }


def as_line(shown: Shown) -> str:
    """A proposal for people: what, where it stands, and whether our own reader agrees."""
    each = shown.proposal
    what = ", ".join(f"{name} {value}" for name, value in each.row.items())
    where = ", ".join(f"{name} {value}" for name, value in {**each.locator, **each.place}.items())
    beside = each.beside.get("agreement", "none")
    if beside == "differ":
        money = f"{each.beside.get('currency') or ''} {each.beside.get('amount')}".strip()
        beside = f"differ: our reader finds {money}"
    lines = [
        f"{each.code}  {each.state}  {shown.customer}  {each.kind}: {what}",
        f"  “{' '.join(each.quote.split())}”  ({shown.document.title}; {where})",
    ]
    if each.kind == "statements":
        lines.append(f"  beside our own reader: {beside}")
    if each.decided_by:
        lines.append(f"  {each.state} by {each.decided_by}: {each.reason}")
    return "\n".join(lines)


def _who(who: str) -> tuple[House, Viewer]:
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings

    house = build(load_settings())
    return house, viewer_of(house, who)
