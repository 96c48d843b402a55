"""Resolution (主体识别): which customer a question or a bare name means.

From certain to likely: code, identifier, a name or spelling of it in the text, a short form (an ordered part of
the full name), a typing error. A likely one is taken only with a margin over the next; when several fit, all of
them are given and none is chosen, because an answer about the wrong firm is worse than a question back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from knowledge.names.directory import LATIN_WORD, Choice, Entry, NameIndex, grams
from knowledge.names.keys import HAN, core, fold, has_han, regions
from knowledge.names.likeness import ACCEPTED, chinese_likeness, latin_likeness, latin_spans
from knowledge.names.mentions import Pattern
from knowledge.names.ordinary import in_context, is_ordinary
from knowledge.passages.stopwords import CHINESE_STOP_CHARACTERS, ENGLISH_STOP_WORDS, QUESTION_PHRASES
from store.customers import CustomerName
from store.identity import read_code
from store.names import search_key

__all__ = ["Choice", "Kind", "NameIndex", "Resolution", "resolve"]

#: A likely customer is taken only with so much more than the next one has.
MARGIN = 0.12

#: From this score on it is worth asking whether it is meant.
SUGGESTED = 0.6

#: A longer text is a document and not a question; what it is about stands at its start.
LONGEST = 600

#: A text of at most so many characters can be a bare name; a longer one is a sentence.
_NAME_LENGTH = 12

_STRAY = re.compile("[\ud800-\udfff\x00]")
_CODE = re.compile(r"(?<![A-Za-z0-9])[Cc]\s?[-‐–—－]?\s?\d{3,9}(?![A-Za-z0-9])")
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[0-9A-Za-z]{15,20}(?![A-Za-z0-9])")
_HAN_RUN = re.compile(f"[{HAN}]+")
_ASKING = re.compile("|".join(sorted(map(re.escape, QUESTION_PHRASES), key=len, reverse=True)))
_SIGNS = re.compile(r"[?？!！。…]|'s\b")


# Marks of an exchange on a short name: *ST, ST, N, XD before it, A, B, -U, -W after it.
_MARKS = re.compile(rf"(?<![a-z])\*?(?:st|xd|xr|dr|n)(?=[{HAN}])|(?<=[{HAN}])-?[abuw](?![a-z0-9])")


class Kind(StrEnum):
    """How sure a resolution is."""

    ONE = "one"  # this customer
    SEVERAL = "several"  # the text names several customers
    AMBIGUOUS = "ambiguous"  # one name that several customers may have
    UNSURE = "unsure"  # something like a customer's name; worth asking
    NONE = "none"  # no customer is named


@dataclass(frozen=True, slots=True)
class Resolution:
    """The customer that is meant, or those that may be, best first, or nothing.

    `span` is the stretch of the text that names the match; None where it is not one stretch.
    """

    kind: Kind
    match: Choice | None = None
    candidates: tuple[Choice, ...] = ()
    span: tuple[int, int] | None = None


NOBODY = Resolution(Kind.NONE)


def resolve(text: str, names: NameIndex | Sequence[CustomerName]) -> Resolution:
    """The customer that a question or a bare name means; see `Kind` for what can come out."""
    index = names if isinstance(names, NameIndex) else NameIndex(names)
    text = _STRAY.sub(" ", text[:LONGEST])
    return (
        _by_code(text, index)
        or _by_identifier(text, index)
        or _by_key(text, index)
        or _by_mention(text, index)
        or _by_likeness(text, index)
        or NOBODY
    )


def _by_code(text: str, index: NameIndex) -> Resolution | None:
    found: dict[UUID, tuple[int, int]] = {}
    for match in _CODE.finditer(fold(text)):
        code = read_code(match.group().replace(" ", ""), "C")
        if code in index.codes:
            found.setdefault(index.codes[code].customer_id, match.span())
    return _certain(found, index, "code")


def _by_identifier(text: str, index: NameIndex) -> Resolution | None:
    found: dict[UUID, tuple[int, int]] = {}
    for match in _IDENTIFIER.finditer(fold(text)):
        for customer in index.identifiers.get(search_key(match.group()), ()):
            found.setdefault(customer, match.span())
    whole = index.identifiers.get(search_key(text), set()) if text.strip() else set()
    for customer in whole:
        found.setdefault(customer, (0, len(text)))
    return _certain(found, index, "identifier")


def _by_key(text: str, index: NameIndex) -> Resolution | None:
    """The whole text is a name, as written or without its legal form."""
    for key in dict.fromkeys((search_key(text), search_key(core(text)))):
        customers = index.keys.get(key, set()) if key else set()
        if len(customers) == 1:
            (customer,) = customers
            return Resolution(Kind.ONE, index.choice(customer, 1.0, "name"), span=(0, len(text)))
        if customers:
            return _ambiguous(customers, text, index)
    return None


def _by_mention(text: str, index: NameIndex) -> Resolution | None:
    folded = fold(text)
    sure: list[tuple[Pattern, int, int]] = []
    for pattern, start, end in index.mentions.matches(text):
        # In a question of few words an ordinary word is a firm when it is quoted or called one.
        if (
            not pattern.ordinary
            or in_context(folded, start, end, han=has_han(pattern.text))
            or _bare(folded, start, end)
        ):
            sure.append((pattern, start, end))
    if not sure:
        return None
    alone = {
        c: (start, end) for p, start, end in reversed(sure) if len(p.customers) == 1 for c in p.customers
    }
    shared = [
        entry for entry in sure if len(entry[0].customers) > 1 and not alone.keys() & set(entry[0].customers)
    ]
    if not shared:
        return _certain(alone, index, "name")
    unclear: set[UUID] = set()
    for pattern, start, end in shared:
        meant = _by_region(pattern.customers, folded, index)
        if len(meant) == 1:
            alone.setdefault(meant[0], (start, end))
        else:
            unclear |= set(meant)
    if not unclear:
        return _certain(alone, index, "name")
    if not alone:
        return _ambiguous(unclear, text, index)
    return Resolution(
        Kind.SEVERAL,
        candidates=tuple(index.choice(customer, 1.0, "name") for customer in [*alone, *sorted(unclear)]),
    )


def _bare(folded: str, start: int, end: int) -> bool:
    """Whether a question says little beside the name: 太平洋的评级是多少, What is Target's rating?"""
    left = _ASKING.sub("", folded[:start])
    left = "".join(char for char in left if char not in CHINESE_STOP_CHARACTERS).strip(" ,，:：《“\"'")
    after = folded[end : end + 2]
    if re.search(f"[{HAN}]", folded[start:end]):
        return not left and (not after or after[0] in "的'?？ ,，" or after.startswith("是"))
    words = [word for word in re.findall(r"[a-z]+", folded[:start]) if word not in ENGLISH_STOP_WORDS]
    return not words and (not after or after[0] in "'?？,，")


