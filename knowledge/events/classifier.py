"""Which risk events a text tells of a subject: words of the taxonomy, what stands around them, who does what.

Rules and no model, so every event shows the words by which it was recognised. Pure, and safe for any text: what is in it
is read as text, whatever it orders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.events.details import amount_near, date_near
from knowledge.events.reading import Reading, Sentence, read
from knowledge.events.roles import Place, Subject, find_subject, role_of
from knowledge.events.scoring import Told, together
from knowledge.events.shapes import Classified, Event, Severity, Status, Word
from knowledge.events.taxonomy import Hit, Kind, Sign, taxonomy

#: From this score on a text counts as adverse.
ADVERSE = 0.5

#: How much one event says by itself, by how it is told.
_SURE, _SURE_ACTED, _MAYBE_ACTED, _MAYBE_TITLE = 0.7, 0.85, 0.66, 0.4
_IN_TITLE = 0.12

#: What takes away from it.
_DENIED, _RESOLVED, _NEGATED, _POSSIBLE, _TOPIC = 0.85, 0.65, 0.4, 0.9, 0.45
_COUNTERPARTY, _MENTIONED = 0.5, 0.6

#: Of a longer name so much is looked for.
_LONGEST_NAME = 200

#: So many words are shown with an event.
_MOST_WORDS = 8

#: Where no subject is asked for, a sentence that names no firm tells of nobody whom it could matter to.
_NOBODY = 0.7
_SOMEBODY = re.compile(
    r"公司|集团|银行|证券|股份|控股|企业|平台|基金|保险|信托|科技|实业|药业|酒业|汽车|地产|工厂|[(（]\d{6}[)）]|\*?ST[一-鿿]|[一-鿿]{2,8}[:：]"
)

#: A place of this weight is close to the subject's name.
_NEAR = 0.8

#: An act belongs to a word that stands so near, in characters.
_ACT_HAN, _ACT_LATIN = 24, 140
#: A Chinese word that makes a topic of it stands so near.
_TOPIC_HAN = 16

_LOWER: dict[Severity, Severity] = {"high": "warn", "warn": "info", "info": "info"}
_NOT_LATIN = re.compile(r"(?:\b(?:no|not|never|without|neither|nor)\b|n't)\s+(?:\w+\s+){0,2}$")
_NOT_HAN = re.compile(
    r"(?:无|未|没有|并未|不存在|未发现|不涉及|并无|并非|不是|从未|称无|免受|避免|未发生|尚未|没)[^，,。；、]{0,3}$"
)


def classify(
    title: str, text: str, subject: str | Sequence[str] | None = None, language: str | None = None
) -> Classified:
    """The events that a title and a text tell of a subject, named in any of its ways; None asks of whom it tells.

    `language` is not needed: words of both are looked for in every text.
    """
    names = [subject] if isinstance(subject, str) else list(subject or ())
    names = [name[:_LONGEST_NAME] for name in names if name.strip()]
    reading = read(title, text, taxonomy())
    return judge(reading, find_subject(reading, names))


@dataclass(slots=True)
class _Found:
    """An event while its sentences are gathered."""

    kind: Kind
    sentence: Sentence
    place: Place
    status: Status
    weight: float
    words: list[Word]
    absorbed: set[str] = field(default_factory=set)


def judge(reading: Reading, subject: Subject, published: date | None = None) -> Classified:
    """The events of an article that was read, as they are told of one subject.

    `published` gives days that stand without a year their year.
    """
    kinds = taxonomy().kinds
    found: dict[str, list[_Found]] = {}
    told: list[Told] = []
    for sentence in reading.sentences:
        here = _sentence(sentence, subject, reading, kinds)
        told.append(_told(sentence, here))
        for one in here:
            found.setdefault(one.kind.key, []).append(one)
    gone = {key for several in found.values() for one in several for key in one.absorbed}
    events = [_event(_best(several), reading, published) for key, several in found.items() if key not in gone]
    score = together(told, reading, anyone=subject.anyone)
    return Classified(
        score >= ADVERSE, round(score, 4), tuple(sorted(events, key=lambda event: (-event.score, event.kind)))
    )


def _best(several: Sequence[_Found]) -> _Found:
    """The surest of the sentences that tell one kind; a sentence of the text goes before the title, to be quoted."""
    surest = max(several, key=lambda one: one.weight)
    quoted = max(
        (one for one in several if one.sentence.part == "text" and one.place.role == surest.place.role),
        key=lambda one: one.weight,
        default=surest,
    )
    others = [word for one in several if one is not quoted for word in one.words]
    return replace(quoted, weight=surest.weight, words=[*quoted.words, *others[:_MOST_WORDS]])


def _told(sentence: Sentence, here: Sequence[_Found]) -> Told:
    return Told(
        sentence.part,
        sentence.number,
        max((one.weight for one in here), default=0.0),
        sum(one.weight for one in here if one.place.role == "subject" and one.place.weight >= _NEAR),
        any(hit.phrase.sign is Sign.TOPIC for hit in sentence.hits),
    )


def _sentence(sentence: Sentence, subject: Subject, reading: Reading, kinds: dict[str, Kind]) -> list[_Found]:
    hits = sentence.hits
    signs: dict[Sign, list[Hit]] = {}
    for hit in hits:
        signs.setdefault(hit.phrase.sign, []).append(hit)
    topics, masks = signs.get(Sign.TOPIC, []), signs.get(Sign.MASK, [])
    # A word within a longer one of another kind is part of that: 失联 in 董事长失联.
    wide = [hit for hit in signs.get(Sign.SURE, ()) if not kinds[hit.phrase.kind].generic]
    acts = signs.get(Sign.ALLEGED, []) + signs.get(Sign.CONFIRMED, [])
    han = sentence.han
    reach = _ACT_HAN if han else _ACT_LATIN
    folded = reading.folded_title if sentence.part == "title" else reading.folded
    found: dict[str, _Found] = {}
    for hit in signs.get(Sign.SURE, []) + signs.get(Sign.MAYBE, []):
        if any(_within(hit, other) for other in (*topics, *masks)):
            continue
        if any(_within(hit, other) and other.phrase.kind != hit.phrase.kind for other in wide):
            continue
        near = [
            act
            for act in acts
            if _apart(act, hit) <= reach and not (hit.start <= act.start and act.end <= hit.end)
        ]
        sure = hit.phrase.sign is Sign.SURE
        if sure:
            weight = _SURE_ACTED if near else _SURE
        elif near:
            weight = _MAYBE_ACTED
        elif sentence.part == "title":
            weight = _MAYBE_TITLE
        else:
            continue
        if sentence.part == "title":
            weight += _IN_TITLE
        status, factor = _status(hit, near, signs, sentence, folded, kinds[hit.phrase.kind], han)
        weight *= factor
        if any(_apart(topic, hit) <= (_TOPIC_HAN if han else 2 * reach) for topic in topics):
            weight *= (
                _TOPIC if not any(act.phrase.sign is Sign.CONFIRMED for act in near) else (1 + _TOPIC) / 2
            )
        place = role_of(hit, sentence, subject, reading)
        weight *= place.weight
        if subject.anyone and han and not _SOMEBODY.search(sentence.text):
            weight *= _NOBODY
        if place.role == "counterparty":
            weight *= _COUNTERPARTY
        elif place.role == "mentioned":
            weight *= _MENTIONED
        kind = kinds[hit.phrase.kind]
        text = reading.title if sentence.part == "title" else reading.text
        word = Word(text[hit.start : hit.end], sentence.part, hit.start, hit.end)
        there = found.get(kind.key)
        if there is None or weight > there.weight:
            words = [word, *(there.words if there else ())]
            found[kind.key] = _Found(kind, sentence, place, status, weight, words)
        else:
            there.words.append(word)
    return _absorb(list(found.values()))


def _absorb(found: list[_Found]) -> list[_Found]:
    """What is said in general gives way to what is said in particular of the same sentence."""
    gone: list[_Found] = []
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
    hit: Hit,
    near: Sequence[Hit],
    signs: dict[Sign, list[Hit]],
    sentence: Sentence,
    folded: str,
    kind: Kind,
    han: bool,
) -> tuple[Status, float]:
    before = folded[max(sentence.start, hit.start - (10 if han else 30)) : hit.start]
    if (_NOT_HAN if han else _NOT_LATIN).search(before):
        return "denied", _NEGATED
    reach = 30 if han else 120
    if any(_apart(sign, hit) <= reach for sign in signs.get(Sign.DENIED, ())):
        return "denied", _DENIED
    if any(_apart(sign, hit) <= reach // 2 for sign in signs.get(Sign.RESOLVED, ())):
        return "resolved", _RESOLVED
    factor = 1.0
    possible = any(0 <= hit.start - sign.end <= (6 if han else 40) for sign in signs.get(Sign.POSSIBLE, ()))
    if possible:
        factor = _POSSIBLE
    if any(act.phrase.sign is Sign.CONFIRMED and len(act.phrase.text) > 1 for act in near) and not possible:
        return "confirmed", factor
    if near or possible:
        return "alleged", factor
    return kind.usual, factor


def _within(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _apart(one: Hit, other: Hit) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _event(one: _Found, reading: Reading, published: date | None) -> Event:
    sentence = one.sentence
    severity = one.kind.severity
    if one.place.role != "subject":
        severity = "info"
    elif one.status in ("denied", "resolved"):
        severity = _LOWER[severity]
    text = reading.title if sentence.part == "title" else reading.text
    quote = sentence.text
    at = one.words[0].start - sentence.start
    amount, currency = amount_near(quote, at)
    first = [
        word
        for word in one.words
        if word.part == sentence.part and sentence.start <= word.start < sentence.end
    ]
    words = sorted(dict.fromkeys([*first, *one.words]), key=lambda word: (word.part, word.start))[
        :_MOST_WORDS
    ]
    span = one.place.span
    named = reading.text if sentence.part == "text" else reading.title
    return Event(
        kind=one.kind.key,
        severity=severity,
        status=one.status,
        role=one.place.role,
        subject=named[slice(*span)] if span else None,
        words=tuple(words),
        part=sentence.part,
        start=sentence.start,
        quote=text[sentence.start : sentence.end],
        score=round(min(one.weight, 1.0), 4),
        happened_on=date_near(quote, at, published),
        amount=amount,
        currency=currency,
    )
