"""Countries (国家和地区): whatever a list, a register or a person writes, as one code.

Lists write codes, names, adjectives and old names; two that mean one country must not speak against each other, and
what is not known says nothing at all.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("countries.toml")


@lru_cache(maxsize=8192)
def country_code(text: str) -> str | None:
    """The ISO 3166-1 code of what is written, in capitals; None where it is no country that is known."""
    plain = _plain(text)
    codes = _codes()
    return codes.get(plain) or codes.get(re.sub("^(?:region: |the |republic of |kingdom of )", "", plain))


def country_codes(texts: Iterable[str]) -> frozenset[str]:
    """The codes of those that are countries."""
    return frozenset(code for text in texts if (code := country_code(text)))


@cache
def _codes() -> dict[str, str]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    found = {code.lower(): code for code in table}
    for code, words in table.items():
        for word in words.split(";"):
            found.setdefault(_plain(word), code)
    return found


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text[:200].casefold().replace("’", "'").replace(".", ""))
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(letters.replace("-", " ").split())
