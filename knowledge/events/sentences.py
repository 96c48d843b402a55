"""What one sentence tells (句中事件): the words of the taxonomy in it, what stands around them, who does what.

A word counts more when an act stands near it, less where the sentence is about the topic or says that it may be, and is
marked where it is denied or over. What is said in general gives way to what is said in particular.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.events.reading import Reading, Sentence
from knowledge.events.roles import Place, Subject, role_of
from knowledge.events.shapes import Role, Status, Word
from knowledge.events.taxonomy import Hit, Kind, Sign

#: How much one event says by itself, by how it is told.
_SURE, _SURE_ACTED, _MAYBE_ACTED, _MAYBE_TITLE = 0.7, 0.85, 0.66, 0.25
_IN_TITLE = 0.12

#: What takes away from it.
_DENIED, _RESOLVED, _NEGATED, _POSSIBLE, _TOPIC = 0.85, 0.65, 0.4, 0.9, 0.45
_BY_ROLE: dict[Role, float] = {"subject": 1.0, "counterparty": 0.5, "mentioned": 0.6}

#: Where no subject is asked for, a sentence that names no firm tells of nobody whom it could matter to.
_NOBODY = 0.7
_SOMEBODY = re.compile(
    r"公司|集团|银行|证券|股份|控股|企业|平台|基金|保险|信托|科技|实业|药业|酒业|汽车|地产|工厂|[(（]\d{6}[)）]"
    r"|\*?ST[一-鿿]|[一-鿿]{2,8}[:：]"
)

#: An act belongs to a word that stands so near, in characters.
_ACT_HAN, _ACT_LATIN = 24, 140
#: A Chinese word that makes a topic of it stands so near.
_TOPIC_HAN = 16
#: A denial so near is of it; what ended it stands half as near.
_DENIED_HAN, _DENIED_LATIN = 30, 120
#: A word right beside a denial is what is denied, and no other.
_OWN = 4


_NOT_LATIN = re.compile(r"(?:\b(?:no|not|never|without|neither|nor)\b|n't)\s+(?:\w+\s+){0,2}$")
_NOT_HAN = re.compile(
    r"(?:无|未|没)[^，,。；、]{0,3}$|(?:不会|没有|并未|从未|未曾|未发[生现]|不存在|不涉及|并非|不是|免受|避免)[^，,。；]{0,10}$"
)
#: A form says that a list holds nothing: 失信名单：无.
_NONE = re.compile(
    r"[^，,。；;\n]{0,4}[:：|]\s*(?:无|没有|未发现|暂无|none\b|nil\b|no\b|0\b|[-—]{1,2}(?:\s|$))"
)

_ENDED = ("denied", "resolved")

Signs = dict[Sign, list[Hit]]


@dataclass(slots=True)
class Found:
    """An event as one sentence tells it; `absorbed` are the general kinds that gave way to it."""

    kind: Kind
    sentence: Sentence
    place: Place
    status: Status
    weight: float
    words: list[Word]
    absorbed: set[str] = field(default_factory=set)


def read_sentence(
    sentence: Sentence, subject: Subject, reading: Reading, kinds: Mapping[str, Kind]
) -> list[Found]:
    """The events that a sentence tells, one a kind, with their weights from 0 to about 1."""
    signs: Signs = {}
    for hit in sentence.hits:
        signs.setdefault(hit.phrase.sign, []).append(hit)
    covers = [*signs.get(Sign.TOPIC, ()), *signs.get(Sign.MASK, ())]
    # A word within a longer one of another kind is part of that: 失联 in 董事长失联.
    wide = [hit for hit in signs.get(Sign.SURE, ()) if not kinds[hit.phrase.kind].generic]
    title = sentence.part == "title"
    text = reading.title if title else reading.text
    found: dict[str, Found] = {}
    for hit in [*signs.get(Sign.SURE, ()), *signs.get(Sign.MAYBE, ())]:
        if any(_within(hit, other) for other in covers):
            continue
        if any(_within(hit, other) and other.phrase.kind != hit.phrase.kind for other in wide):
            continue
        kind = kinds[hit.phrase.kind]
        weight, status = _weigh(hit, signs, sentence, reading, kind)
        if not weight:
            continue
        place = role_of(hit, sentence, subject, reading)
        weight *= place.weight * _BY_ROLE[place.role]
        if subject.anyone and sentence.han and not _SOMEBODY.search(sentence.text):
            weight *= _NOBODY
        word = Word(text[hit.start : hit.end], sentence.part, hit.start, hit.end)
        there = found.get(kind.key)
        words = [word, *(there.words if there else ())]
        if there is None or _goes_before(status, weight, there):
            found[kind.key] = Found(kind, sentence, place, status, weight, words)
        else:
            there.words.append(word)
    return _absorb(list(found.values()))


def _goes_before(status: Status, weight: float, there: Found) -> bool:
    """Whether a word tells more of its kind than those before it; what is said to be over or untrue goes first."""
    ended, was_ended = status in _ENDED, there.status in _ENDED
    return weight > there.weight if ended == was_ended else ended


def _weigh(hit: Hit, signs: Signs, sentence: Sentence, reading: Reading, kind: Kind) -> tuple[float, Status]:
    """How much a word says before it is asked of whom, and how far the matter has come; 0 where it says nothing."""
    han, title = sentence.han, sentence.part == "title"
    reach = _ACT_HAN if han else _ACT_LATIN
    near = [
        act
        for sign in (Sign.ALLEGED, Sign.CONFIRMED)
        for act in signs.get(sign, ())
        if _apart(act, hit) <= reach and not (hit.start <= act.start and act.end <= hit.end)
    ]
    if hit.phrase.sign is Sign.SURE:
        weight = _SURE_ACTED if near else _SURE
    elif near:
        weight = _MAYBE_ACTED
    elif title:
        weight = _MAYBE_TITLE
    else:
        return 0.0, kind.usual
    if title:
        weight += _IN_TITLE
    folded = reading.folded_title if title else reading.folded
    status, factor = _status(
        hit, near, signs, folded[sentence.start : hit.start], folded[hit.end : hit.end + 24], kind, han
    )
    weight *= factor
    if any(_apart(topic, hit) <= (_TOPIC_HAN if han else 2 * reach) for topic in signs.get(Sign.TOPIC, ())):
        done = any(act.phrase.sign is Sign.CONFIRMED for act in near)
        weight *= (1 + _TOPIC) / 2 if done else _TOPIC
    return weight, status


def _absorb(found: list[Found]) -> list[Found]:
    """What is said in general gives way to what is said in particular of the same sentence."""
    gone: list[Found] = []
    for one in found:
        if not one.kind.generic:
            continue
        over = [
            other
            for other in found
            if not other.kind.generic and (other.kind.breach or one.kind.generic == "always")
        ]
        for other in over:
            other.weight = max(other.weight, min(one.weight, other.weight + 0.1))
            other.words += [word for word in one.words if word not in other.words]
            other.absorbed.add(one.kind.key)
        if over:
            gone.append(one)
    return [one for one in found if one not in gone]


def _status(
    hit: Hit, near: Sequence[Hit], signs: Signs, before: str, after: str, kind: Kind, han: bool
) -> tuple[Status, float]:
    """How far the matter has come, and what that leaves of its weight."""
    if (_NOT_HAN if han else _NOT_LATIN).search(before[-(10 if han else 30) :]):
        return "denied", _NEGATED
    if _NONE.match(after):
        return "denied", 0.0
    reach = _DENIED_HAN if han else _DENIED_LATIN
    told = [*signs.get(Sign.SURE, ()), *signs.get(Sign.MAYBE, ())]
    if any(_is_of(sign, hit, told, reach) for sign in signs.get(Sign.DENIED, ())):
        return "denied", _DENIED
    if any(_is_of(sign, hit, told, reach if han else reach // 2) for sign in signs.get(Sign.RESOLVED, ())):
        return "resolved", _RESOLVED
    ahead = 6 if han else 40
    if any(0 <= hit.start - sign.end <= ahead for sign in signs.get(Sign.POSSIBLE, ())):
        return "alleged", _POSSIBLE
    if any(act.phrase.sign is Sign.CONFIRMED for act in near):
        return "confirmed", 1.0
    return ("alleged" if near else kind.usual), 1.0


def _is_of(sign: Hit, hit: Hit, told: Sequence[Hit], reach: int) -> bool:
    """Whether a denial or an end is of this word: near it, and not nearer to a word of another matter."""
    apart = _apart(sign, hit)
    if apart > reach:
        return False
    return not any(
        _apart(sign, other) < min(apart, _OWN)
        and _apart(other, hit) > 0
        and other.phrase.kind != hit.phrase.kind
        for other in told
    )


def _within(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _apart(one: Hit, other: Hit) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
