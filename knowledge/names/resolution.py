"""Resolution (主体识别): which customer a question or a bare name means.

From certain to likely: code, identifier, a name or spelling of it in the text, a short form (an ordered part of
the full name), a typing error. A likely one is taken only with a margin over the next; when several fit, all of
them are given and none is chosen, because an answer about the wrong firm is worse than a question back.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from knowledge.names.keys import HAN, brand, core, fold, has_han, regions, shared_words, without_region
from knowledge.names.mentions import NOT_NAMES, Mentions, Pattern
from knowledge.names.ordinary import COMMON_ENGLISH, in_context, is_ordinary
from knowledge.passages.stopwords import CHINESE_STOP_CHARACTERS, ENGLISH_STOP_WORDS, QUESTION_PHRASES
from store.customers import CustomerName
from store.identity import read_code
from store.names import search_key

#: A likely customer is taken from this score on, and with so much more than the next one has.
ACCEPTED = 0.75
MARGIN = 0.12

#: From this score on it is worth asking whether it is meant.
SUGGESTED = 0.6

#: What a character in a word that many firms share weighs, and two characters alone at most.
_SHARED_WORD = 0.3
_DOUBTFUL = 0.7

#: A text of at most so many characters can be a bare name; a longer one is a sentence.
_NAME_LENGTH = 12

#: So many names are compared closely.
COMPARED = 60

#: A longer text is a document and not a question; what it is about stands at its start.
LONGEST = 600

_CODE = re.compile(r"(?<![A-Za-z0-9])[Cc]\s?[-‐–—－]?\s?\d{3,9}(?![A-Za-z0-9])")
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[0-9A-Za-z]{15,20}(?![A-Za-z0-9])")
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"[a-z0-9&]+")
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
class Choice:
    """A customer that may be meant: `name` is its name that fits, `score` 0 to 1, `because` the way it fits."""

    customer_id: UUID
    code: str
    name: str
    score: float
    because: str


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


class NameIndex:
    """All customers' names, prepared for many questions; build it again when names change."""

    def __init__(self, names: Iterable[CustomerName]) -> None:
        listed = list(names)
        self.mentions = Mentions(listed)
        self.codes = {name.code: name for name in listed}
        self.legal = {name.customer_id: name for name in reversed(listed)}
        self.legal |= {name.customer_id: name for name in listed if name.kind == "legal"}
        self.identifiers: dict[str, set[UUID]] = defaultdict(set)
        self.keys: dict[str, set[UUID]] = defaultdict(set)
        self._entries: list[_Entry] = []
        self._grams: dict[str, list[int]] = defaultdict(list)
        seen: set[tuple[UUID, str]] = set()
        for name in listed:
            if name.kind in NOT_NAMES:
                self.identifiers[search_key(name.name)].add(name.customer_id)
                continue
            self.keys[search_key(name.name)].add(name.customer_id)
            kernel = core(name.name)
            self.keys[search_key(kernel)].add(name.customer_id)
            if (name.customer_id, kernel) in seen or len(kernel) < 2:
                continue
            seen.add((name.customer_id, kernel))
            entry = _entry(name, kernel)
            for gram in _grams(kernel):
                self._grams[gram].append(len(self._entries))
            self._entries.append(entry)

    def weights(self, entry: _Entry) -> list[float]:
        """What each character of a name tells: rare ones much, those of legal forms and common words little."""
        count = len(self._entries)
        return [
            math.log(1 + count / max(len(self._grams.get(char, ())), 1)) * (_SHARED_WORD if shared else 1.0)
            for char, shared in zip(entry.whole, entry.generic, strict=True)
        ]

    def choice(self, customer_id: UUID, score: float, because: str, name: str | None = None) -> Choice:
        """A choice under the customer's legal name, unless another is given."""
        legal = self.legal[customer_id]
        return Choice(customer_id, legal.code, name or legal.name, round(score, 3), because)

    def nearest(self, grams: Iterable[str]) -> list[_Entry]:
        """The names that share the rarest characters and letter groups with a text."""
        weights: dict[int, float] = defaultdict(float)
        count = len(self._entries)
        for gram in sorted(set(grams)):
            having = self._grams.get(gram, ())
            # What every fifth name has does not tell them apart, and would be slow to count.
            if having and (len(having) <= 64 or len(having) * 5 <= count):
                weight = math.log(1 + count / len(having))
                for at in having:
                    weights[at] += weight
        best = sorted(weights, key=lambda at: (-weights[at], at))[:COMPARED]
        return [self._entries[at] for at in best]


@dataclass(frozen=True, slots=True)
class _Entry:
    name: CustomerName
    core: str
    short: str
    brand: str
    han: bool
    whole: str  # the folded name with its legal form
    generic: tuple[bool, ...]  # which characters of it stand in words that many firms share


def _entry(name: CustomerName, kernel: str) -> _Entry:
    han = has_han(kernel)
    whole = "".join(fold(name.name).split()) if han else kernel
    return _Entry(
        name,
        kernel,
        without_region(name.name),
        brand(name.name),
        han,
        whole,
        shared_words(whole) if han else (),
    )


