"""`bonafide lists`: watch lists loaded, shown and compared (监控名单); `fetch_lists` has what fetches them."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.fetch_lists import retry_slices, sync_lists

if TYPE_CHECKING:
    from bot.assembly import House
    from knowledge.watchlists.service import Delta, Lists, Standing
    from store.list_syncs import SyncState
    from store.policy.screening import ListSource
    from store.watchlists import ListVersion

#: Lines of each kind that are listed to people; scripts get all.
_SHOWN = 20


@click.group("lists")
def command() -> None:
    """Load and fetch watch lists, see which versions are in force, and what changed."""


command.add_command(sync_lists)
command.add_command(retry_slices)


@command.command("load")
@click.argument("format")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help="What the list is called here; the format's name without it.")
@click.option("--accept", metavar="REASON", help="Take a list that is refused as too small or too old.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def load_list(
    format: str, files: tuple[Path, ...], name: str | None, accept: str | None, as_json: bool
) -> None:
    """Make FILES the version in force: ofac, un, eu, uk, china, dishonest, opensanctions or house.

    OFAC's old files go together: sdn.csv alt.csv add.csv sdn_comments.csv. Loading the same files again changes
    nothing. A list that cannot be right is refused with exit status 1, a broken file with 4, and the version before
    stays in force.
    """
    from knowledge.watchlists.errors import ListRefused

    try:
        loaded = _lists().load(format, files, name, actor=f"cli:{getpass.getuser()}", accept=accept)
    except ListRefused as wrong:
        click.echo(f"bonafide: refused: {wrong} (--accept takes it, with your reason)", err=True)
        sys.exit(1)
    version = loaded.version
    if as_json:
        click.echo(json.dumps({**_version(version), "new": loaded.is_new}, ensure_ascii=False))
    elif loaded.is_new:
        click.echo(
            f"{version.list} version {version.version}: {version.entries:,} entries, {version.added:,} added, "
            f"{version.changed:,} changed, {version.removed:,} removed"
        )
        _tell_problems(version)
    else:
        click.echo(f"{version.list}: the same files as version {version.version}; nothing has changed")


@command.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a list, or a version of NAME.")
def show_lists(name: str | None, as_json: bool) -> None:
    """The lists and the versions in force; of NAME every version."""
    house = _house()
    lists = house.lists
    if name is not None:
        for version in lists.versions(name):
            click.echo(json.dumps(_version(version), ensure_ascii=False) if as_json else _line(version))
        return
    from bot.screening.fetched import tell_state, tell_unfetched

    standings, syncs = lists.show(), house.syncing.states()
    sources, book = house.policy.watchlists.sources, house.phrases(house.settings.language)
    for standing in standings:
        sync = syncs.pop(standing.state.name, None)
        if as_json:
            click.echo(json.dumps({**_standing(standing), **_sync(sync)}, ensure_ascii=False))
            continue
        state, version = standing.state, standing.version
        click.echo(_line(version) if version else f"{state.name}: no version was accepted yet")
        if standing.is_old:
            click.echo(f"    fetched {standing.days} days ago: it is old")
        if state.refused_at is not None:
            click.echo(f"    refused {state.refused_at:%Y-%m-%d %H:%M}: {state.refused_because}")
        if sync is not None:
            for line in tell_state(sync, standing, _source(sources, sync), book):
                click.echo(f"    {line}")
    for sync in syncs.values():
        row = {"list": sync.list, "version": None, **_sync(sync)}
        told = tell_unfetched(sync, _source(sources, sync), book)
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else "\n    ".join(told))
    if not standings and not syncs and not as_json:
        click.echo("no list is loaded; `bonafide lists load un consolidated.xml` loads one")


@command.command("diff")
@click.argument("name")
@click.argument("old", type=click.IntRange(min=0))
@click.argument("new", type=click.IntRange(min=1), required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a changed entry.")
def diff_list(name: str, old: int, new: int | None, as_json: bool) -> None:
    """What changed in the list NAME from version OLD to NEW (the one in force without it)."""
    delta = _lists().changed(name, old, new)
    if as_json:
        for row in _rows(delta):
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(
        f"{name}, version {delta.old} to {delta.new}: {len(delta.added):,} added, {len(delta.changed):,} changed, "
        f"{len(delta.removed):,} removed"
    )
    groups = (
        ("+", [f"{entry.id}  {entry.name}" for entry in delta.added]),
        ("-", [f"{entry.id}  {entry.name}" for entry in delta.removed]),
        ("~", [f"{each.after.id}  {each.after.name}: {', '.join(each.fields)}" for each in delta.changed]),
    )
    for sign, lines in groups:
        for line in lines[:_SHOWN]:
            click.echo(f"  {sign} {line}")
        if len(lines) > _SHOWN:
            click.echo(f"  {sign} and {len(lines) - _SHOWN:,} more (--json lists all)")


def _lists() -> Lists:
    return _house().lists


def _house() -> House:
    from bot.assembly import build
    from bot.settings import load_settings

    return build(load_settings())


def _source(sources: Sequence[ListSource], sync: SyncState) -> ListSource:
    return next(each for each in sources if each.name == sync.list)


def _version(version: ListVersion) -> dict[str, Any]:
    return {
        "list": version.list,
        "version": version.version,
        "format": version.format,
        "published": version.published,
        "loaded_at": version.loaded_at.isoformat(),
        "loaded_by": version.loaded_by,
        "entries": version.entries,
        "names": version.names,
        "added": version.added,
        "changed": version.changed,
        "removed": version.removed,
        "sha256": version.sha256,
        "problems": list(version.problems),
        "accepted": version.accepted,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    state = standing.state
    return {
        **(_version(standing.version) if standing.version else {"list": state.name, "version": None}),
        "synced_at": state.synced_at.isoformat() if state.synced_at else None,
        "old": standing.is_old,
        "refused": state.refused_because,
    }


def _sync(sync: SyncState | None) -> dict[str, Any]:
    if sync is None:
        return {}
    return {
        "looked_at": sync.looked_at.isoformat() if sync.looked_at else None,
        "failures": sync.failures,
        "trouble": sync.trouble,
        "because": sync.because,
    }


def _rows(delta: Delta) -> list[dict[str, Any]]:
    added = [{"change": "added", "entry": entry.id, "name": entry.name} for entry in delta.added]
    removed = [{"change": "removed", "entry": entry.id, "name": entry.name} for entry in delta.removed]
    changed = [
        {
            "change": "changed",
            "entry": each.after.id,
            "name": each.after.name,
            "fields": list(each.fields),
            "matters": each.matters,
        }
        for each in delta.changed
    ]
    return [*added, *removed, *changed]


def _line(version: ListVersion) -> str:
    published = f", of {version.published[:10]}" if version.published else ""
    accepted = f", accepted although {version.accepted}" if version.accepted else ""
    return (
        f"{version.list} version {version.version}{published}, loaded {version.loaded_at:%Y-%m-%d}: "
        f"{version.entries:,} entries (+{version.added:,} ~{version.changed:,} -{version.removed:,}){accepted}"
    )


def _tell_problems(version: ListVersion) -> None:
    for problem in version.problems[:_SHOWN]:
        click.echo(f"  {problem}")
    if len(version.problems) > _SHOWN:
        click.echo(f"  and {len(version.problems) - _SHOWN} more")
