"""Quotes (引文): the sentences of a passage that answer, an exact stretch of its text; and finding them again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge.passages.dates import date_terms, is_date_term
from knowledge.passages.terms import fold, run_terms
from store.concepts import Weighed, said

#: The longest quote in characters.
LONGEST_QUOTE = 300

#: Up to so many of the neighbours of the best sentence are taken along while they add something.
_REACH = 3

# Where no figure and no word for a part of a year is, no date is looked for.
_DATED = re.compile(r"\d|quarter|half|季度|半年|月")
_SENTENCE_END = re.compile(r"[。！？!?；]+[”’」』）)\"']*\s*|[.;](?=\s)\s*|\n+")


def choose_quote(
    text: str,
    weights: Mapping[str, float],
    concepts: Sequence[Weighed] = (),
    *,
    longest: int = LONGEST_QUOTE,
) -> tuple[int, int]:
    """The start and end of the sentences that say most about the weighed terms, without blanks at their ends.

    A sentence is worth the weights of the distinct terms in it, and a little less when it is long; neighbours are
    taken along while they add terms and the whole stays within `longest`. What a sentence says of `concepts` in
    the other language counts like a term.
    """
    spans = _sentences(text)
    if not spans:
        return 0, 0
    weights = {**weights, **{_mark(number): concept.best for number, concept in enumerate(concepts)}}
    found = [_terms_in(text[start:end], weights, concepts) for start, end in spans]
    worth = [
        sum(weights[term] for term in sorted(terms)) / (1 + (end - start) / 2_000)
        for terms, (start, end) in zip(found, spans, strict=True)
    ]
    best = max(range(len(spans)), key=lambda at: (worth[at], -at))
    first = last = best
    said = set(found[best])
    for _ in range(_REACH):
        options = [at for at in (first - 1, last + 1) if 0 <= at < len(spans)]
        gains = [
            (sum(weights[term] for term in sorted(found[at] - said)), -at, at)
            for at in options
            if spans[max(last, at)][1] - spans[min(first, at)][0] <= longest
        ]
        if not gains or max(gains)[0] <= 0:
            break
        at = max(gains)[2]
        said |= found[at]
        first, last = min(first, at), max(last, at)
    start, end = spans[first][0], spans[last][1]
    return (start, end) if end - start <= longest else _densest(text, start, end, weights, concepts, longest)


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = match.end() if match else len(text)
        shown = text[start:end]
        left = start + len(shown) - len(shown.lstrip())
        right = start + len(shown.rstrip())
        if right > left:
            spans.append((left, right))
        start = end
    return spans


def _spelled(term: str) -> str:
    """How a term stands in folded text: numbers have their point back."""
    return term.replace("_", ".") if term[:1].isdigit() else term.replace("_", " ")


def _mark(number: int) -> str:
    return f"~{number}"


def _terms_in(text: str, weights: Mapping[str, float], concepts: Sequence[Weighed]) -> set[str]:
    folded = fold(text)
    searchable = re.sub(r"(?<=\d),(?=\d)", "", folded)
    found = {term for term in weights if _spelled(term) in searchable}
    if _DATED.search(folded):
        found.update(term for term in date_terms(folded) if term in weights)
    near = [
        number
        for number, concept in enumerate(concepts)
        if any(is_date_term(way.phrase[0]) or _spelled(way.phrase[0]) in searchable for way in concept.ways)
    ]
    if near:
        terms = [*run_terms(folded), *(date_terms(folded) if _DATED.search(folded) else ())]
        for place in said(frozenset(terms), " ".join(terms), [concepts[number] for number in near]):
            if found.isdisjoint(concepts[near[place]].terms):
                found.add(_mark(near[place]))
    return found


def _densest(
    text: str,
    start: int,
    end: int,
    weights: Mapping[str, float],
    concepts: Sequence[Weighed],
    longest: int,
) -> tuple[int, int]:
    """The window of `longest` characters with the most weight in a long sentence, cut at blanks where it can be."""
    step = max(longest // 6, 1)
    windows = [(at, min(at + longest, end)) for at in range(start, max(end - longest, start) + 1, step)]
    windows.append((max(end - longest, start), end))

    def worth(span: tuple[int, int]) -> tuple[float, int]:
        held = _terms_in(text[span[0] : span[1]], weights, concepts)
        return sum(weights[term] for term in sorted(held)), -span[0]

    left, right = max(windows, key=worth)
    if left > start and text[left - 1].isascii() and text[left - 1].isalnum():
        blank = re.compile(r"\s").search(text, left, left + 40)
        left = blank.end() if blank else left
    if right < end and text[right].isascii() and text[right].isalnum():
        blanks = [match.start() for match in re.finditer(r"\s", text[right - 40 : right])]
        right = right - 40 + blanks[-1] if blanks else right
    shown = text[left:right]
    return left + len(shown) - len(shown.lstrip()), left + len(shown.rstrip())


def locate(text: str, quote: str) -> tuple[int, int] | None:
    """Where the quote stands in the text: exactly, else with blanks and width folded; None when it does not."""
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    wanted = "".join(_plain(quote))
    if not wanted:
        return None
    places = [at for at, character in enumerate(text) if not character.isspace()]
    at = "".join(_plain(text)).find(wanted)
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def _plain(text: str) -> list[str]:
    """The visible characters, one for one, at half width and in lower case."""
    return [_narrow(character) for character in text if not character.isspace()]


def _narrow(character: str) -> str:
    code = ord(character)
    narrow = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else character
    lowered = narrow.lower()
    return lowered if len(lowered) == 1 else narrow
