"""Roles (角色): whether what a sentence tells happened to the subject, was done by it, or only stands beside it.

By closeness and by the build of the sentence: a headline tells of the name before it, a verb of supervision or of suing
right after the name makes the subject the one who acts, and a name in the passive or after the verb is the one it is
done to. Nothing is parsed; what is not clear is the subject's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.events.reading import Reading, Sentence
from knowledge.events.shapes import Role
from knowledge.events.taxonomy import Hit, Sign
from knowledge.names.keys import core, fold, has_han
from knowledge.names.mentions import spellings
from knowledge.names.ordinary import is_ordinary

Span = tuple[int, int]

#: In Chinese a word tells of a name that stands so far before it, or so little after it, in characters.
_BEFORE_HAN, _AFTER_HAN = 70, 14
#: The same where sentences are divided by blanks, as in English.
_BEFORE_LATIN, _AFTER_LATIN = 260, 160
#: An acting verb follows its name within so many characters.
_VERB_HAN, _VERB_LATIN = 5, 28

#: So many places of the name in one sentence are looked at.
_MOST_NAMES = 6

#: Another firm's stock code, or the mark of a list, stands between two headlines that were run together.
_OTHER = re.compile(r"\(\d{5,6}\)|\)\s*[:：]|\s\s")
_CODE = re.compile(r"\(\d{5,6}\)")
_OWN_CODE = re.compile(r"\s*\(\s*[a-z:.\s]{0,8}\d{4,6}(?:\.[a-z]{2})?\s*\)")
_PASSIVE_HAN = re.compile(r"[被遭受获]\S{0,6}$")
_PASSIVE_LATIN = re.compile(r"\b(?:was|were|been|being|is|are|be|gets?|got|as|who|after|of)\b[\w\s,]{0,14}$")
_AS_PLAINTIFF = re.compile(
    r"(?:作为|系|为)(?:原告|申请人|申请执行人|债权人)|\bas (?:the )?(?:plaintiff|claimant|creditor)\b"
)
#: Before a name: what follows is done to it.
_TOWARDS = frozenset("对被向将就令遭")
#: After an English verb in a headline: it is done to the name before it (charged with, fined £2m).
_DONE_TO = re.compile(r"\s+(?:with|over|for|in|to|of|on|by|from|after|as|at|[$€£¥\d])|\s*$")
_BACK = re.compile(
    r"^\s*[“\"'(]?(?:公司|该公司|该平台|该行|该集团|其|其中|此外|同时|上述|平台|经查|he|she|it|they|his|her|its|their"
    r"|the (?:company|bank|firm|group|lender|retailer|former|businessman|politician|president|minister|executive))\b"
)
_PIECES = re.compile(r"\s*(?:[,;&、/]|\band\b|和|与)\s*")
_AUTHORITY_NAME = re.compile(
    r"证监会|银保监|监管局|交易所|法院|检察院|公安|税务局|管理局|管理总局|委员会$|政府$|工商局|海关|商务部|人民银行"
    r"|\b(?:court|police|commission|ministry|department|authority|united nations|interpol|europol|fbi"
    r"|treasury|transparency international|central bank|parliament|serious fraud office|regulator|task force"
    r"|secretary-general)\b"
)


_DOING = (Sign.ACTING, Sign.VICTIM, Sign.HARMED)


@dataclass(frozen=True, slots=True)
class Place:
    """The role of the subject in what a word tells, how sure that is (0 to 1), and the name that stands for it."""

    role: Role
    weight: float
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Where a subject is named in title and text; `anyone` where no subject is asked for."""

    title: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()
    anyone: bool = False
    authority: bool = False


def find_subject(reading: Reading, names: Sequence[str]) -> Subject:
    """Where a subject stands by any of its names: in full, without its legal form, a person's by the last name."""
    ways = sorted({way for name in names for way in _ways(name)}, key=len, reverse=True)
    if not ways:
        return Subject(anyone=not names)
    machine = re.compile("|".join(map(_bounded, ways)))
    return Subject(
        title=tuple(match.span() for match in machine.finditer(reading.folded_title)),
        text=tuple(match.span() for match in machine.finditer(reading.folded)),
        authority=any(is_authority(fold(name)) for name in names),
    )


def _ways(name: str) -> set[str]:
    """The folded ways in which a text may write one name or several that are written together."""
    found: set[str] = set()
    for one in _PIECES.split(name):
        one = one.strip(" \"'“”()")
        if not one:
            continue
        found |= spellings(one)
        if has_han(one):
            continue
        words = one.split()
        if core(one) != " ".join(fold(one).split()) and len(words[0]) > 4 and not is_ordinary(fold(words[0])):
            # A firm, by its legal form: Northgate for Northgate Trading Ltd.
            found.add(fold(words[0]).strip(".,"))
        parts = [word for word in words[-1:] + [word for word in words if word.isupper()] if len(word) > 3]
        if 2 <= len(words) <= 5:
            pieces = {fold(piece) for word in parts for piece in (word, *word.split("-"))}
            found |= {piece for piece in pieces if len(piece) > 3 and not is_ordinary(piece)}
    return {way for way in found if len(way) > 1}


