"""`bonafide names`: whether two names are one, and whom a name means."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from knowledge.names.among import Candidate, Crowd
    from knowledge.names.comparison import Comparison, NameKind

_KINDS = click.Choice(["organisation", "person", "unknown"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("names")
def command() -> None:
    """Compare names, and find whom a name means."""


@command.command("compare")
@click.argument("left", required=False)
@click.argument("right", required=False)
@click.option(
    "--kind", type=_KINDS, default="unknown", show_default=True, help="What the names are names of."
)
@click.option("--file", "file", type=_FILE, help="Pairs as JSONL: id, left, right, kind.")
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def compare_command(left: str | None, right: str | None, kind: str, file: Path | None, as_json: bool) -> None:
    """How likely LEFT and RIGHT are names of one, and why; or every pair of --file."""
    from knowledge.names.comparison import NameKind, compare

    if (file is None) == (left is None or right is None):
        raise click.UsageError("give two names or --file, and not both")

    def answer(line: dict[str, Any]) -> dict[str, Any]:
        one, other = _text(line, "left"), _text(line, "right")
        return compared(compare(one, other, _kind(line, NameKind(kind))))

    if file is not None:
        sys.exit(1 if _each(file, answer) else 0)
    result = answer({"left": left, "right": right})
    if as_json:
        click.echo(json.dumps({"id": None, **result}, ensure_ascii=False))
        return
    _tell(result)


@command.command("resolve")
@click.argument("name", required=False)
@click.option(
    "--among",
    type=_FILE,
    help="JSONL of key, name, other_names; without it: the customers.",
)
@click.option("--kind", type=_KINDS, default="unknown", show_default=True, help="What the name is a name of.")
@click.option("--file", "file", type=_FILE, help="Names as JSONL: id, name, context.")
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def resolve_command(
    name: str | None, among: Path | None, kind: str, file: Path | None, as_json: bool
) -> None:
    """Whom NAME means; nobody is chosen where two are nearly as likely."""
    from knowledge.names.among import chosen
    from knowledge.names.comparison import NameKind

    if (file is None) == (name is None):
        raise click.UsageError("give a name or --file, and not both")
    crowd = _crowd(among)

    def answer(line: dict[str, Any]) -> dict[str, Any]:
        candidates = crowd.find(_text(line, "name"), _kind(line, NameKind(kind)))
        match = chosen(candidates)
        return {
            "match": match.named.key if match else None,
            "candidates": [_candidate(candidate) for candidate in candidates],
        }

    if file is not None:
        sys.exit(1 if _each(file, answer) else 0)
    result = answer({"name": name})
    if as_json:
        click.echo(json.dumps({"id": None, **result}, ensure_ascii=False))
        return
    if result["match"] is None:
        phrases = _phrases()
        click.echo(phrases["names.candidates"] if result["candidates"] else phrases["names.nobody"])
    for candidate in result["candidates"][: 1 if result["match"] else None]:
        click.echo(f"{candidate['key']}  {candidate['name']}  {candidate['score']:.2f}")


def compared(found: Comparison) -> dict[str, Any]:
    """A comparison in the shape of the contract, its reasons in words."""
    phrases = _phrases()
    because = [
        {
            "feature": reason.feature,
            "left": reason.left,
            "right": reason.right,
            "value": reason.value,
            "note": phrases["names.reason." + reason.feature.replace(":", ".")],
        }
        for reason in found.because
    ]
    if found.deceiving:
        note = phrases.say("names.deceiving", word=found.deceiving)
        because.insert(
            0, {"feature": "deceiving", "left": found.deceiving, "right": "", "value": 0.0, "note": note}
        )
    return {"score": round(found.score, 4), "because": because}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {"key": candidate.named.key, "name": candidate.name, **compared(candidate.comparison)}


def _crowd(among: Path | None) -> Crowd:
    from knowledge.names.among import Crowd, Named

    if among is not None:
        people = []
        for number, line in enumerate(among.read_text(encoding="utf-8").splitlines(), 1):
            try:
                read = json.loads(line)
                others = tuple(str(other) for other in read.get("other_names") or ())
                people.append(Named(str(read["key"]), str(read["name"]), others))
            except (ValueError, KeyError, TypeError, AttributeError):
                if line.strip():
                    raise click.UsageError(f"{among.name}, line {number}: needs key and name") from None
        return Crowd(people)
    from bot.assembly import build
    from bot.settings import load_settings
    from store.customers import Customers
    from store.engine import reading

    with reading(build(load_settings()).databases.read) as connection:
        names = Customers(connection).names()
    by_code: dict[str, list[str]] = {}
    for each in names:
        by_code.setdefault(each.code, []).insert(
            0 if each.kind == "legal" else len(by_code[each.code]), each.name
        )
    return Crowd(Named(code, listed[0], tuple(listed[1:])) for code, listed in by_code.items())


def _each(file: Path, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    broken = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            identity: Any = None
            try:
                read = json.loads(line)
                identity = read.get("id")
                result = {"id": identity, **answer(read)}
            except (ValueError, AttributeError, TypeError) as wrong:
                broken += 1
                result = {"id": identity, "error": f"line {number}: {wrong}"}
            click.echo(json.dumps(result, ensure_ascii=False))
    return broken


def _text(line: dict[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing or no text")
    return value


def _kind(line: dict[str, Any], given: NameKind) -> NameKind:
    from knowledge.names.comparison import NameKind

    return NameKind(line["kind"]) if line.get("kind") else given


def _phrases() -> Any:
    from bot.settings import load_settings
    from prompts.phrasebook import Phrasebook

    return Phrasebook(load_settings().language)


def _tell(result: dict[str, Any]) -> None:
    phrases = _phrases()
    verdict = phrases["names.likely" if result["score"] >= 0.5 else "names.unlikely"]
    click.echo(phrases.say("names.score", score=f"{result['score']:.2f}", verdict=verdict))
    for reason in result["because"]:
        paired = reason["feature"].startswith(("pair", "left_over", "deceiving"))
        sides = f"{reason['left']} ~ {reason['right']}: " if paired else ""
        click.echo(f"  {sides}{reason['note']} ({reason['value']:+.2f})")
