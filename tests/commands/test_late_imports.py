"""What is heavy is imported when it is needed: help and wrong usage cost a tenth of a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Packages that take a tenth of a second or more to import.
HEAVY = (
    "alembic",
    "chromadb",
    "dbos",
    "docx",
    "numpy",
    "openpyxl",
    "pydantic",
    "pypdfium2",
    "rjieba",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "trafilatura",
    "typst",
    "uvicorn",
)


def loaded_after(code: str) -> set[str]:
    told = f"import sys\n{code}\nprint(' '.join(sorted(name for name in sys.modules if '.' not in name)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split()) & set(HEAVY)


def test_help_imports_nothing_but_click() -> None:
    code = "from click.testing import CliRunner\nfrom bot.cli import bonafide\nCliRunner().invoke(bonafide, ['--help'])"
    assert loaded_after(code) == set()


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("bot.commands.ask", set()),
        ("bot.commands.demo", set()),
        ("bot.commands.import_rows", set()),
        ("bot.commands.ingest", set()),
        ("bot.commands.report", set()),
        ("bot.commands.run", set()),
        ("bot.commands.search", set()),
        ("bot.settings", {"pydantic"}),
        ("knowledge.reading", set()),
        ("bot.reports.service", set()),
        ("bot.slack.views.answer", set()),
    ],
)
def test_a_module_brings_no_more_than_it_uses(module: str, allowed: set[str]) -> None:
    assert loaded_after(f"import {module}") <= allowed


def test_the_assistant_needs_neither_slack_nor_the_vector_index() -> None:
    loaded = loaded_after("import bot.assistant.service, knowledge.library")
    assert loaded.isdisjoint({"slack_bolt", "slack_sdk", "chromadb", "dbos", "uvicorn", "docx", "openpyxl"})
