"""What a right answer holds (标准答案): the `gold` of a question file, read and checked once."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from bot.evaluation.amounts import UNITS
from bot.evaluation.errors import LineUnusable


class Outcome(StrEnum):
    """How a question ends: stated, said to be unknown, refused by rights, or asked back."""

    ANSWER = "answer"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CLARIFY = "clarify"


def _several(value: Any) -> Any:
    """One thing is a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


class Value(BaseModel):
    """An amount that must be said; `tolerance` is in the same unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal = Field(max_digits=40)
    unit: str = ""
    tolerance: Decimal | None = Field(default=None, ge=0, max_digits=40)
    currency: str | None = None

    @field_validator("unit")
    @classmethod
    def _known(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"“{unit}” is no unit; use one of {', '.join(name for name in UNITS if name)}")
        return unit


Words = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Gold(BaseModel):
    """What is right about an answer; what is None or empty is not asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Annotated[frozenset[Outcome], BeforeValidator(_several)] = frozenset({Outcome.ANSWER})
    says: tuple[Words, ...] = ()
    says_not: Words = ()
    customers: tuple[str, ...] | None = None
    ordered: bool = False
    value: Annotated[tuple[Value, ...], BeforeValidator(_several)] = ()
    sources: Words = ()
    language: str | None = None

    @property
    def silent(self) -> bool:
        """Whether it is right to say that it is unknown, and wrong to state something."""
        return Outcome.UNKNOWN in self.outcome and Outcome.ANSWER not in self.outcome

    @property
    def forbidden(self) -> bool:
        """Whether nothing but a refusal is right."""
        return self.outcome == {Outcome.REFUSED}


def read_gold(given: Any) -> Gold:
    """The gold of a line; raises LineUnusable that names the key and what is wrong with it."""
    if not isinstance(given, dict):
        raise LineUnusable("there is no “gold”")
    try:
        return Gold.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in ("gold", *first["loc"]))
        raise LineUnusable(f"{place}: {first['msg']}") from None
