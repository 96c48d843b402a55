"""What others wrote, made fit to be printed: no characters that steer, nothing endless (外来文本).

A name may carry characters that turn the line around, hide or cannot be printed, and a value may be ten thousand
characters long. What is taken away is only what nobody can see; what is cut is said to be cut.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from prompts.phrasebook import Phrasebook

#: Controls, marks that turn the direction of writing, invisible fillers, half characters, tags.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
#: A run without a place to break that is longer than any line.
_UNBROKEN = re.compile(r"[!-~\u00a1-\u024f]{25,}")


def without_steering(text: str) -> str:
    """The text with its line breaks and tabs, and without characters that only steer."""
    return _STEERING.sub("", text)


def clean(text: object) -> str:
    """The text on one line, without characters that steer the page instead of being read."""
    return " ".join(without_steering(" ".join(str(text).splitlines())).split())


def clean_lines(text: object) -> tuple[str, ...]:
    """The lines of a text, each cleaned; empty ones are left out."""
    return tuple(line for part in str(text).splitlines() if (line := clean(part)))


def shortened(text: str, limit: int, words: Phrasebook) -> str:
    """The text, or its beginning with a note that says how long the whole is."""
    if len(text) <= limit:
        return text
    return words.say("reports.cut", text=text[:limit].rstrip(), number=f"{len(text):,}")


def breakable(text: str) -> str:
    """The text with places to break within runs that fit on no line (for the typesetter, which breaks at words)."""
    return _UNBROKEN.sub(lambda run: "\u200b".join(_pieces(run.group(), 12)), text)


def _pieces(run: str, size: int) -> list[str]:
    return [run[start : start + size] for start in range(0, len(run), size)]


def ems(text: str) -> float:
    """About how wide a text is, in times its size: a Chinese character is one, a Latin one a good half."""
    return sum(
        1.0 if east_asian_width(sign) in "WF" else 0.62 if sign.isupper() or sign in "%@—mw" else 0.5
        for sign in text
    )


def fitted(text: str, width: float) -> str:
    """The text cut with an ellipsis so that it is at most `width` ems wide."""
    if ems(text) <= width:
        return text
    kept, used = [], 1.0
    for sign in text:
        used += ems(sign)
        if used > width:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + "…"


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """The text on at most so many lines of `width` ems, broken at spaces where it has them; the last may be cut.

    Lines are about as long as each other, so that no single sign stands alone on the last one.
    """
    needed = -(-ems(text) // width) or 1
    if needed <= lines and " " not in text:
        width = min(width, ems(text) / needed + 1)
    found: list[str] = []
    rest = text
    while rest and len(found) < lines - 1:
        if ems(rest) <= width:
            break
        cut, used = 0, 0.0
        for sign in rest:
            used += ems(sign)
            if used > width:
                break
            cut += 1
        cut = max(cut, 1)
        space = rest.rfind(" ", 0, cut + 1)
        if space > cut // 2:
            cut = space
        found.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*found, fitted(rest, width)] if rest else found
