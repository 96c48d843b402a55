"""`bonafide eval answers`: a file of questions with gold, asked in one way or in both."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.evaluation.questions import QuestionFile
    from bot.settings import Settings

#: Exit status when some lines were set aside.
ASIDE = 1
BUILTIN, MODEL = "builtin", "model"
#: What names a model in the settings.
_MODELS = ("model", "fallback_model", "local_model")


@click.command("answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--with-model", "ways", flag_value="model", help="Only with the model.")
@click.option("--without-model", "ways", flag_value="builtin", help="Only built in.")
@click.option("--both", "ways", flag_value="both", help="Both ways; the default where a model is set.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for scripts.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every answer with its scoring here, as JSONL.",
)
def command(file: Path, ways: str | None, as_json: bool, out: Path | None) -> None:
    """Ask every question of FILE and compare the answers with its gold.

    FILE is JSON Lines in the shape of `ask`, extended by "gold":

    \b
    {"id", "question", "as", "in", "conversation", "as_of", "known_at",
     "gold": {"outcome": "answer|unknown|refused|clarify" or a list of them,
              "says": [["one of", "these"], …], "says_not": ["…"],
              "customers": ["C-1001" or key, …], "ordered": true,
              "value": {"amount": "36.42", "unit": "亿", "tolerance": "0.01",
                        "currency": "CNY"},
              "sources": ["external id"], "language": "zh"}}

    Of each list in "says" one must stand in the answer's text; "says_not" stands nowhere in what is shown; "value"
    is compared as a number (units: none, %, 千, 万, 百万, 千万, 亿, 万亿, thousand, million, billion, trillion). What
    is left out is not asked. Questions of one conversation are asked in the order of the file.

    Exit status 0, or 1 when lines were set aside. Every answer is kept and stands in the ledger, as with `ask`.
    """
    from bot.evaluation.questions import read_questions
    from bot.evaluation.writing import write
    from bot.settings import load_settings
    from prompts.phrasebook import Phrasebook

    settings = load_settings()
    book = Phrasebook.nearest(settings.language)
    if settings.model is None and ways in (MODEL, "both"):
        raise click.UsageError(book["evaluation.no_model"])
    if out is not None and out.resolve() == file.resolve():
        raise click.UsageError("--out would write over the questions; name another file")
    chosen = {MODEL: [MODEL], BUILTIN: [BUILTIN]}.get(ways or "")
    with file.open("rb") as lines:
        found = read_questions(lines)
    report = examine(settings, found, chosen or ([BUILTIN, MODEL] if settings.model else [BUILTIN]), out)
    report["file"] = file.name
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(write(report, book))
    if report["aside"]:
        sys.exit(ASIDE)


def examine(settings: Settings, found: QuestionFile, ways: list[str], out: Path | None) -> dict[str, Any]:
    """Ask the questions in each way; the report as JSON, and every answer in `out` where it is given."""
    from bot.evaluation.running import Examination
    from bot.evaluation.summary import summarise, written_out

    report: dict[str, Any] = {"ways": {}, "aside": []}
    with ExitStack() as stack:
        file = stack.enter_context(out.open("w", encoding="utf-8")) if out is not None else None
        for way in ways:
            house = built(settings, way)
            examination = Examination(house)
            usable = examination.sift(found)
            results = []
            with progress(usable, way) as questions:
                for asked in questions:
                    result = examination.ask(asked)
                    results.append(result)
                    if file is not None:
                        file.write(json.dumps(written_out(result, way), ensure_ascii=False) + "\n")
            report["ways"][way] = summarise(results)
            report["aside"] = [{"line": aside.line, "reason": aside.reason} for aside in usable.aside]
    return report


def progress(usable: QuestionFile, way: str) -> Any:
    """How far it is, on a terminal; with a model a file takes minutes."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(usable.questions, label=way, file=sys.stderr, hidden=hidden)


def built(settings: Settings, way: str) -> House:
    """A house that answers in one way: without a model, no part of it sees that one is set."""
    from bot.assembly import build

    return build(settings.model_copy(update=dict.fromkeys(_MODELS)) if way == BUILTIN else settings)
