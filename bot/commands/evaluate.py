"""`bonafide eval`: measure the program against files of questions with gold."""

from __future__ import annotations

from importlib import import_module

import click

#: Subcommand → (module below bot.commands, what it does in one line); each is one file with `command`.
MEASURES: dict[str, tuple[str, str]] = {
    "answers": (
        "evaluate_answers",
        "Questions with gold: right, wrong, unknown, refused; citations, figures.",
    ),
    "names": ("evaluate_names", "Labelled pairs of names: AUC, precision and recall by threshold."),
    "screening": (
        "evaluate_screening",
        "People and firms on lists and on none: what a threshold misses and takes wrongly.",
    ),
}


class Measures(click.Group):
    """A group that imports a measure when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MEASURES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        entry = MEASURES.get(name)
        return None if entry is None else import_module(f"bot.commands.{entry[0]}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in MEASURES.items()])


@click.group("eval", cls=Measures)
def command() -> None:
    """Measure answers against what is true."""
