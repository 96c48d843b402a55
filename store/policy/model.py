"""Models in the policy (模型政策): what one may use, see and cost, and where it reads a second time."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, PositiveInt

from store.access import FieldClass
from store.policy.section import Section


class PriceSection(Section):
    """What a model costs, in the currency of the section, a million tokens in and out."""

    tokens_in: Decimal = Field(ge=0)
    tokens_out: Decimal = Field(ge=0)


class ReadersSection(Section):
    """Where a model reads beside the rules (第二读者): its opinion is kept beside theirs, never instead."""

    events: bool
    extraction: bool
    wording: bool
    #: The classifier's score between which an event is doubtful and is read again.
    doubtful: tuple[float, float]
    #: Texts that are read again in one round, so that a flood of news does not become a bill.
    texts_a_round: PositiveInt


class ModelSection(Section):
    """What a model may use, see and cost; without a model nothing here is read."""

    #: For one question: calls of the model, uses of tools, tokens both ways, seconds, cost.
    calls: PositiveInt
    tool_uses: PositiveInt
    tokens: PositiveInt
    seconds: PositiveInt
    seconds_a_call: PositiveInt
    cost: Decimal = Field(gt=0)
    #: For one person and day (UTC).
    questions_a_day: PositiveInt
    tokens_a_day: PositiveInt
    cost_a_day: Decimal = Field(gt=0)
    #: Tries of one call when the provider is ill for the moment.
    attempts: PositiveInt
    #: Rows or passages that one use of a tool shows, and characters of one of them.
    rows: PositiveInt
    characters: PositiveInt
    #: Earlier turns that the model is reminded of, and characters of all of them.
    turns: PositiveInt
    turn_characters: PositiveInt
    #: Days after which what was sent is emptied; its hash and cost stay.
    keep_days: PositiveInt
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    #: Prices by model as in the setting; a model without a price costs nothing, and the doctor says so.
    prices: dict[str, PriceSection] = Field(default_factory=dict)
    #: Which models may see data of a class: names as in the setting, `*` for any rest. A class that is not named: none.
    allowed: dict[FieldClass, tuple[str, ...]]
    #: Personal details that are masked before any model sees them.
    masked: tuple[Literal["identity", "permit", "phone", "email", "card", "iban"], ...]
    readers: ReadersSection

    def classes_for(self, model: str) -> frozenset[FieldClass]:
        """The classes of data that this model may see."""
        from fnmatch import fnmatchcase

        return frozenset(
            level for level, names in self.allowed.items() if any(fnmatchcase(model, name) for name in names)
        )
