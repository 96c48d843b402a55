"""`bonafide watch`: the rules look at what changed, now; a running worker does it by itself every few seconds."""

from __future__ import annotations

import click


@click.command("watch")
def command() -> None:
    """Evaluate the rules of the policy over everything that changed since the last look."""
    from bot.assembly import build
    from bot.settings import load_settings

    found = build(load_settings()).watch.look()
    click.echo(f"{found.changes} changes: {found.opened} alerts opened, {found.extended} extended")
