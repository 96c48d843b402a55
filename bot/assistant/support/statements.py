"""Whether a sentence of a model stands on what its sources state (以陈述为据), not on what they want or ask.

Beside `bot.assistant.support`, which looks for ways of going wrong that can be named. Here the sources lose what they
command and ask, and a sentence that then shares nothing with them was never theirs: an advertisement, a recipe, code,
an answer to somebody else's question, letters in disguise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.assistant.naming import Directory
from bot.assistant.numerals import missing, read_numerals
from bot.assistant.support.allegations import told
from bot.assistant.support.intrusions import address_in, flat
from bot.assistant.support.requests import is_request, sentences, without_requests
from bot.assistant.support.sharing import (
    LEAST,
    SHARE,
    foreign_words,
    is_own_wording,
    one_language,
    share,
    strange_words,
    subjects,
    without_names,
)
from knowledge.names.keys import has_han
from knowledge.passages.orders import without_orders
from store.evidence import Evidence, EvidenceKind

#: What says that somebody wants something: then the words of a request are what the sentence is about.
_REPORTS = re.compile(
    r"\b(?:asks?|asked|asking|requests?|requested|demands?|demanded|urges?|urged|instructs?|instructed|orders?|ordered"
    r"|recommends?|recommended|advises?|advised|proposes?|proposed|calls? (?:on|for)|invites?|invited)\b"
    r"|要求|请求|建议|敦促|责令|指示|提议|呼吁|邀请|提醒|督促|问及|询问",
    re.IGNORECASE,
)
#: We never speak of ourselves in an answer; what somebody says of himself stands in quotation marks.
_SELF = re.compile(
    r"\b(?:I|I['’](?:m|ve|ll|d)|my|My|me)\b|我(?![国司们方行院局厂省市县区校军党部社台港所会])"
)
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{6,})[”」』\"]")
_RUN = re.compile(r"[A-Za-z0-9+/=]{24,}")
#: A cell that says that there was none stands on whatever names the row.
_NEVER = re.compile(r"(?:never|从未)\W*$")
_WORDED = frozenset({EvidenceKind.PASSAGE, EvidenceKind.RECORD})


def unstated(text: str, evidence: Sequence[Evidence], names: Directory) -> str | None:
    """Why a sentence does not stand on what its evidence states, in English for the log; None when it does."""
    if not all(item.kind in _WORDED for item in evidence) or is_own_wording(text):
        return None
    whole = [replace(item, quote=without_orders(item.quote)) for item in evidence]
    stated = [_stated(item) for item in whole]
    quoted, said = _quoted(text, whole)
    held = "\n".join(_text(item) for item in stated)
    if _SELF.search(said) and flat(said) not in flat(held):
        return "it speaks of itself"
    if any(is_request(part) and not is_own_wording(part) for part in sentences(said)):
        return "it commands or asks"
    if _in_disguise(text, held):
        return "it is no words"
    if reason := address_in(text, held):
        return f"of what its evidence states, {reason}"
    sources = whole if quoted or _REPORTS.search(said) else stated
    if sources is stated and (lost := _lost_figure(text, whole, stated)):
        return f"{lost} stands only in what its evidence commands or asks"
    bare = without_names(text, evidence, names)
    return foreign_words(bare, sources) or _nothing_shared(bare, sources)


def _lost_figure(text: str, whole: Sequence[Evidence], stated: Sequence[Evidence]) -> str | None:
    """A figure that the sources hold, but not where they state something."""
    said = read_numerals(text)
    before, after = (
        missing(read_numerals(" ; ".join([*map(_text, items), *(item.date or "" for item in items)])), said)
        for items in (whole, stated)
    )
    return next((figure for figure in after if figure not in before), None)


def _quoted(text: str, sources: Sequence[Evidence]) -> tuple[list[str], str]:
    """What a sentence quotes as its sources have it, and the rest, which says who says so; a bare quotation is none."""
    quoted = [
        words for words in _QUOTED.findall(text) if any(flat(words) in flat(item.quote) for item in sources)
    ]
    said = text
    for words in quoted:
        said = said.replace(words, " ")
    if any(is_request(part) for words in quoted for part in sentences(words)) and not _REPORTS.search(said):
        return [], text  # a request is quoted as one, or it looks like ours
    return (quoted, said) if len(re.findall(r"[^\W\d_]", said)) >= (2 if has_han(said) else 6) else ([], text)


def _in_disguise(text: str, held: str) -> bool:
    """Whether it is made of signs only, or has letters in a row as no word has and no source."""
    if not re.search(r"\w", text):
        return True
    return any(run not in held for run in _RUN.findall(text))


def _stated(item: Evidence) -> Evidence:
    title = item.title and without_requests(item.title)
    return replace(item, quote=without_requests(item.quote), title=title)


def _text(item: Evidence) -> str:
    parts = (item.title, item.quote, item.source, item.url, item.external_id, item.customer)
    return "\n".join(part for part in parts if part)


def _nothing_shared(bare: str, sources: Sequence[Evidence]) -> str | None:
    """A sentence of which no word, figure, name or subject is in its sources, in either language."""
    part, count = share(bare, sources)
    strange = strange_words(_NEVER.sub("", bare))
    little = 0 < part <= SHARE and count >= LEAST and len(strange) >= LEAST / 2
    if not count or not strange or (part and not little):
        return None
    held = "\n".join(_text(item) for item in sources)
    found = read_numerals(bare)  # the guard has found them in the evidence
    if one_language(bare, sources):
        if little and not found.numbers:
            return f"it shares {part:.0%} of its {count} words with what its evidence states"
        if little:
            return None
        return None if subjects(bare) & subjects(held) else "it shares no word with its evidence"
    there = told(held)
    if found.numbers or found.dates or told(bare).said & (there.said | there.denied):
        return None
    if subjects(bare) & subjects(held):
        return None
    return "it shares no figure and no subject with a source in another language"
