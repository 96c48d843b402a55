"""The stretch of a passage that says most of a question (择句), weighed word by word.

Lines that give orders to an automatic reader are no evidence and are not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.assistant.conversation import Request
from bot.assistant.naming import Named
from bot.assistant.replies.pieces import (
    DATE,
    HAN,
    HEADING,
    LONGEST,
    REASON,
    WANTED,
    extended,
    head_of,
    is_head,
    of_namesake,
    sentences,
)
from bot.assistant.sources import Hit
from bot.assistant.tools import Tools
from store.evidence import Evidence

if TYPE_CHECKING:
    from store.concepts import Concept

#: The share of a question's words in a title from which the question is about that document.
_TITLED = 0.6

#: A name in a question of Latin letters.
_CAPITAL = re.compile(r"\b[A-Z][a-z]+(?:-[A-Z][a-z]+)*\b")
#: Verbs that say nothing of what is asked: "go into liquidation".
_LIGHT = frozenset(
    [
        *("go", "went", "gone", "going", "come", "came", "get", "got", "become", "became"),
        *("happen", "happened"),
    ]
)


@dataclass(frozen=True, slots=True)
class Found:
    """The best stretch of one hit, how much of the question it holds, and whether it has the kind asked for."""

    hit: Hit
    words: str
    coverage: float
    score: float
    translated: bool = False


@dataclass(frozen=True, slots=True)
class _Unordered:
    """A hit whose text is blank where it gives orders."""

    evidence: Evidence
    score: float
    title: str
    text: str
    block: str
    held: float
    share: float


def find(
    request: Request, tools: Tools, *, customers: Sequence[Named] = (), names: Sequence[str] = ()
) -> list[Found]:
    """The best stretch of each passage that a search gives, best first."""
    from knowledge.passages.expansion import expand
    from knowledge.passages.terms import index_terms, query_terms

    since = request.period if request.period and request.period.grain in ("since", "span") else None
    hits = tools.search(request.text, customers=customers, period=since, k=10)
    hits = [hit for hit in hits if not of_namesake(f"{hit.title}\n{hit.text}", names)]
    hits = [read for hit in hits if (read := unordered(hit)) is not None]
    named = {term for name in names for term in index_terms(name)}
    asked = nameless(request.text, (*names, *tools.spoken)) if customers else request.text
    weights = {term: weigh(term) for term in query_terms(asked, request.language) if term not in named}
    weights = {term: weight for term, weight in weights.items() if term not in _LIGHT} or weights
    if not weights:
        return []
    total = sum(weights.values())
    matter = weights.keys() - _capitals(asked) if customers else set()
    concepts = expand(asked, request.language, weights) if customers else ()
    wanted = [answer for question, answer in WANTED if question.search(request.text)]
    found = [
        _translated(hit, rank, weights, concepts)
        if _other_language(hit, request)
        else _best(hit, weights, total, wanted, rank, matter, names, scoped=bool(customers))
        for rank, hit in enumerate(hits)
    ]
    return sorted((item for item in found if item), key=lambda item: -item.score)


def nameless(text: str, names: Sequence[str]) -> str:
    """The question without the customer's names and the particles at them: 产对 and 对璇 are nobody's words."""
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = re.sub(rf"[对把给跟被向]?{re.escape(name)}的?", " ", text, flags=re.IGNORECASE)
    return text


def _capitals(text: str) -> set[str]:
    """The terms of names in a question: words in capitals that do not begin it."""
    from knowledge.passages.terms import index_terms

    return {
        term
        for match in _CAPITAL.finditer(text)
        if text[: match.start()].strip(" \"'“‘(")
        for term in index_terms(match.group())
    }


def unordered(hit: Hit) -> Hit | None:
    """The hit without lines that give orders; None where its own quotation is one and there is nothing else."""
    from knowledge.passages.orders import without_orders

    text = without_orders(hit.text)
    block = without_orders(hit.block)
    if text == hit.text and block == hit.block:
        return hit
    if not text.strip():
        return None
    evidence, share = hit.evidence, hit.share
    if evidence.quote not in text:
        evidence, share = replace(evidence, quote=text.strip()[:LONGEST]), 0.0
    return _Unordered(evidence, hit.score, hit.title, text, block, hit.held, share)


def _other_language(hit: Hit, request: Request) -> bool:
    """Whether a passage is not in the language of the question; a few names in the other script do not count."""
    han = len(HAN.findall(hit.text))
    return (han * 8 < len(hit.text)) if request.language == "zh" else (han * 4 > len(hit.text))


def _translated(
    hit: Hit, rank: int, weights: Mapping[str, float], concepts: Sequence[Concept]
) -> Found | None:
    """What the search chose to quote of a passage in the other language, which alone knows the glossary's words.

    Of one customer's documents it must say something of the question beside the customer's name.
    """
    from knowledge.passages.expansion import said_otherwise
    from knowledge.passages.terms import index_terms

    said = hit.evidence.quote.strip()
    if "\n" not in said and (HEADING.match(said) or is_head(said)):
        return None
    if concepts and not (said_otherwise(said, concepts) or weights.keys() & set(index_terms(said))):
        return None
    return Found(hit, hit.evidence.quote, 0.0, hit.share - 0.015 * rank, translated=True)


def weigh(term: str) -> float:
    """Long words and numbers say more than a pair of characters."""
    if term[:1].isdigit():
        return 1.5
    return 1.5 if len(term) > 2 and term[:1] > "\u2fff" else 1.0


def _best(
    hit: Hit,
    weights: dict[str, float],
    total: float,
    wanted: Sequence[re.Pattern[str]],
    rank: int,
    matter: Collection[str] = (),
    names: Sequence[str] = (),
    *,
    scoped: bool = False,
) -> Found | None:
    from knowledge.passages.terms import index_terms

    titled = sum(weights[term] for term in set(index_terms(hit.title)) & weights.keys()) / total
    # A question about a document itself is answered by how it begins.
    text = hit.block if titled >= _TITLED else hit.text
    pieces = sentences(text)[:400]
    if not pieces or (len(pieces) == 1 and is_head(text[slice(*pieces[0])])):
        return None
    terms = [set(index_terms(text[start:end])) & weights.keys() for start, end in pieces]
    head = head_of(text, pieces)
    rows: list[int] = []
    if head is not None:
        # What stands in the head of a table is said of each of its rows; the head alone answers nothing.
        terms = [held | terms[head] if at > head else held for at, held in enumerate(terms)]
        rows = list(range(head + 1, len(pieces)))
        own = [at for at in rows if text[slice(*pieces[at])].partition("|")[0].strip() in names]
        rows = own or rows
    shares = [sum(weights[term] for term in held) / total for held in terms]
    telling = [
        any((share >= 0.15 or pattern is REASON) and pattern.search(text[start:end]) for pattern in wanted)
        for share, (start, end) in zip(shares, pieces, strict=True)
    ]
    best: tuple[float, int, int, bool] | None = None
    for first in rows or range(len(pieces)):
        held: set[str] = set()
        for last in range(first, first + 1 if rows else min(first + 3, len(pieces))):
            start, end = pieces[first][0], pieces[last][1]
            if last > first and end - start > LONGEST:
                break
            held |= terms[last]
            kind = any(telling[first : last + 1])
            worth = sum(weights[term] for term in held) / total + 0.15 * kind
            worth -= 0.04 * (last - first) + (end - start) / 6_000
            if titled >= _TITLED:
                worth = 0.3 * worth + 0.7 * (1 - first / len(pieces))
            if best is None or worth > best[0] + 1e-9:
                best = (worth, start, end, kind)
    assert best is not None
    worth, start, end, kind = best
    whole = set().union(*terms) | (set(index_terms(hit.title)) & weights.keys())
    if scoped:
        whole |= bridged(whole, weights)
    covered = sum(weights[term] for term in whole) / total
    if matter and not whole & set(matter):
        covered = 0.0  # it only names whom the question names
    if wanted and not kind:
        # A date is always recognised; persons, places and reasons are not, so their absence says less.
        covered -= 0.3 if DATE in wanted else 0.1
    if head is not None:
        start = pieces[head][0] if end - pieces[head][0] <= LONGEST else start
        return Found(hit, text[start:end].strip(), covered, worth + 0.35 * covered - 0.015 * rank)
    words = extended(text, start, end, pieces, reach=220 if titled >= _TITLED else 60)
    return Found(hit, words, covered, worth + 0.35 * covered - 0.015 * rank)


def bridged(held: set[str], weights: dict[str, float]) -> set[str]:
    """Pairs over the seam of two words that are both held, and what is made of such: 欠工 of 拖欠 and 工资."""
    pairs = {term for term in weights if len(term) == 2 and HAN.match(term)}
    ends, starts = {term[1] for term in held & pairs}, {term[0] for term in held & pairs}
    # The pair ab|cd has its seam at bc: ab ends in b, cd begins with c.
    seams = {pair for pair in pairs - held if pair[0] in ends and pair[1] in starts}
    known = (held & pairs) | seams
    longer = {term for term in weights if len(term) > 2 and HAN.match(term)}
    return seams | {term for term in longer if all(term[at : at + 2] in known for at in range(len(term) - 1))}