def _bounded(way: str) -> str:
    left = r"(?<![a-z0-9])" if way[0].isascii() and way[0].isalnum() else ""
    right = r"(?![a-z0-9])" if way[-1].isascii() and way[-1].isalnum() else ""
    return left + re.escape(way) + right


def is_authority(folded_name: str) -> bool:
    """Whether a name is that of a court, a regulator or the like, which act in such news but are not told of."""
    return _AUTHORITY_NAME.search(folded_name) is not None


def role_of(hit: Hit, sentence: Sentence, subject: Subject, reading: Reading) -> Place:
    """The subject's role in what this word tells."""
    folded = reading.folded_title if sentence.part == "title" else reading.folded
    if _AS_PLAINTIFF.search(folded, max(sentence.start, hit.start - 14), hit.start):
        return Place("counterparty", 0.4)
    if subject.anyone:
        return Place("subject", 1.0)
    place = _role(hit, sentence, subject, reading)
    if subject.authority and place.role == "subject":
        return Place("mentioned", 0.3, place.span)
    return place


def _role(hit: Hit, sentence: Sentence, subject: Subject, reading: Reading) -> Place:
    spans = subject.title if sentence.part == "title" else subject.text
    folded = reading.folded_title if sentence.part == "title" else reading.folded
    low = bisect_left(spans, (sentence.start, 0))
    high = bisect_left(spans, (sentence.end, 0))
    inside = spans[low:high][:_MOST_NAMES]
    if inside:
        return _within(hit, sentence, inside, folded)
    if sentence.part == "title":
        return Place("subject" if subject.text else "mentioned", 0.6 if subject.text else 0.4)
    if not spans and not subject.title:
        return Place("mentioned", 0.45)
    before = spans[low - 1] if low else None
    back = _BACK.match(folded[sentence.start : sentence.start + 40]) is not None
    away = sentence.number - reading.number(before[0]) if before else 99
    if back and away <= 2:
        return Place("subject", 0.9, before)
    if subject.title:
        return Place("subject", 0.75 if away <= 3 else 0.65, before)
    if away <= 2:
        return Place("subject", 0.6, before)
    return Place("mentioned", 0.5 if away <= 6 else 0.4, before)


def _within(hit: Hit, sentence: Sentence, spans: Sequence[Span], folded: str) -> Place:
    """The role where the sentence names the subject."""
    han = sentence.han
    reach_before, reach_after = (_BEFORE_HAN, _AFTER_HAN) if han else (_BEFORE_LATIN, _AFTER_LATIN)
    best: Place | None = None
    for span in spans:
        place = _one(hit, sentence, span, folded, han, reach_before, reach_after)
        if best is None or (place.role == "subject", place.weight) > (best.role == "subject", best.weight):
            best = place
    assert best is not None
    if best.role == "subject":
        signs = [sign for sign in sentence.hits if sign.phrase.sign in _DOING]
        acting = (
            next((span for span in spans if _acts(hit, signs, span, folded, han)), None) if signs else None
        )
        if acting is not None:
            return Place("counterparty", 0.4, acting)
    return best


def _one(
    hit: Hit, sentence: Sentence, span: Span, folded: str, han: bool, reach_before: int, reach_after: int
) -> Place:
    start, end = span
    if hit.start <= start and end <= hit.end:
        return Place("subject", 1.0, span)
    if end <= hit.start:
        code = _OWN_CODE.match(folded, end)
        end = code.end() if code else end
        between = folded[end : hit.start]
        if han and _OTHER.search(between):
            return Place("mentioned", 0.35, span)
        gap = len(between)
        if gap > reach_before:
            return Place("subject", 0.6, span)
        blanks = between.strip().count(" ") if han else 0
        return Place("subject", 1.0 - 0.25 * gap / reach_before - 0.12 * blanks, span)
    between = folded[hit.end : start]
    if han and (_OTHER.search(between) or len(between) > reach_after):
        return Place("mentioned", 0.4, span)
    if han and _OWN_CODE.match(folded, end) and _CODE.search(folded, sentence.start, hit.start):
        # Two headlines that were run together: the word is of the firm before it.
        return Place("mentioned", 0.4, span)
    return Place("subject", 0.85 - 0.25 * min(1.0, len(between) / reach_after), span)


def _acts(hit: Hit, signs: Sequence[Hit], span: Span, folded: str, han: bool) -> bool:
    """Whether the subject does to another what the word tells: it sues, reports, downgrades, is robbed."""
    start, end = span
    code = _OWN_CODE.match(folded, end)
    end = code.end() if code else end
    reach = _VERB_HAN if han else _VERB_LATIN
    for sign in signs:
        which = sign.phrase.sign
        if which is Sign.ACTING and end <= sign.start <= end + reach and sign.start <= hit.start:
            between = folded[end : sign.start]
            if han and folded[max(0, start - 1) : start] in _TOWARDS:
                continue
            if not han and _DONE_TO.match(folded, sign.end):
                continue
            passive = _PASSIVE_HAN if han else _PASSIVE_LATIN
            if passive.search(between):
                continue
            if any(mark in between for mark in ("、", "，", ",", "；", ";", " and ")) and not han:
                continue
            return True
        if which is Sign.VICTIM and end <= sign.start <= end + reach + 4:
            return True
        if which is Sign.HARMED and sign.end <= start <= sign.end + (3 if han else 14):
            return True
    return False
