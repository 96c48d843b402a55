"""Which risk events a text tells of a subject (风险事件识别).

Rules and no model, so every event shows the words by which it was recognised. Pure, and safe for any text: what is in
it is read as text, whatever it orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.events.details import amount_near, date_near
from knowledge.events.reading import Reading, Sentence, read
from knowledge.events.roles import Subject, find_subject
from knowledge.events.scoring import Told, together
from knowledge.events.sentences import Found, read_sentence
from knowledge.events.shapes import Classified, Event, Severity
from knowledge.events.taxonomy import Sign, taxonomy

#: From this score on a text counts as adverse.
ADVERSE = 0.5

_LOWER: dict[Severity, Severity] = {"high": "warn", "warn": "info", "info": "info"}
#: A place of this weight is close to the subject's name.
_NEAR = 0.8

#: Of a longer name so much is looked for.
_LONGEST_NAME = 200

#: So many words are shown with an event.
_MOST_WORDS = 8
#: So many sentences are looked through for its day and sum.
_MOST_SENTENCES = 3


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


def judge(reading: Reading, subject: Subject, published: date | None = None) -> Classified:
    """The events of an article that was read, as they are told of one subject.

    `published` gives days that stand without a year their year.
    """
    kinds = taxonomy().kinds
    found: dict[str, list[Found]] = {}
    told: list[Told] = []
    for sentence in reading.sentences:
        here = read_sentence(sentence, subject, reading, kinds)
        told.append(_told(sentence, here))
        for one in here:
            found.setdefault(one.kind.key, []).append(one)
    gone = {key for several in found.values() for one in several for key in one.absorbed}
    events = [_event(several, reading, published) for key, several in found.items() if key not in gone]
    score = together(told, reading, anyone=subject.anyone)
    return Classified(
        score >= ADVERSE, round(score, 4), tuple(sorted(events, key=lambda event: (-event.score, event.kind)))
    )


def _best(several: Sequence[Found]) -> Found:
    """The surest of the sentences that tell one kind; a sentence of the text goes before the title, to be quoted."""
    surest = max(several, key=lambda one: one.weight)
    over = [one for one in several if one.status == "resolved" and one.place.role == surest.place.role]
    if over:
        # What one sentence says is over is over for the article, however loudly another tells how it was.
        several = over
    quoted = max(
        (one for one in several if one.sentence.part == "text" and one.place.role == surest.place.role),
        key=lambda one: one.weight,
        default=max(several, key=lambda one: one.weight),
    )
    others = [word for one in several if one is not quoted for word in one.words]
    return replace(
        quoted, weight=quoted.weight if over else surest.weight, words=[*quoted.words, *others[:_MOST_WORDS]]
    )


def _told(sentence: Sentence, here: Sequence[Found]) -> Told:
    return Told(
        sentence.part,
        sentence.number,
        max((one.weight for one in here), default=0.0),
        sum(one.weight for one in here if one.place.role == "subject" and one.place.weight >= _NEAR),
        any(hit.phrase.sign is Sign.TOPIC for hit in sentence.hits),
    )


def _event(several: Sequence[Found], reading: Reading, published: date | None) -> Event:
    one = _best(several)
    sentence = one.sentence
    severity = one.kind.severity
    if one.place.role != "subject":
        severity = "info"
    elif one.status in ("denied", "resolved"):
        severity = _LOWER[severity]
    text = reading.title if sentence.part == "title" else reading.text
    amount, currency, happened_on = None, None, None
    # What the quoted sentence does not give, another one that tells the same may.
    for told in (one, *sorted(several, key=lambda told: -told.weight)[:_MOST_SENTENCES]):
        at = told.words[0].start - told.sentence.start
        if told.place.role == one.place.role and 0 <= at <= len(told.sentence.text):
            if amount is None:
                amount, currency = amount_near(told.sentence.text, at)
            happened_on = happened_on or date_near(told.sentence.text, at, published)
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
        happened_on=happened_on,
        amount=amount,
        currency=currency,
    )
