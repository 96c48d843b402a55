"""The score of an article (评分) from what its sentences tell, 0 to 1: about that share of such articles is adverse.

A sum of a few plain parts through a logistic curve. The weights are those of a logistic regression on a random half of
a set of English articles, rounded; nothing else was fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from knowledge.events.reading import Reading
from knowledge.events.shapes import Part

_BASE = -1.6
_TITLE = 1.9
_STRONGEST, _SECOND, _NEXT = 1.7, 0.4, 1.1
_LEAD = 1.1
_DENSITY = 1.5
_NEAR = 0.7
_TOPICS, _TOPIC_TITLE = -2.0, -1.4
_ANYONE = -0.8

#: The lead of an article, in sentences; and what counts as many events to a thousand characters.
_LEAD_SENTENCES = 4
_MANY = 4.0


class Told(NamedTuple):
    """What one sentence tells: its strongest event, the sum of those near the subject, whether it is on the topic."""

    part: Part
    number: int
    weight: float
    near: float
    topic: bool


def together(told: Sequence[Told], reading: Reading, *, anyone: bool) -> float:
    """The score of an article; 0 where nothing was found."""
    if not told:
        return 0.0
    text = [one for one in told if one.part == "text"]
    titles = [one for one in told if one.part == "title"]
    weights = sorted((one.weight for one in text), reverse=True)[:6]
    weights += [0.0] * (6 - len(weights))
    lead = max((one.weight for one in text if one.number < _LEAD_SENTENCES), default=0.0)
    title = max((one.weight for one in titles), default=0.0)
    if not reading.title.strip():
        title = max((one.weight for one in text if one.number == 0), default=0.0)
    if not reading.text.strip():
        weights[0] = lead = title
    points = (
        _BASE
        + _TITLE * title
        + _STRONGEST * weights[0]
        + _SECOND * weights[1]
        + _NEXT * sum(weights[2:]) / 4
        + _LEAD * lead
        + _DENSITY * min(1.0, sum(one.weight for one in text) / max(1.0, len(reading.text) / 1000) / _MANY)
        + _NEAR * min(1.0, sum(one.near for one in text) / 3)
        + _TOPICS * sum(one.topic for one in text) / max(1, len(text))
        + _TOPIC_TITLE * any(one.topic for one in titles)
        + _ANYONE * anyone
    )
    return 1 / (1 + math.exp(-points))
