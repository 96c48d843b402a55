"""The catalogue of risk dimensions (风险维度): what kinds of public records there are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Dimension:
    """One kind of record; `level` is high, warn or info."""

    key: str
    zh: str
    en: str
    group: str
    level: str


@cache
def dimensions() -> dict[str, Dimension]:
    """The whole catalogue by key."""
    data = tomllib.loads(Path(__file__).with_name("dimensions.toml").read_text(encoding="utf-8"))
    return {key: Dimension(key, **entry) for key, entry in data.items()}
