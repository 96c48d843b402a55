"""The second reader as a service (第二读者): off unless policy turns a task on and a model is set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.assistant.agent.errors import AgentError
from bot.assistant.agent.readers.forms import Sittings
from bot.assistant.agent.readers.rounds import PURPOSE as EVENTS
from bot.assistant.agent.readers.rounds import EventRounds
from bot.settings import SettingsError
from store.access import FieldClass
from store.engine import Databases
from store.errors import StoreBusy
from store.identity import new_id
from store.policy.types import Policy

if TYPE_CHECKING:
    from bot.assistant.agent.colleague import Cast
    from bot.assistant.agent.models import Models
    from bot.assistant.agent.readers.extraction import Extractor
    from bot.assistant.agent.readers.paragraphs import Paragraphs
    from bot.checks.service import KeptCheck
    from knowledge.library import Library
    from store.access import Viewer

log = logging.getLogger(__name__)


class ReadersOff(SettingsError):
    """This task of the second reader is not turned on, or no model is set."""


class Readers:
    """A model that reads beside the rules; each task is asked for by its name in `[model.readers]`."""

    def __init__(
        self,
        databases: Databases,
        library: Library,
        models: tuple[Models, Cast] | None,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._library = library
        self._models = models
        self._policy = policy
        self._clock = clock

    def reads(self, task: str) -> bool:
        """Whether a task (events, extraction, wording) is turned on and there is a model for it."""
        return self._models is not None and bool(getattr(self._policy.model.readers, task))

    @cached_property
    def rounds(self) -> EventRounds:
        """The worker's rounds over doubtful texts; raises `ReadersOff`."""
        return EventRounds(
            self._databases,
            self._library,
            self._sittings("events"),
            self._policy.model.readers,
            clock=self._clock,
        )

    @cached_property
    def extractor(self) -> Extractor:
        """Proposals from documents; raises `ReadersOff`."""
        from bot.assistant.agent.readers.extraction import Extractor

        return Extractor(self._databases, self._sittings("extraction"), clock=self._clock)

    @cached_property
    def paragraphs(self) -> Paragraphs:
        """The paragraph of a report in words of a model; raises `ReadersOff`."""
        from bot.assistant.agent.readers.paragraphs import Paragraphs

        return Paragraphs(self._databases, self._sittings("wording"), clock=self._clock)

    def opinion(
        self, title: str, text: str, names: Sequence[str], *, actor: str, field_class: FieldClass
    ) -> dict[str, Any]:
        """What a model says of a text that somebody holds up to it: adverse and events, or why nothing.

        It is written down like every call, and kept nowhere else. Raises `ReadersOff`.
        """
        from bot.assistant.agent.readers.events import Text, read_again
        from knowledge.reading import detect_language

        sittings = self._sittings("events")
        try:
            sitting = sittings.open(
                f"classify:{new_id()}", actor=actor, purpose=EVENTS, classes={field_class}
            )
            given = Text(names, title, text, detect_language(f"{title}\n{text}"))
            said, instruction = read_again(sitting, given)
        except AgentError as wrong:
            return {"adverse": None, "events": [], "refused": wrong.word, "because": str(wrong)}
        return {
            "adverse": said["adverse"],
            "events": said["events"],
            "refused": None,
            "model": sitting.used,
            "prompt": instruction.label,
        }

    def in_words(self, kept: KeptCheck, language: str, viewer: Viewer) -> dict[str, Any]:
        """A check for its report, with a paragraph of a model under `worded` where policy wants one and it stands.

        Nothing else of the check differs, and no failure of a model keeps anybody from a report.
        """
        check = kept.body_by_language[language]
        if not self.reads("wording"):
            return check
        try:
            worded = self.paragraphs.of(kept, language, viewer)
        except StoreBusy as wrong:
            log.warning("%s goes without a paragraph of a model: %s", kept.code, wrong)
            return check
        return check if worded is None else {**check, "worded": worded}

    def demand(self, task: str) -> None:
        """Raise `ReadersOff` unless the task is turned on and a model is set."""
        if self._models is None:
            raise ReadersOff("no model is set; set BONAFIDE_MODEL to provider:model")
        if not self.reads(task):
            raise ReadersOff(
                f"a model as a second reader is off; turn {task} on in [model.readers] of the policy"
            )

    def _sittings(self, task: str) -> Sittings:
        self.demand(task)
        assert self._models is not None
        models, cast = self._models
        return Sittings(self._databases, models, cast, self._policy.model, clock=self._clock)
