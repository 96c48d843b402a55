"""The workbench of one run (工作台): what its tools read with, what they have shown, and what stays here.

Two viewers read: the asker, and the asker cut down to the classes of data that this model may see. Where they would
read different things, the model is given nothing and the run ends as `Withheld`, so that it never answers from half
of a file as if it were the whole.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.assistant.agent.budget import Budget
from bot.assistant.agent.errors import Withheld
from bot.assistant.agent.masking import Mask
from bot.assistant.answer import Question
from bot.assistant.naming import Named
from bot.assistant.sources import Sources
from bot.assistant.standards import Standards
from bot.assistant.table import Table
from bot.assistant.tools import Tools
from knowledge.passages.orders import without_orders
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Rights, Viewer
from store.evidence import Evidence, EvidenceKind

#: What looks like the edge of a fence inside of material is no edge.
_EDGE = re.compile(r"<(?=/?\s*material)", re.IGNORECASE)


#: Parts of a file whose label stands under another name.
_PLACES = {"people": "parties", "events": "documents"}
#: Characters of the longest evidence that is ever shown.
_LONGEST = 20_000


class Unusable(Exception):
    """What a tool was asked for cannot be done; `key` is the phrase `tools.unusable.<key>` that the model is told."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(slots=True)
class Bench:
    """What the tools of one run share; one tool works at a time."""

    question: Question
    standards: Standards
    book: Phrasebook
    classes: frozenset[FieldClass]
    mask: Mask
    nonce: str
    budget: Budget
    open_sources: Callable[[], AbstractContextManager[Sources]]
    tools: Tools
    #: Told of each use of a tool, in words for the asker.
    on_step: Callable[[str], None]
    ids: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Evidence] = field(default_factory=dict)
    #: Tables that stand behind what a tool told, with the evidence of their rows.
    tables: list[tuple[frozenset[str], Table]] = field(default_factory=list)
    #: Customer and part that were looked at.
    looked: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def fence(self) -> str:
        """The name of the fence around material, which no document can know."""
        return f"material-{self.nonce}"

    @property
    def cleared(self) -> bool:
        """Whether the model may see everything that the asker may."""
        return self.question.viewer.classes <= self.classes

    @contextmanager
    def reading(self) -> Iterator[Tools]:
        """The tools over a connection of their own: none is held while the model thinks."""
        with self._lock, self.open_sources() as sources:
            self.tools.sources = sources
            self.tools.opened.clear()
            yield self.tools

    def whole(self) -> Tools:
        """Tools of the same moment with everything that the asker may see; nothing of it is shown."""
        return Tools(self.tools.sources, self.question, as_of=self.tools.as_of, known_at=self.tools.known_at)

    def demand(self, mine: Any, whole: Any) -> None:
        """Raise `Withheld` where the model would see less than the asker."""
        if mine != whole:
            raise Withheld("the asker may see more of this than the model")

    def customer(self, code: str) -> Named:
        """The customer of a code, if the asker may see it; the same words whether it exists or not."""
        directory = self.tools.sources.directory()
        named = directory.by_code(code.strip().upper())
        if named is not None and self.tools.dossier(named) is not None:
            return named
        if named is not None and not self.cleared and self.whole().dossier(named) is not None:
            raise Withheld("the customer's register data")
        raise Unusable("no_customer", code=code[:20])

    def step(self, key: str, **values: str) -> None:
        """Tell the asker what is being read; nothing that the model wrote is in it."""
        self.on_step(self.book.say(f"tools.step.{key}", **values))

    def part_label(self, part: str) -> str:
        """A part of a file in the asker's words."""
        return self.book.get(f"labels.place.{_PLACES.get(part, part)}", part)

    def show(self, item: Evidence, *, whole: bool = False) -> dict[str, Any]:
        """One piece of evidence as the model sees it, under an id that it may cite."""
        if item.field_class not in self.classes:
            raise Withheld(f"data of the class {item.field_class.value}")
        local = self.ids.setdefault(item.id, f"e{len(self.ids) + 1}")
        self.shown[local] = item
        text = without_orders(item.quote) if item.kind is EvidenceKind.PASSAGE else item.quote
        described = {
            "id": local,
            "kind": item.kind.value,
            "customer": item.customer,
            "source": item.source,
            "trust": item.tier.value,
            "date": item.date,
            "title": item.title,
            "place": {key: str(value) for key, value in item.locator.items()} or None,
            "text": text[: _LONGEST if whole else self.budget.limits.characters],
        }
        return {key: value for key, value in described.items() if value not in (None, "")}

    def say(self, result: dict[str, Any]) -> str:
        """What a tool hands over: JSON within the fence, masked, with nothing in it that ends the fence."""
        text = json.dumps(self.mask.hide_tree(result), ensure_ascii=False, separators=(",", ":"), default=str)
        return f"<{self.fence}>\n{_EDGE.sub('‹', text)}\n</{self.fence}>"


def narrowed(viewer: Viewer, classes: frozenset[FieldClass]) -> Viewer:
    """The same person in the same place, who sees only these classes."""
    rights = Rights(
        classes={role: held & classes for role, held in viewer.rights.classes.items()},
        permissions=viewer.rights.permissions,
    )
    return replace(viewer, rights=rights)