def resolve(text: str, names: NameIndex | Sequence[CustomerName]) -> Resolution:
    """The customer that a question or a bare name means; see `Kind` for what can come out."""
    index = names if isinstance(names, NameIndex) else NameIndex(names)
    text = text[:LONGEST]
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
        for entry in index.nearest(gram for run in runs for gram in _grams(run)):
            if entry.han and not is_ordinary(entry.core):
                score = max((_chinese(run, entry, index, bare=bare) for run in runs), default=0.0)
                _keep(scored, entry, score, "short form" if score >= ACCEPTED else "similar")
    words = _LATIN_WORD.findall(asked.replace(".", "").replace("'", ""))
    spans = list(_latin_spans(words))
    if spans:
        for entry in index.nearest(gram for span in spans for gram in _grams(span)):
            if not entry.han and not is_ordinary(entry.core):
                _keep(scored, entry, max(_latin(span, entry.core) for span in spans), "typing error")
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


def _keep(scored: dict[UUID, tuple[float, str, str]], entry: _Entry, score: float, because: str) -> None:
    customer = entry.name.customer_id
    if score > scored.get(customer, (0.0, "", ""))[0]:
        scored[customer] = (score, because, entry.name.name)


def _grams(text: str) -> set[str]:
    """Single Chinese characters, and groups of three Latin letters with the word's edges."""
    grams = set(re.findall(f"[{HAN}]", text))
    for word in _LATIN_WORD.findall(text):
        padded = f"^{word}$"
        grams.update(padded[at : at + 3] for at in range(max(len(padded) - 2, 1)))
    return grams


def _chinese(run: str, entry: _Entry, index: NameIndex, *, bare: bool) -> float:
    """How well a stretch of the text is a short form of the name: an ordered part of it that begins like it."""
    weights = index.weights(entry)
    worth = sum(weights[: len(entry.core)]) or 1.0
    starts = {entry.core[0], entry.short[0]}
    edges = _word_edges(run)
    best = 0.0
    for start in range(len(run)):
        edge = run[start] in starts
        if start not in edges or not (edge or bare):
            continue
        places = _ordered(run[start:], entry.whole)
        # 武汉三镇 is not the start of 武汉三特: a short form ends where a word ends.
        while places and start + len(places) not in edges:
            places.pop()
        length = len(places)
        telling = sum(not entry.generic[at] for at in places)
        if telling < 2 or (length < 3 and not (edge and run in (run[start : start + 2], entry.brand))):
            continue
        joined = sum(b == a + 1 for a, b in pairwise(places)) / (length - 1)
        covered = min(1.0, sum(weights[at] for at in places) / (0.7 * worth))
        score = 0.35 + (0.25 if edge else 0.0) + 0.2 * joined + 0.2 * covered
        best = max(best, score if length > 2 else min(score, _DOUBTFUL))
    if bare and best < ACCEPTED:
        best = max(best, _alike(run, entry))
    return min(best, 0.99)


@lru_cache(maxsize=4096)
def _word_edges(run: str) -> frozenset[int]:
    """The places in a run of Chinese characters where words begin and end."""
    import rjieba

    edges, at = {0}, 0
    for word in rjieba.cut(run):
        at += len(word)
        edges.add(at)
    return frozenset(edges)


def _ordered(run: str, name: str) -> list[int]:
    """The places in `name` of the longest start of `run` that is an ordered part of it, close together if it can be."""
    places: list[int] = []
    at = 0
    for number, char in enumerate(run):
        found = name.find(char, at)
        if found < 0:
            break
        pair = run[number : number + 2]
        together = name.find(pair, at) if len(pair) == 2 else -1
        if together >= 0 and (not places or found != at):
            found = together
        places.append(found)
        at = found + 1
    return places


def _alike(run: str, entry: _Entry) -> float:
    """Likeness of a bare name with an error in it; one wrong character in a short brand is only a suggestion."""
    from rapidfuzz.distance import Levenshtein

    best = 0.0
    query = core(run)
    for kernel in {entry.core, entry.short}:
        errors = Levenshtein.distance(query, kernel, score_cutoff=2)
        longest = max(len(query), len(kernel))
        if errors > 2 or longest < 3 or errors * 3 > longest:
            continue
        limit = 0.95 if longest >= 6 else 0.74
        best = max(best, min(limit, 1 - errors / longest))
    return best


def _latin_spans(words: Sequence[str]) -> Iterable[str]:
    for size in range(1, 5):
        for at in range(len(words) - size + 1):
            span = words[at : at + size]
            if span[0] in ENGLISH_STOP_WORDS or span[-1] in ENGLISH_STOP_WORDS:
                continue
            if len(" ".join(span)) >= 4 and not all(word.isdigit() for word in span):
                yield " ".join(span)


def _latin(span: str, kernel: str) -> float:
    """Likeness of a stretch of words with a name: only a letter or two may differ, and the more the longer it is."""
    from rapidfuzz.distance import OSA

    longest = max(len(span), len(kernel))
    allowed = 0 if longest < 5 else 1 if longest < 9 else 2
    if span == kernel:
        return 0.99
    if not allowed or abs(len(span) - len(kernel)) > allowed or span[0] != kernel[0]:
        return 0.0
    if span in COMMON_ENGLISH or all(
        word in COMMON_ENGLISH or word in ENGLISH_STOP_WORDS for word in span.split()
    ):
        return 0.0
    errors = OSA.distance(span, kernel, score_cutoff=allowed)
    return 0.0 if errors > allowed else 1 - errors / longest
