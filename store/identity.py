"""Keys for machines and short codes for people.

Rows have UUIDv7 keys (RFC 9562): unique without coordination and in the order of their making, so an index on
them stays compact. People see codes that a chat can carry: customer `C-1024`, answer `Q-7`.
"""

from __future__ import annotations

import re
from uuid import UUID

from uuid_utils.compat import uuid7

_CODE = re.compile(r"^\s*([A-Za-z])\s*[-‐–—－]?\s*(\d{1,9})\s*$")

#: First number given out for each kind of code, so that a code of four digits is read as one at a glance.
FIRST_NUMBER = {"C": 1001, "Q": 1}


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()


def read_code(text: str, kind: str) -> str | None:
    """The code in its canonical form ("c1024", "Ｃ－1024" → "C-1024"), or None when `text` is not one of `kind`."""
    import unicodedata

    match = _CODE.match(unicodedata.normalize("NFKC", text))
    if match is None or match[1].upper() != kind:
        return None
    return f"{kind}-{int(match[2])}"
