"""The portfolio laid out once for a fixed day, and readers for its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.demo.portfolio import Portfolio, write_portfolio

TODAY = date(2026, 11, 21)

Rows = Callable[[str], list[dict]]


def read_rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return write_portfolio(tmp_path_factory.mktemp("portfolio"), today=TODAY)


@pytest.fixture(scope="session")
def rows(portfolio: Portfolio) -> Rows:
    """Rows of one file by its name without the ending, such as ``rows("invoices")``."""
    return lambda name: read_rows(portfolio.folder / f"{name}.jsonl")


@pytest.fixture(scope="session")
def documents(portfolio: Portfolio) -> list[dict]:
    """News and text files together, each with its text; Office files are left to their own test."""
    news = read_rows(portfolio.news)
    files = [entry for entry in read_rows(portfolio.index) if not entry["path"].endswith(("docx", "xlsx"))]
    for entry in files:
        entry["text"] = (portfolio.documents / entry["path"]).read_text(encoding="utf-8")
    return [*news, *files]
