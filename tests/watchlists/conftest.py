"""A publisher of lists on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.publisher import Publisher


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher that gives nothing yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Publisher() as publisher:
        yield publisher
