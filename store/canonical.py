"""One way to write a value down: canonical JSON, so that the same content has the same bytes and hash.

Sorted keys, no spaces, UTF-8, no floats. Decimals, dates, instants and keys become text on their way in; a
float is refused because its text depends on who prints it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from store.dates import PartialDate

_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """`value` as JSON knows it: text, whole numbers, truth values, lists and objects.

    A Decimal becomes its shortest plain text ("100", "0.5"), an instant ISO 8601 in UTC. Raises ValueError
    for floats, for anything else unknown, and for text that a database cannot hold (NUL, lone surrogates).
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return _sound(str(value))
        case Decimal():
            return decimal_text(value)
        case UUID() | PartialDate():
            return str(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {_sound(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=str)
    raise ValueError(f"{value!r} ({type(value).__name__}) has no exact text; give numbers as int or Decimal")


def canonical(value: Any) -> str:
    """The canonical JSON text of a plain value."""
    return _encoder.encode(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def decimal_text(value: Decimal) -> str:
    """A Decimal without exponent and without idle zeros; raises ValueError for infinities and NaN."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be stored")
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def instant_text(value: datetime) -> str:
    """An instant as ISO 8601 in UTC with microseconds: fixed width, so that it sorts."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone; use datetime.now(UTC)")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def mended(text: str) -> str:
    """Text as NFC that every database can hold: half a surrogate pair becomes "?", NUL U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    sound = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    return unicodedata.normalize("NFC", sound)


def mend(value: Any) -> Any:
    """A plain value with every text in it mended; for what must be written down whatever it holds."""
    match value:
        case str():
            return mended(str(value))
        case Mapping():
            return {mended(str(key)): mend(item) for key, item in value.items()}
        case list() | tuple():
            return [mend(item) for item in value]
        case set() | frozenset():
            return {mend(item) for item in value}
    return value


def _sound(text: str) -> str:
    if mended(text) != unicodedata.normalize("NFC", text):
        raise ValueError("the text holds a character that cannot be stored (NUL or half a surrogate pair)")
    return text
