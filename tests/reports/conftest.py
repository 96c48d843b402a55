"""Reports of the sample check, rendered once a language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.reports.service import Reports
from tests.reports.sample import sample


@pytest.fixture(scope="session")
def reports() -> Reports:
    """The service."""
    return Reports()


@pytest.fixture(scope="session")
def page(reports: Reports) -> Callable[..., Any]:
    """page(language) or page(check=…): the report as a parsed document (of selectolax)."""

    def parsed(language: str = "zh", check: dict[str, Any] | None = None) -> Any:
        given = sample(language) if check is None else check
        return LexborHTMLParser(reports.render_html(given, language, asked_by="lin.yue@example.com"))

    return parsed


@pytest.fixture(scope="session", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return request.param
