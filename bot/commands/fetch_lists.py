"""`bonafide lists sync` and `retry`: lists fetched from their publishers now (名单同步), comparisons queued again."""

from __future__ import annotations

import getpass
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@click.command("sync")
@click.argument("names", nargs=-1)
@click.option("--due", is_flag=True, help="Only lists whose time has come, as a running worker does.")
@click.option(
    "--accept", metavar="REASON", help="Take the list NAME though it is refused as too small or old."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a list.")
def sync_lists(names: tuple[str, ...], due: bool, accept: str | None, as_json: bool) -> None:
    """Fetch the lists NAMES (all without one) from the addresses in the policy, and load what is new.

    Exit status 1 when a list was refused or not reached; its version before stays in force.
    """
    from bot.assembly import build
    from bot.processes.place import BULK_NICENESS, step_back
    from bot.screening.fetched import tell_outcome
    from bot.settings import load_settings
    from knowledge.watchlists.errors import UnknownList
    from knowledge.watchlists.syncing import ACTOR, Outcome

    if accept is not None and len(names) != 1:
        raise click.UsageError("--accept goes with the name of one list.")
    house = build(load_settings())
    book = house.phrases(house.settings.language)
    if not house.policy.watchlists.sources:
        raise UnknownList(book["lists.no_sources"])
    sources = house.syncing.sources(*names)
    if due:
        now_due = house.syncing.due()
        sources = [source for source in sources if source in now_due]
        if not sources and not as_json:
            click.echo(book["lists.nothing_due"])
    step_back(BULK_NICENESS)
    failed = False
    for source in sources:
        actor = ACTOR if due else f"cli:{getpass.getuser()}"
        with _ended_in_order():
            synced = house.syncing.sync(source, actor=actor, accept=accept)
        failed = failed or synced.outcome not in (Outcome.NEW, Outcome.UNCHANGED)
        if as_json:
            row = {
                "list": synced.list,
                "outcome": synced.outcome.value,
                "version": synced.version.version if synced.version else None,
                "because": synced.because or None,
            }
            if synced.version is not None and synced.outcome is Outcome.NEW:
                row |= {each: getattr(synced.version, each) for each in ("added", "changed", "removed")}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo("\n    ".join(tell_outcome(synced, source, book)))
    sys.exit(1 if failed else 0)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Whoever is asked to stop gives the turn to fetch back before."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command("retry")
def retry_slices() -> None:
    """Queue again what failed for good when lists and customers were compared; a running worker does it."""
    from bot.assembly import build
    from bot.jobs import JobClient
    from bot.settings import load_settings

    house = build(load_settings())
    client = JobClient(house.databases)
    try:
        client.connect()
        count = house.rescreening.retry(client)
    finally:
        client.close()
    click.echo(house.phrases(house.settings.language).say("lists.retried", count=count))
