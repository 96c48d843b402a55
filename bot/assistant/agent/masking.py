"""Personal details that no model sees (个人信息脱敏): each gives way to a placeholder, and comes back afterwards.

What is looked for is in `bot.assistant.agent.personal`; here is what becomes of it. ⟦phone-1⟧ is the same number
wherever it stands in a run; ⟦phone-1-2⟧ is that number in its second way of writing, so that what comes back is what
was there, sign for sign. Texts from outside can write no placeholder: their brackets of this kind are exchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from bot.assistant.agent.personal import Found, find
from bot.assistant.agent.surroundings import is_labelled

_OPEN, _CLOSE = "⟦", "⟧"
#: What stands in a text from outside instead of our brackets: like them to the eye, and read by nobody.
_OUTSIDE = str.maketrans({_OPEN: "〚", _CLOSE: "〛"})
_PLACEHOLDER = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}\n]{{1,40}}){_CLOSE}")
_INNER = re.compile(r"([a-z]+)[^a-z0-9]*(\d{1,9})(?:[^a-z0-9]+(\d{1,9}))?")

#: A whole number below this is no detail of a person.
_LEAST = 10**6


class Mask:
    """What was hidden in one run, and under which placeholder; may be used by several threads."""

    def __init__(self, kinds: frozenset[str]) -> None:
        """`kinds` are those of the policy (`model.masked`): identity, permit, phone, email, card, iban."""
        self._kinds = kinds
        self._lock = Lock()
        # (kind, value) → number and the ways in which it was written; placeholder → writing.
        self._numbers: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._written: dict[tuple[str, int, int], str] = {}

    def hide(self, text: str) -> str:
        """The text with placeholders; to be used once on what comes from outside, not on what was hidden before."""
        return self._hidden(text, "")

    def hide_tree(self, value: Any) -> Any:
        """The same for nested JSON: keys stay, and say what stands under them (`{"phone": 13800138000}`)."""
        return self._tree(value, "")

    def show(self, text: str) -> str:
        """The text with the values back; a placeholder that was never given stays as it is."""
        return _PLACEHOLDER.sub(self._shown, text)

    def show_tree(self, value: Any) -> Any:
        """The same for nested JSON, such as the arguments of a tool."""
        if isinstance(value, str):
            return self.show(value)
        if isinstance(value, Mapping):
            return {key: self.show_tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.show_tree(item) for item in value)
        return value

    def _hidden(self, text: str, key: str) -> str:
        lead = f"{key}: " if key else ""
        shift = len(lead)
        pieces, at = [], 0
        for found in find(lead + text, self._kinds):
            start, end = found.start - shift, found.end - shift
            if start < 0:
                continue
            pieces += [text[at:start].translate(_OUTSIDE), self._placeholder(found, text[start:end])]
            at = end
        pieces.append(text[at:].translate(_OUTSIDE))
        return "".join(pieces)

    def _tree(self, value: Any, key: str) -> Any:
        if isinstance(value, str):
            return self._hidden(value, key)
        if isinstance(value, Mapping):
            return {name: self._tree(item, str(name)) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._tree(item, key) for item in value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= _LEAST and is_labelled(key):
            return self._hidden(str(value), key)
        return value

    def _placeholder(self, found: Found, written: str) -> str:
        kind = found.kind
        with self._lock:
            known = self._numbers.get((kind, found.value))
            if known is None:
                self._counts[kind] += 1
                known = self._numbers[kind, found.value] = (self._counts[kind], [])
            number, ways = known
            if written not in ways:
                ways.append(written)
                self._written[kind, number, len(ways)] = written
            way = ways.index(written) + 1
        return f"{_OPEN}{kind}-{number}{f'-{way}' if way > 1 else ''}{_CLOSE}"

    def _shown(self, match: re.Match[str]) -> str:
        inner = _INNER.fullmatch(unicodedata.normalize("NFKC", match[1]).lower().strip())
        if inner is None:
            return match.group()
        return self._written.get((inner[1], int(inner[2]), int(inner[3] or 1)), match.group())
