"""What validation says reaches people: it says what is allowed, in no programmer's words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core.core_schema import ErrorType

from store.validation import plain_reason


class Tier(StrEnum):
    COURT = "court"
    MEDIA = "media"


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=5)] = "x"
    stage: Literal["prospect", "active"] = "active"
    tier: Tier = Tier.COURT
    day: date = date(2026, 1, 1)
    at: datetime | None = None
    zoned: AwareDatetime | None = None
    port: Annotated[int, Field(ge=0, le=65535)] = 1
    share: Annotated[Decimal, Field(gt=0, lt=1)] = Decimal("0.5")
    flag: bool = True
    tags: Annotated[list[str], Field(max_length=2)] = []
    owner: str = "li"

    @field_validator("owner")
    @classmethod
    def _owner(cls, value: str) -> str:
        if "@" in value:
            raise ValueError("it is a name, not an address")
        return value


def said(**values: Any) -> str:
    with pytest.raises(ValidationError) as wrong:
        Sheet(**values)
    return "; ".join(plain_reason(error) for error in wrong.value.errors())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "Nordhafen"}, "it has at most 5 characters, and there are 9"),
        ({"name": ""}, "it has at least 1 character"),
        ({"stage": "gone"}, "it is one of prospect or active, not “gone”"),
        ({"tier": "rumour"}, "it is one of court or media, not “rumour”"),
        ({"day": "21.11."}, "it is a date such as 2026-11-21, not “21.11.”"),
        (
            {"at": "tomorrow"},
            "it is a date and time with its zone, such as 2026-11-21T09:00:00Z, not “tomorrow”",
        ),
        ({"zoned": "2026-11-21T09:00:00"}, "it needs a time zone, such as 2026-11-21T09:00:00Z"),
        ({"port": "many"}, "it is a whole number, not “many”"),
        ({"port": -1}, "it is 0 or more, not “-1”"),
        ({"port": 70000}, "it is 65535 or less, not “70000”"),
        ({"share": 1}, "it is less than 1, not “1”"),
        ({"share": "half"}, "it is a plain number such as 1234.50, not “half”"),
        ({"flag": "maybe"}, "it is true or false, not “maybe”"),
        ({"tags": ["a", "b", "c"]}, "it has at most 2 entries, and there are 3"),
        ({"tags": "a"}, "it is a list, not “a”"),
        ({"owner": "li@firm.cn"}, "it is a name, not an address"),
        ({"colour": 1}, "it is not known here; check how it is spelled"),
    ],
)
def test_a_mistake_says_what_is_allowed(values: dict[str, Any], sentence: str) -> None:
    assert said(**values).startswith(sentence)


def test_a_secret_is_not_repeated_and_a_long_value_is_cut() -> None:
    assert "xoxb" not in plain_reason(
        {"type": "int_parsing", "msg": "", "input": "xoxb-secret", "loc": ()}, show=False
    )
    long = plain_reason({"type": "int_parsing", "msg": "", "input": "1x" * 500, "loc": ()})
    assert len(long) < 100 and long.endswith("…”")


@given(kind=st.sampled_from(sorted(get_args(ErrorType))), value=st.text())
def test_no_kind_of_mistake_speaks_to_programmers(kind: str, value: str) -> None:
    error = {"type": kind, "msg": "Value error, it is wrong", "input": value, "loc": ("x",)}
    reason = plain_reason(error, show=False)
    assert reason.startswith("it ")
    assert "Value" not in reason and "should" not in reason and "{" not in reason
