"""`bonafide history`: what changed about a customer, when, and who said so (变更历史)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from store.changes import VersionStep


@click.command("history")
@click.argument("customer")
@click.option("--from", "since", metavar="D", help="First day: 2026, 2026-03 or 2026-03-31.")
@click.option("--to", "until", metavar="D", help="Last day.")
@click.option("--as", "who", default="compliance", show_default=True, help="A role or an e-mail address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a version.")
def command(customer: str, since: str | None, until: str | None, who: str, as_json: bool) -> None:
    """Every version of what we know of CUSTOMER, with what changed, the actor, the cause and the source."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.changes import versions_of
    from store.customers import Customers
    from store.engine import reading

    house = build(load_settings())
    viewer = viewer_of(house, who)
    start, end = _day(since, "--from", last=False), _day(until, "--to", last=True)
    with reading(house.databases.read) as connection:
        found = Customers(connection).find(customer)
        steps = versions_of(connection, found.id, viewer=viewer, since=start, until=end)
    for step in steps:
        click.echo(json.dumps(described(step), ensure_ascii=False) if as_json else _line(step))
    if not steps and not as_json:
        click.echo(f"Nothing was recorded about {found.legal_name} ({found.code}) in that time.")


def described(step: VersionStep) -> dict[str, Any]:
    """A version as plain JSON."""
    return {
        "version": str(step.version_id),
        "aggregate": step.aggregate,
        "called": step.called,
        "number": step.number,
        "recorded_at": step.recorded_at.isoformat(),
        "recorded_seq": step.recorded_seq,
        "actor": step.actor,
        "cause": step.cause,
        "source": step.source,
        "tier": step.tier.value,
        "observed_on": str(step.observed_on) if step.observed_on else None,
        "removed": step.removed,
        "changes": [
            {"field": change.field, "before": change.before, "after": change.after} for change in step.changes
        ],
    }


def _line(step: VersionStep) -> str:
    head = f"{step.recorded_at:%Y-%m-%d %H:%M} UTC  {step.aggregate} “{step.called}” version {step.number}"
    by = f"  by {step.actor}, {step.cause}; source {step.source}"
    if step.removed:
        return f"{head} removed{by}"
    if step.number == 1:
        return f"{head} first recorded{by}"
    changed = "".join(f"\n    {change.field}: {change.before} → {change.after}" for change in step.changes)
    return f"{head}{by}{changed}"


def _day(text: str | None, option: str, *, last: bool) -> datetime | None:
    from datetime import time, timedelta

    from store.dates import PartialDate

    if text is None:
        return None
    try:
        partial = PartialDate.parse(text)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint=option) from None
    day = partial.last + timedelta(days=1) if last else partial.first
    return datetime.combine(day, time(), UTC)
