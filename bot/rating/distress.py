"""Distress models (财务困境模型): Altman's scores for firms without a listed share.

Z′ is for private manufacturers, Z″ for all other firms and for emerging markets, where 3.25 is added so that a score
of zero is a bond in default (EM score). Coefficients and zones: E. I. Altman, "Predicting Financial Distress of
Companies: Revisiting the Z-Score and ZETA Models" (2000), tables 3 to 5; Altman, Hartzell and Peck, "Emerging Markets
Corporate Bonds: A Scoring System" (1995). All terms are quotients, so the currency and its unit do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Zone(StrEnum):
    """Where a score falls between the cut-offs of its model: below the lower, between them, above the upper."""

    DISTRESS = "distress"
    GREY = "grey"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Model:
    """One score: the weight of each term, the constant, and the bounds of its zones."""

    name: str
    weights: Mapping[str, Decimal]
    constant: Decimal
    distress_below: Decimal
    safe_above: Decimal

    def zone(self, score: Decimal) -> Zone:
        """The zone of a score."""
        if score < self.distress_below:
            return Zone.DISTRESS
        return Zone.SAFE if score > self.safe_above else Zone.GREY


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with its terms; `inputs` are the items of the statement that went in."""

    model: Model
    score: Decimal
    zone: Zone
    terms: Mapping[str, Decimal]
    inputs: Mapping[str, Decimal]

    @property
    def formula(self) -> str:
        """The sum as it was worked out: 6.56 × WC/TA + …"""
        parts = [f"{weight} * {TERMS[name].written}" for name, weight in self.model.weights.items()]
        if self.model.constant:
            parts.append(str(self.model.constant))
        return " + ".join(parts)


@dataclass(frozen=True, slots=True)
class Term:
    """A quotient: `above` items are added (those with a minus are taken away), `below` divides."""

    written: str
    above: tuple[str, ...]
    below: str


TERMS = {
    "working_capital": Term(
        "(current_assets - current_liabilities) / total_assets",
        ("current_assets", "-current_liabilities"),
        "total_assets",
    ),
    "retained": Term("retained_earnings / total_assets", ("retained_earnings",), "total_assets"),
    "ebit": Term("operating_profit / total_assets", ("operating_profit",), "total_assets"),
    "equity": Term("equity / total_liabilities", ("equity",), "total_liabilities"),
    "sales": Term("revenue / total_assets", ("revenue",), "total_assets"),
}


def _model(name: str, weights: dict[str, str], constant: str, below: str, above: str) -> Model:
    return Model(
        name,
        {term: Decimal(weight) for term, weight in weights.items()},
        Decimal(constant),
        Decimal(below),
        Decimal(above),
    )


Z_PRIME = _model(
    "z_prime",
    {"working_capital": "0.717", "retained": "0.847", "ebit": "3.107", "equity": "0.420", "sales": "0.998"},
    "0",
    "1.23",
    "2.90",
)
_SECOND = {"working_capital": "6.56", "retained": "3.26", "ebit": "6.72", "equity": "1.05"}
Z_SECOND = _model("z_second", _SECOND, "0", "1.10", "2.60")
EM_SCORE = _model("em_score", _SECOND, "3.25", "4.35", "5.85")

#: Words of an industry that makes things, and of one that only trades, serves or builds with them.
_MAKERS = re.compile(
    "制造|加工|机械|电子|汽车|化工|钢铁|纺织|食品|设备|装备|材料|仪器|仪表|部件|组件|造纸|传动|传感|电机|制药|冶炼"
    "|manufactur|machine|electronic|automotive|chemical|steel|textile|weav|spinning|food|equipment|industrial"
    "|component|instrument|pump|valve|conveyor|gear|motor|bearing|robot|semiconductor|pharmaceutical|plastic|furniture"
)
_NO_MAKERS = re.compile(
    "贸易|批发|零售|分销|销售|服务|物流|仓储|施工|工程承包|租赁|集成|软件|咨询"
    r"|trad(?:e|ing)\b|wholesale|retail|distribut|service|logistic|storage and|construction|rental|leasing"
    "|software|consult"
)
#: Markets that the EM score was not made for (developed ones in the sense of the usual share indices).
_DEVELOPED = frozenset(
    (
        *("AT", "AU", "BE", "CA", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "HK", "IE", "IL", "IT", "JP"),
        *("LU", "NL", "NO", "NZ", "PT", "SE", "SG", "UK", "US"),
    )
)


class Reason(StrEnum):
    """Why a model fits a firm."""

    EMERGING = "emerging"
    MAKER = "maker"
    OTHER = "other"
    UNKNOWN = "unknown"


def applicable(industry: str | None, country: str | None) -> tuple[Model, Reason]:
    """The model for a firm of this industry and country, and why.

    The EM version outside the developed markets; in them Z′ for makers of things and Z″ for all others. Z″ also where
    the country or the industry is not known: it leaves out the turnover of assets, which differs most by sector.
    """
    if country and country.upper() not in _DEVELOPED:
        return EM_SCORE, Reason.EMERGING
    said = (industry or "").casefold()
    if not country or not said:
        return Z_SECOND, Reason.UNKNOWN
    if _MAKERS.search(said) and not _NO_MAKERS.search(said):
        return Z_PRIME, Reason.MAKER
    return Z_SECOND, Reason.OTHER


def missing(model: Model, items: Mapping[str, Decimal]) -> list[str]:
    """The items that a score needs and the statement does not give."""
    needed = {item.lstrip("-") for name in model.weights for item in (*TERMS[name].above, TERMS[name].below)}
    return sorted(item for item in needed if item not in items)


def score(model: Model, items: Mapping[str, Decimal]) -> Scored | None:
    """The score of one statement; None when an item is missing or something would be divided by zero."""
    if missing(model, items):
        return None
    terms: dict[str, Decimal] = {}
    inputs: dict[str, Decimal] = {}
    for name in model.weights:
        term = TERMS[name]
        below = items[term.below]
        if below <= 0:
            return None
        above = Decimal(0)
        for item in term.above:
            value = items[item.lstrip("-")]
            above += -value if item.startswith("-") else value
            inputs[item.lstrip("-")] = value
        inputs[term.below] = below
        terms[name] = above / below
    total = sum((model.weights[name] * value for name, value in terms.items()), model.constant)
    total = total.quantize(Decimal("0.01"))
    return Scored(model, total, model.zone(total), terms, inputs)
