"""The command line: `bonafide`.

Commands are loaded when they are called, so `bonafide --help` imports nothing but click. Exit status: 0 done,
1 done but some input was set aside, 2 wrong usage or setting, 3 refused by rights, 4 the data or a part that it
needs is damaged or missing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

#: Command → (module below bot.commands, what it does in one line).
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "demo",
        "A made-up portfolio and a local workspace in the browser; no account, no key, no network.",
    ),
    "run": ("run", "The real Slack: gateway and worker under one command."),
    "doctor": ("doctor", "What is configured, what is missing, what to do."),
    "import": ("import_rows", "Customers, parties, statements, payments, records … from CSV, XLSX or JSONL."),
    "ingest": ("ingest", "Files, folders and JSONL documents into the library."),
    "reindex": (
        "reindex",
        "The index of words anew, when an update asks for it; it can be stopped and goes on.",
    ),
    "ask": ("ask", "Ask a question about a customer or about the collected documents."),
    "check": ("check", "The background check of a customer: six sections, evidence, what is missing."),
    "alerts": ("alerts", "The alerts as they stand."),
    "watch": ("watch", "The rules look at what changed, now."),
    "search": ("search", "Passages that fit a query, best first."),
    "names": ("names", "Whether two names are one, and whom a name means."),
    "lists": ("lists", "Watch lists: load or fetch one, see the versions in force, and what changed."),
    "screen": ("screen", "A name or a customer against the watch lists, with reasons; kept."),
    "hits": ("hits", "Hits of screening: list, show, decide, confirm, export."),
    "report": ("report", "A background check as a document: PDF or a page."),
    "classify": ("classify", "Which risk events a text tells of a subject, with the words that say so."),
    "extract": ("extract", "A model lists what a document says of a customer, as proposals with quotes."),
    "proposals": ("proposals", "What was proposed from documents: list, accept, reject."),
    "history": ("history", "What changed about a customer, when, and who said so."),
    "ledger": ("ledger", "Read the ledger, or prove that nobody changed it."),
    "eval": ("evaluate", "Measure answers against files of questions with what is true."),
    "channels": ("channels", "Register a channel and the highest class that may be said there."),
}
#: Started by `run` and `demo`, not by people.
PROCESSES: dict[str, tuple[str, str]] = {
    "gateway": ("process_gateway", "The gateway process: inbox, acknowledgement, sending."),
    "worker": ("process_worker", "The worker process: answers, jobs, indexes."),
}

EXIT_USAGE, EXIT_REFUSED, EXIT_DAMAGED = 2, 3, 4


class Commands(click.Group):
    """A group that knows its commands by name and imports them late."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        entry = COMMANDS.get(name) or PROCESSES.get(name)
        if entry is None:
            return None
        return import_module(f"bot.commands.{entry[0]}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bonafide")
def bonafide() -> None:
    """The colleague in Slack who knows every customer (客户背调助手)."""


def main() -> None:
    """Run the command line; what goes wrong becomes one sentence and the right exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A name of a file that is no text, or a terminal without Chinese, must not end a command half-way.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        bonafide(standalone_mode=False, prog_name="bonafide")
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except (
        Exception
    ) as failure:  # the edge of the process: every error becomes a sentence or a real traceback
        status = exit_status(failure)
        if status is None:
            raise
        click.echo(f"bonafide: {failure}", err=True)
        sys.exit(status)


def exit_status(failure: Exception) -> int | None:
    """The exit status of an error that people can act on; None for a fault of ours, which keeps its traceback."""
    from bot.gateway.errors import AlreadyRunning, GatewayError
    from bot.reports.errors import ReportError
    from bot.settings import SettingsError
    from knowledge.watchlists.errors import UnknownList, WatchlistError
    from prompts.phrasebook import PromptError
    from store.errors import AmbiguousSubject, Forbidden, StoreError, UnknownSubject
    from store.policy import PolicyError

    usage = SettingsError | PolicyError | UnknownSubject | AmbiguousSubject | AlreadyRunning | UnknownList
    if isinstance(failure, usage):
        return EXIT_USAGE
    if isinstance(failure, Forbidden):
        return EXIT_REFUSED
    if isinstance(failure, StoreError | PromptError | GatewayError | ReportError | WatchlistError | OSError):
        return EXIT_DAMAGED
    return None


if __name__ == "__main__":
    main()
