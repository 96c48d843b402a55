"""The numbers of policy that answers use, as plain values (答复所用的政策参数)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _fresh() -> dict[str, int]:
    return {
        "customers": 180,
        "parties": 180,
        "contacts": 365,
        "facts": 365,
        "statements": 500,
        "scores": 365,
        "invoices": 45,
        "payments": 45,
        "records": 90,
        "contracts": 365,
        "cases": 90,
        "notes": 180,
        "documents": 180,
    }


@dataclass(frozen=True, slots=True)
class Standards:
    """Thresholds and limits; `freshness` is in days by aggregate, `coverage` a share between 0 and 1."""

    version: str = "built-in"
    freshness: dict[str, int] = field(default_factory=_fresh)
    #: The share of an owner's percent from which a person counts as a beneficial owner (受益所有人).
    beneficial_percent: int = 25
    #: The least share of a question's words that a quoted passage must hold.
    coverage: float = 0.55
    #: … or the weight of rare words that it holds, with their least share of what was asked for.
    rare_weight: float = 35.0
    rare_share: float = 0.3
    #: The least share where the passage is in the other language and was found by its glossary.
    translated_share: float = 0.45
    translated_share_scoped: float = 0.25
    listed: int = 8
    #: Rows of a table in the text of an answer, and in the file that goes with it.
    tabled: int = 10
    table_rows: int = 5_000
    #: The rules of alerts as policy words them; None where alerts go by the names of their rules.
    alerts: Any = None
    compared: int = 3
    quoted: int = 3

    @classmethod
    def of(cls, policy: Any) -> Standards:
        """The values of a policy; what it does not name keeps its built-in value."""
        answers = getattr(policy, "answers", None)
        given: dict[str, Any] = {"version": getattr(policy, "version", cls().version)}
        for name in (
            "beneficial_percent",
            "coverage",
            "rare_weight",
            "rare_share",
            "translated_share",
            "translated_share_scoped",
            "listed",
            "tabled",
            "table_rows",
            "compared",
            "quoted",
        ):
            value = getattr(answers, name, None)
            if value is not None:
                given[name] = value
        given["alerts"] = getattr(policy, "alerts", None)
        freshness = getattr(policy, "freshness", None)
        if freshness is not None:
            days = freshness if isinstance(freshness, dict) else freshness.model_dump()
            given["freshness"] = {**_fresh(), **{name: int(value) for name, value in days.items()}}
        return cls(**given)
