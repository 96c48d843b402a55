"""What a question about screening wants (识别意图), by the patterns in `prompts/grammar/screening.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[3] / "prompts" / "grammar" / "screening.toml"
_CODE = re.compile(r"(?<![A-Za-z0-9])[Hh]-?(\d{1,9})(?![A-Za-z0-9])")


class About(StrEnum):
    """What is asked about: one hit's life, the lists themselves, what was compared with which version, owners on
    lists, or hits."""

    WHY = "why"
    LISTS = "lists"
    COVERED = "covered"
    OWNERS = "owners"
    HITS = "hits"


@dataclass(frozen=True, slots=True)
class Wish:
    """A question about screening; `codes` are hits that it names, `states` narrows hits (waiting, cleared, true)."""

    about: About
    codes: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()


def read_wish(text: str) -> Wish | None:
    """The wish of a question; None when it is about something else."""
    kinds, narrow = _grammar()
    codes = tuple(dict.fromkeys(f"H-{int(number)}" for number in _CODE.findall(text)))
    for about, pattern in kinds:
        if pattern.search(text):
            states = frozenset(name for name, said in narrow.items() if said.search(text))
            return Wish(about, codes, states)
    return None


@cache
def _grammar() -> tuple[tuple[tuple[About, re.Pattern[str]], ...], dict[str, re.Pattern[str]]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = tuple(
        (
            about,
            re.compile(
                "|".join(f"(?:{each})" for each in (*tables[about]["en"], *tables[about]["zh"])), re.I
            ),
        )
        for about in About
    )
    return kinds, {name: re.compile(said, re.I) for name, said in tables["narrow"].items()}
