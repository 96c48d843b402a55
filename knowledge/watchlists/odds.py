"""What findings are worth (证据权重): log odds from how often each is seen when both are one and when they are two."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("odds.toml")


@dataclass(frozen=True, slots=True)
class Note:
    """One finding: what our side says, what the entry says, and what it adds to the log odds."""

    feature: str
    left: str
    right: str
    value: float


def weight(feature: str) -> float:
    """What a finding adds to the log odds."""
    return weights()[feature]


@cache
def weights() -> Mapping[str, float]:
    """Every finding with what it adds; numbers in common may be worth more than the limit."""
    table = _table()
    limit = float(table["limit"])
    found = {}
    for group, findings in table.items():
        if group in ("limit", "names"):
            continue
        most = math.inf if group == "identifier" else limit
        for feature, seen in findings.items():
            found[feature] = round(max(-most, min(most, math.log(seen["one"] / seen["two"]))), 2)
    return found


@cache
def name_limits() -> Mapping[str, float]:
    """Between which log odds a comparison of names counts."""
    return {name: float(value) for name, value in _table()["names"].items()}


@cache
def _table() -> dict[str, object]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
