"""`bonafide hits`: the hits of screening, and what people decide of them (命中处置)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.screening.hits import Outcome
    from store.access import Viewer

_STATES = ("open", "proposed", "unsure", "true", "false", "closed")
_WHO = click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
_PERSON = click.option("--as", "who", required=True, help="E-mail of who decides.")
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")


@click.group("hits")
def command() -> None:
    """Hits of screening: list them, see one, decide, confirm, export for an examiner."""


@command.command("list")
@click.option(
    "--state",
    "states",
    type=click.Choice(_STATES),
    multiple=True,
    help="Only these; else what waits for people.",
)
@click.option("--customer", help="Only of this customer: code, identifier or name.")
@click.option("--list", "list_", help="Only on this list.")
@_WHO
@_JSON
def list_hits(
    states: tuple[str, ...], customer: str | None, list_: str | None, who: str, as_json: bool
) -> None:
    """The hits, the likeliest first."""
    from bot.commands.screen import hit_lines
    from bot.screening.rights import may_read
    from bot.screening.telling import tell_hit
    from prompts.phrasebook import Phrasebook
    from store.hits import WAITING, HitState

    house, viewer = _house(who)
    may_read(viewer)
    whose = None
    if customer is not None:
        from bot.commands.naming import customer_meant

        whose = customer_meant(house, customer)
    wanted = [HitState(state) for state in states] or list(WAITING)
    found = house.hits.listed(viewer, states=wanted, customer_id=whose, list_=list_, limit=10_000)
    language = house.settings.language
    for hit in found:
        told = tell_hit(hit, language)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(hit_lines(told, language)))
    if not found and not as_json:
        click.echo(Phrasebook.nearest(language)["screening_desk.nohits"])


@command.command("show")
@click.argument("code")
@_WHO
@_JSON
def show_hit(code: str, who: str, as_json: bool) -> None:
    """The hit CODE and its history: who decided what and why, and what opened it again."""
    from bot.commands.screen import hit_lines
    from bot.screening.telling import tell_change, tell_hit
    from prompts.phrasebook import Phrasebook

    house, viewer = _house(who)
    hit, steps = house.hits.history(code, viewer)
    language = house.settings.language
    book, told = Phrasebook.nearest(language), tell_hit(hit, language)
    history = [
        {
            "at": step.at.isoformat(),
            "by": step.actor,
            "act": step.act,
            "state": step.after,
            "reason": step.words,
            "changed": [tell_change(field, book) for field in step.fields],
            "version": step.list_version,
            "score": step.score / 10_000,
            "screening": step.screening,
            "ledger": step.seq,
        }
        for step in steps
    ]
    if as_json:
        click.echo(json.dumps({**told, "history": history}, ensure_ascii=False))
        return
    click.echo("\n".join(hit_lines(told, language)))
    for step in history:
        changed = f" ({', '.join(step['changed'])})" if step["changed"] else ""
        act = book[f"screening_desk.act.{step['act']}"]
        words = f": {step['reason']}" if step["reason"] else ""
        by = f" {step['by']}" if step["by"] else ""
        click.echo(f"  {step['at'][:16]} #{step['ledger']}{by} {act}{changed}{words}")


@command.command("decide")
@click.argument("code")
@click.argument("verdict", type=click.Choice(["true", "false", "unsure"]))
@click.option("--reason", required=True, help="What you looked at and why it is so.")
@_PERSON
@_JSON
def decide_hit(code: str, verdict: str, reason: str, who: str, as_json: bool) -> None:
    """Say that the hit CODE is true, false or unsure; a likely one is cleared by a second person."""
    from bot.screening.errors import ReasonMissing

    house, viewer = _house(who)
    try:
        outcome = house.hits.decide(code, verdict, reason, viewer)
    except ReasonMissing as wrong:
        raise click.UsageError(str(wrong)) from None
    _tell(house, outcome, as_json)


@command.command("confirm")
@click.argument("code")
@_PERSON
@_JSON
def confirm_hit(code: str, who: str, as_json: bool) -> None:
    """Confirm as the second person that the hit CODE is false."""
    house, viewer = _house(who)
    _tell(house, house.hits.confirm(code, viewer), as_json)


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--customer", help="Only of this customer: code, identifier or name.")
@click.option("--as", "who", default="compliance", show_default=True, help="Role or e-mail of who asks.")
def export_hits(file: Path, customer: str | None, who: str) -> None:
    """Write every hit with its history into FILE for an examiner: .csv or .xlsx."""
    house, viewer = _house(who)
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise click.UsageError("the file's name ends in .csv or .xlsx")
    whose = None
    if customer is not None:
        from bot.commands.naming import customer_meant

        whose = customer_meant(house, customer)
    file.write_bytes(
        house.screening_export.export(viewer, form, customer_id=whose, language=house.settings.language)
    )
    click.echo(str(file))


def _house(who: str) -> tuple[House, Viewer]:
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings

    house = build(load_settings())
    return house, viewer_of(house, who)


def _tell(house: House, outcome: Outcome, as_json: bool) -> None:
    """Say what came of it; the exit status is 1 where the act could not be done."""
    import sys

    from bot.screening.decisions import Result
    from bot.screening.telling import tell_hit
    from prompts.phrasebook import Phrasebook

    language = house.settings.language
    hit, result = outcome.hit, outcome.result
    if as_json:
        told: dict[str, Any] = {"result": result.value, **tell_hit(hit, language)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        book = Phrasebook.nearest(language)
        key = "decided" if result is Result.DONE else result.value
        values = {"hit": hit.code, "state": book[f"screening_desk.state.{hit.state.value}"]}
        names = book.names(f"screening_desk.{key}")
        click.echo(book.say(f"screening_desk.{key}", **{name: values[name] for name in names}))
    if result in (Result.IMPOSSIBLE, Result.SECOND_PERSON):
        sys.exit(1)
