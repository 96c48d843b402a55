"""One form, one call (填表): a model is given material and fills in a form; limits, masking and writing down are ours.

A reader has no tools. What it is given is fenced and masked, and goes only to a model that may see its class.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from bot.assistant.agent.budget import Budget
from bot.assistant.agent.calling import plain_messages, tried, watchman
from bot.assistant.agent.errors import AgentError, BadReply, ModelUnavailable, Withheld
from bot.assistant.agent.journal import Journal
from bot.assistant.agent.masking import Mask
from bot.assistant.agent.models import Models
from prompts.instructions import Instruction
from store.access import FieldClass
from store.canonical import digest
from store.customers import Customers
from store.engine import Databases
from store.policy.model import ModelSection

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.assistant.agent.colleague import Cast

log = logging.getLogger(__name__)

_Form = TypeVar("_Form", bound=BaseModel)

#: What looks like the edge of a fence inside of material is no edge.
_EDGE = re.compile(r"<(?=/?\s*material)", re.IGNORECASE)
#: A longer answer is none that fills in a form.
_LONGEST = 200_000


@dataclass(slots=True)
class Sitting:
    """One request of a reader: the models that may see its material, what is left to spend, what was hidden."""

    names: tuple[str, ...]
    models: Models
    budget: Budget
    journal: Journal
    mask: Mask
    request: str
    nonce: str = field(default_factory=lambda: secrets.token_hex(4))
    #: The model that answered last.
    used: str = ""

    @property
    def fence(self) -> str:
        """The name of the fence around material, which no document can know."""
        return f"material-{self.nonce}"

    def fill(
        self, form: type[_Form], instruction: Instruction, system: str, material: Mapping[str, Any]
    ) -> _Form:
        """The form as the model filled it in, with what was hidden put back; raises an `AgentError`."""
        from langchain_core.messages import HumanMessage, SystemMessage

        told = json.dumps(
            self.mask.hide_tree(dict(material)), ensure_ascii=False, separators=(",", ":"), default=str
        )
        fenced = f"<{self.fence}>\n{_EDGE.sub('‹', told)}\n</{self.fence}>"
        messages = [SystemMessage(system), HumanMessage(fenced)]
        prompts = {
            instruction.name: instruction.label,
            "form": digest(form.model_json_schema())[:12],
        }
        failure: AgentError = ModelUnavailable("no model is set")
        for name in self.names:
            try:
                chat = self.models.chat(name).bind_tools([form], tool_choice=form.__name__)
                answered = tried(
                    self.budget,
                    self.journal,
                    prompts,
                    name,
                    plain_messages(messages),
                    lambda chat=chat: chat.invoke(messages, {"callbacks": [watchman(self.budget)]}),
                )
            except ModelUnavailable as gone:
                failure = gone
                continue
            except AgentError as wrong:
                if wrong.word != "missetting":
                    raise
                log.error("%s: %s", name, wrong)
                failure = wrong
                continue
            self.used = name
            return self._read(form, answered)
        raise failure

    def _read(self, form: type[_Form], answered: Any) -> _Form:
        filled = [call["args"] for call in answered.tool_calls if call["name"] == form.__name__]
        try:
            given = filled[0] if filled else _object_in(str(answered.text))
            return form.model_validate(self.mask.show_tree(given))
        except (ValidationError, ValueError, RecursionError) as wrong:
            # What it wrote is from outside and is kept nowhere.
            raise BadReply(f"the form {form.__name__} is not filled in ({type(wrong).__name__})") from None


class Sittings:
    """Opens requests of readers with what policy allows them."""

    def __init__(
        self,
        databases: Databases,
        models: Models,
        cast: Cast,
        limits: ModelSection,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._models = models
        self._cast = cast
        self._limits = limits
        self._clock = clock

    def open(self, request: str, *, actor: str, purpose: str, classes: Collection[FieldClass]) -> Sitting:
        """A request whose material is of these classes; raises `Withheld` where no model may see them."""
        wanted = frozenset(classes)
        candidates = dict.fromkeys(name for name in (*self._cast.names, self._cast.local) if name)
        names = tuple(name for name in candidates if wanted <= self._limits.classes_for(name))
        if not names:
            closed = ", ".join(sorted(level.value for level in wanted))
            raise Withheld(f"no model may see data of the class {closed}")
        journal = Journal(self._databases, self._clock, request=request, actor=actor, purpose=purpose)
        before, used = journal.used_before()
        budget = Budget(self._limits, before, used, lambda: False)
        return Sitting(names, self._models, budget, journal, Mask(frozenset(self._limits.masked)), request)


def named_as(connection: Connection, customer_id: UUID) -> tuple[list[str], frozenset[FieldClass]]:
    """A customer's names, and the classes that whoever is told them must be allowed to see."""
    customers = Customers(connection)
    for classes in (frozenset({FieldClass.PUBLIC}), frozenset(FieldClass) - {FieldClass.SUSPICION}):
        names = [name.name for name in customers.names(classes=classes) if name.customer_id == customer_id]
        if names:
            return names, classes
    return [], frozenset(FieldClass)


def _object_in(text: str) -> Any:
    """The JSON object in an answer of a model that writes instead of calling; raises ValueError."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end <= start or len(text) > _LONGEST:
        raise ValueError("there is no form")
    return json.loads(text[start : end + 1])
