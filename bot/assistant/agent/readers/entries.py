"""What could be filed, as a model lists it (摘录表单): one form, each entry read for itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, create_model

from knowledge.sources.dimensions import dimensions
from knowledge.sources.kinds import STATEMENT_ITEMS

#: Entries of each kind in one form.
_ENTRIES = 40
_Amount = str | int | float | None


class Record(BaseModel):
    """A public record as a model lists it; nothing of it is believed before it is proved."""

    block: str
    dimension: str
    title: str = ""
    quote: str = Field(max_length=2_000)
    role: Literal["subject", "plaintiff", "defendant", "third_party", "creditor", "victim"] | None = None
    status: Literal["open", "closed", "repaired", "withdrawn"] | None = None
    record_number: str | None = None
    authority: str | None = None
    amount: _Amount = None
    currency: str | None = None
    filed_on: str | None = None
    published_on: str | None = None
    closed_on: str | None = None


class Figure(BaseModel):
    """A figure of a statement as a model lists it."""

    block: str
    item: str
    value: str | int | float
    unit: Literal[1, 1_000, 10_000, 1_000_000, 100_000_000] = 1
    currency: str
    period_end: str
    period_kind: Literal["year", "half", "quarter"]
    quote: str = Field(max_length=2_000)


@cache
def extract_form() -> type[BaseModel]:
    """The form of what could be filed; its vocabularies are the catalogue and the items of the import.

    Both lists are asked for, also where they are empty: a form that breaks off is none.
    """
    records: Any = create_model(
        "Record",
        __base__=Record,
        dimension=(Literal[tuple(dimensions())], ...),  # type: ignore[valid-type]
    )
    figures: Any = create_model(
        "Figure",
        __base__=Figure,
        item=(Literal[STATEMENT_ITEMS], ...),  # type: ignore[valid-type]
    )
    return create_model(
        "Extract",
        __doc__="What could be filed about the customer.",
        records=(Annotated[list[records], BeforeValidator(_each(records))], ...),
        figures=(Annotated[list[figures], BeforeValidator(_each(figures))], ...),
    )


def _each(form: type[BaseModel]) -> Callable[[Any], list[BaseModel]]:
    """Entries one by one: one that is not filled in becomes one without a block, and hurts no other."""

    def read(given: Any) -> list[BaseModel]:
        entries = []
        for entry in given[:_ENTRIES] if isinstance(given, list) else [None]:
            try:
                entries.append(form.model_validate(entry))
            except ValidationError:
                entries.append(form.model_construct(block=""))
        return entries

    return read