def _by_region(customers: Iterable[UUID], folded: str, index: NameIndex) -> list[UUID]:
    """Those of the customers whose full name holds a region that the text names; all of them where none does."""
    said = regions(folded)
    fitting = [customer for customer in customers if regions(index.legal[customer].name) & said]
    return fitting or list(customers)


def _certain(found: dict[UUID, tuple[int, int]], index: NameIndex, because: str) -> Resolution | None:
    if not found:
        return None
    ordered = sorted(found, key=lambda customer: found[customer])
    if len(ordered) == 1:
        return Resolution(Kind.ONE, index.choice(ordered[0], 1.0, because), span=found[ordered[0]])
    return Resolution(
        Kind.SEVERAL, candidates=tuple(index.choice(customer, 1.0, because) for customer in ordered)
    )


def _ambiguous(customers: Iterable[UUID], text: str, index: NameIndex) -> Resolution:
    meant = _by_region(sorted(customers), fold(text), index)
    if len(meant) == 1:
        return Resolution(Kind.ONE, index.choice(meant[0], 1.0, "name and region"))
    return Resolution(
        Kind.AMBIGUOUS, candidates=tuple(index.choice(customer, 1.0, "shared name") for customer in meant)
    )


def _by_likeness(text: str, index: NameIndex) -> Resolution | None:
    folded = _MARKS.sub("", _SIGNS.sub(" ", fold(text)))
    scored: dict[UUID, tuple[float, str, str]] = {}
    asked = folded
    if has_han(folded):
        asked = _ASKING.sub(" ", folded)
        bare = asked == folded and len(asked.strip()) <= _NAME_LENGTH and len(_HAN_RUN.findall(asked)) == 1
        runs = [run for run in _HAN_RUN.findall(asked) if len(run) >= 2]
        for entry in index.nearest(gram for run in runs for gram in grams(run)):
            if entry.han and not is_ordinary(entry.core):
                score = max((chinese_likeness(run, entry, index, bare=bare) for run in runs), default=0.0)
                _keep(scored, entry, score, "short form" if score >= ACCEPTED else "similar")
    words = LATIN_WORD.findall(asked.replace(".", "").replace("'", ""))
    spans = list(latin_spans(words))
    if spans:
        for entry in index.nearest(gram for span in spans for gram in grams(span)):
            if not entry.han and not is_ordinary(entry.core):
                _keep(scored, entry, max(latin_likeness(span, entry.core) for span in spans), "typing error")
    best = sorted(scored.items(), key=lambda item: (-item[1][0], index.legal[item[0]].code))
    choices = [
        index.choice(customer, score, because, name)
        for customer, (score, because, name) in best
        if score >= SUGGESTED
    ]
    if not choices:
        return None
    top = choices[0].score
    rivals = [choice for choice in choices if top - choice.score < MARGIN]
    if top >= ACCEPTED and len(rivals) == 1:
        return Resolution(Kind.ONE, choices[0], candidates=tuple(choices[1:4]))
    if top >= ACCEPTED:
        fitting = _by_region([choice.customer_id for choice in rivals], folded, index)
        if len(fitting) == 1:
            chosen = next(choice for choice in rivals if choice.customer_id == fitting[0])
            return Resolution(Kind.ONE, chosen)
        return Resolution(Kind.AMBIGUOUS, candidates=tuple(rivals[:8]))
    return Resolution(Kind.UNSURE, candidates=tuple(choices[:5]))


def _keep(scored: dict[UUID, tuple[float, str, str]], entry: Entry, score: float, because: str) -> None:
    customer = entry.name.customer_id
    if score > scored.get(customer, (0.0, "", ""))[0]:
        scored[customer] = (score, because, entry.name.name)
