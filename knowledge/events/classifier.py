"""Which risk events a text tells of a subject: words of the taxonomy, what stands around them, who does what.

No model: every event shows the words by which it was recognised. Pure; made once, used for any number of texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.events.shapes import Classified, Event, Word
from knowledge.names.keys import fold

Span = tuple[int, int]
_SENTENCE = re.compile(r"[^。！？!?；\n]+[。！？!?；]?")


@lru_cache(maxsize=1)
def taxonomy_version() -> str:
    return str(_taxonomy()["version"])


@lru_cache(maxsize=1)
def _taxonomy() -> dict:
    return tomllib.loads((Path(__file__).parent / "taxonomy.toml").read_text("utf-8"))


def classify(
    title: str, text: str, subject: str | Sequence[str] | None = None, language: str | None = None
) -> Classified:
    """The events that a title and a text tell of a subject, by its names; without a subject, of whom they are about."""
    names = [subject] if isinstance(subject, str) else list(subject or ())
    folded = fold(text)
    spans = [
        (m.start(), m.end()) for n in names if n.strip() for m in re.finditer(re.escape(fold(n)), folded)
    ]
    return judge(title, text, spans if names else None)


def judge(
    title: str, text: str, spans: Sequence[Span] | None, title_spans: Sequence[Span] = ()
) -> Classified:
    """As `classify`, where the places at which the subject is named are known already."""
    folded = fold(text)
    events = []
    for kind, entry in _taxonomy()["kinds"].items():
        for word in [*entry["strong_zh"], *entry["strong_en"]]:
            at = folded.find(word)
            if at < 0:
                continue
            sentence = next(m for m in _SENTENCE.finditer(text) if m.start() <= at < m.end())
            quote = sentence.group().strip()
            start = text.index(quote, sentence.start())
            near = spans is None or any(start <= a < start + len(quote) for a, _ in spans)
            events.append(
                Event(
                    kind=kind,
                    severity=entry["severity"],
                    status="alleged",
                    role="subject" if near else "mentioned",
                    subject=None,
                    words=(Word(text[at : at + len(word)], "text", at, at + len(word)),),
                    part="text",
                    start=start,
                    quote=quote,
                    score=0.8 if near else 0.4,
                )
            )
            break
    score = max((event.score for event in events), default=0.0)
    return Classified(score >= 0.5, score, tuple(events))
