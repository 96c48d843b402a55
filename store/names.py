"""The key that a name is looked up by: how it is written does not matter, what it says does.

Comparing names that differ is not done here but in `knowledge/names`; stored names are never converted.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any


def search_key(name: str) -> str:
    """NFKC, casefold, traditional to simplified Chinese (繁→简), without spaces and punctuation.

    A name of nothing but punctuation is its own key.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    if not folded.isascii():
        folded = _simplifier().convert(folded)
    kept = "".join(char for char in folded if char.isalnum() or unicodedata.category(char)[0] == "M")
    return kept or folded.strip()


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
