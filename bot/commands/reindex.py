"""`bonafide reindex`: the index of words anew, after an update has changed how texts are taken apart."""

from __future__ import annotations

import getpass
import json

import click


@click.command("reindex")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(as_json: bool) -> None:
    """Make the index of words anew from the stored texts, where the program now takes them apart in another way.

    Searching and answering go on meanwhile; adding documents waits until it is done. It may be stopped at any time
    and goes on where it stopped when it is started again. `bonafide doctor` says whether it is needed.
    """
    from bot.assembly import build
    from bot.commands.ingest import index
    from bot.processes.place import BULK_NICENESS, step_back
    from bot.settings import load_settings
    from knowledge.passages.reindexing import reindex

    house = build(load_settings())
    step_back(BULK_NICENESS)
    databases = house.databases
    said = -1

    def report(done: int, left: int) -> None:
        nonlocal said
        share = 100 * done // (done + left)
        if share // 10 != said:
            said = share // 10
            click.echo(f"{done:,} passages done, {left:,} left", err=True)

    made = reindex(databases, house.clock, actor=f"cli:{getpass.getuser()}", report=report)
    if as_json:
        row = {
            "from": made and made.found,
            "to": made and made.made,
            "passages": made.passages if made else 0,
        }
        click.echo(json.dumps(row))
    elif made is None:
        click.echo("the index is up to date; nothing was to be done")
    else:
        click.echo(f"{made.passages:,} passages indexed anew, from version {made.found} to {made.made}")
    index(house)
