"""A second reading of doubtful texts (存疑文本复读): a closed vocabulary, and a quote for each matter.

What the model says is held only whole: a quote that does not stand in the text makes the opinion worthless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, create_model

from bot.assistant.agent.errors import BadReply
from bot.assistant.agent.readers.forms import Sitting
from knowledge.events.shapes import Classified, Role, Severity, Status
from knowledge.events.taxonomy import taxonomy
from knowledge.passages.orders import without_orders
from knowledge.passages.quoting import locate
from prompts.instructions import Instruction, load_instruction
from prompts.phrasebook import LANGUAGES
from store.canonical import decimal_text

INSTRUCTION = "second_reader_events"
#: Matters of one text, characters of a quote, names of the subject and characters of the text that are sent.
_MATTERS, _QUOTE, _NAMES, _TEXT = 8, 600, 6, 8_000
#: A quote with fewer visible signs says nothing.
_SHORTEST = 4


class Unquoted(BadReply):
    """The opinion stands on words that are not in the text."""

    word = "quote"


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: about whom, and in which language the model is told what to do."""

    names: Sequence[str]
    title: str
    text: str
    language: str = "en"
    published: str | None = None


@cache
def reading_form() -> type[BaseModel]:
    """The form of an opinion; its vocabularies are those of the taxonomy and of the classifier."""
    kinds: Any = Literal[tuple(taxonomy().kinds)]
    matter = create_model(
        "Matter",
        kind=(kinds, ...),
        severity=(Severity, ...),
        role=(Role, ...),
        status=(Status, ...),
        quote=(str, Field(min_length=1, max_length=_QUOTE)),
    )
    events: Any = list[matter]  # type: ignore[valid-type]
    return create_model(
        "Reading",
        __doc__="What the text tells of the subject.",
        adverse=(bool, ...),
        events=(events, Field(default_factory=list, max_length=_MATTERS)),
    )


def read_again(sitting: Sitting, given: Text) -> tuple[dict[str, Any], Instruction]:
    """The model's opinion as it may be kept, and the prompt that it was asked with; raises an `AgentError`.

    Raises `Unquoted` where a quote does not stand in the text, or where something adverse has none.
    """
    instruction = load_instruction(INSTRUCTION, given.language if given.language in LANGUAGES else "en")
    kinds = "\n".join(
        f"  {kind.key}: {kind.zh} / {kind.en} ({kind.severity})" for kind in taxonomy().kinds.values()
    )
    system = instruction.fill(
        fence=sitting.fence,
        kinds=kinds,
        severities=", ".join(get_args(Severity)),
        roles=", ".join(get_args(Role)),
        statuses=", ".join(get_args(Status)),
    )
    # Orders to automatic readers are blotted out, sign for sign, so that no opinion can stand on one.
    raw = {"title": given.title, "text": _around(given)}
    title, text = without_orders(raw["title"]), without_orders(raw["text"])
    material = {
        "subject": [without_orders(name) for name in given.names[:_NAMES]],
        "published": given.published,
        "title": title,
        "text": text,
    }
    filled: Any = sitting.fill(reading_form(), instruction, system, material)
    events = [_placed(matter, {"text": text, "title": title}, raw) for matter in filled.events]
    if filled.adverse and not events:
        raise Unquoted("something adverse is told without a quote")
    return {"adverse": filled.adverse, "events": events, "taxonomy": taxonomy().version}, instruction


def told_by_rules(found: Classified) -> dict[str, Any]:
    """The rules' verdict on the same text, as it is kept beside the opinion; scores as decimal text."""
    return {
        "adverse": found.adverse,
        "score": f"{found.score:.4f}",
        "events": [
            {
                "kind": event.kind,
                "severity": event.severity,
                "role": event.role,
                "status": event.status,
                "quote": event.quote,
                "amount": None if event.amount is None else decimal_text(event.amount),
            }
            for event in found.events
        ],
        "taxonomy": taxonomy().version,
    }


def _placed(matter: Any, read: Mapping[str, str], raw: Mapping[str, str]) -> dict[str, Any]:
    """One matter with its quote as the text has it; raises `Unquoted`."""
    if len("".join(matter.quote.split())) >= _SHORTEST:
        for part, whole in read.items():
            place = locate(whole, matter.quote.strip())
            if place is not None and whole[slice(*place)] == raw[part][slice(*place)]:
                return {**_columns(matter), "quote": whole[slice(*place)], "part": part}
    raise Unquoted("a quote does not stand in the text")


def _columns(matter: Any) -> Mapping[str, str]:
    return {name: str(getattr(matter, name)) for name in ("kind", "severity", "role", "status")}


def _around(given: Text) -> str:
    """The text, or of a long one the stretch around the first name of the subject."""
    if len(given.text) <= _TEXT:
        return given.text
    places = [at for name in given.names if name and (at := given.text.find(name)) >= 0]
    start = max(0, min(places, default=0) - _TEXT // 4)
    return given.text[start : start + _TEXT]
