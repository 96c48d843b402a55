"""`bonafide channels`: which channels are registered, and the highest class that may be said there."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command("channels")
@click.argument("name", required=False)
@click.option("--team", help="The Slack team id (T…).")
@click.option("--channel", help="The Slack channel id (C…).")
@click.option(
    "--ceiling",
    type=click.Choice(["public", "internal", "personal", "suspicion"]),
    help="The highest class that may be said there.",
)
@click.option("--by", default="command line", show_default=True, help="Who registers it, for the ledger.")
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    name: str | None, team: str | None, channel: str | None, ceiling: str | None, by: str, as_json: bool
) -> None:
    """List the registered channels, or register NAME with --team, --channel and --ceiling."""
    from bot.assembly import build
    from bot.settings import load_settings
    from store.access import FieldClass
    from store.engine import reading, unit_of_work
    from store.ledger import Ledger
    from store.people import People

    house = build(load_settings())
    if name:
        if not (team and channel and ceiling):
            raise click.UsageError("to register a channel give --team, --channel and --ceiling")
        with unit_of_work(house.databases.write) as connection:
            People(connection).register_channel(
                team=team,
                channel=channel,
                name=name if name.startswith("#") else f"#{name}",
                ceiling=FieldClass(ceiling),
                by=by,
                at=house.clock(),
            )
            Ledger(connection, house.clock).append(
                actor=by,
                action="channel.register",
                subject=name,
                detail={"channel": channel, "ceiling": ceiling},
            )
    with reading(house.databases.read) as connection:
        known = People(connection).channels()
    for entry in known:
        row: dict[str, Any] = {
            "name": entry.name,
            "team": entry.team,
            "channel": entry.channel,
            "ceiling": entry.ceiling.value,
        }
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else "  ".join(row.values()))
    if not known and not as_json:
        click.echo("No channel is registered; in every channel only public facts are said.")
