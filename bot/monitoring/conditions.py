"""Whether the condition of a rule holds for a changed row (规则条件), and the values that its phrase names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from store.dates import PartialDate
from store.policy.alerts import RuleSection
from store.watching import ChangedRow


def fits(rule: RuleSection, kind: str, role: Any, amount: Decimal | None) -> bool:
    """Whether a rule is about rows of this kind, role and amount."""
    if rule.kinds and kind not in rule.kinds:
        return False
    if rule.not_roles and str(role or "") in rule.not_roles:
        return False
    return rule.amount_at_least is None or (amount is not None and amount >= rule.amount_at_least)


def said(rule: RuleSection, row: ChangedRow, kind: str) -> dict[str, Any] | None:
    """The values that the phrase names; None where the rule's condition does not hold."""
    body, before = row.body, row.before
    match row.aggregate:
        case "records":
            return {
                "kind": ["label", f"dimension.{kind}"],
                "title": ["text", str(body.get("title") or "")[:200]],
            }
        case "parties":
            return _party(body, None if row.before_removed else before, kind)
        case "customers" | "facts" if before is not None:
            return _changed(rule, body, before, kind)
        case "scores" if rule.fell_by is not None and before is not None:
            return _fell(rule.fell_by, body, before)
        case "statements" if rule.item and rule.below is not None:
            value = number((body.get("items") or {}).get(rule.item, body.get(rule.item)))
            if value is None or value >= rule.below:
                return None
            return {
                "item": ["label", f"item.{rule.item}"],
                "value": [
                    "money",
                    str(value * (number(body.get("unit")) or 1)),
                    str(body.get("currency") or ""),
                ],
                "date": ["date", str(body.get("period_end"))],
            }
        case "contracts":
            if before is None or before.get("status") == body.get("status"):
                return None
            return {
                "title": ["text", str(body.get("title") or body.get("contract_number") or "")[:200]],
                "status": ["text", kind],
            }
        case "cases":
            return None if before is not None else {"summary": ["text", str(body.get("summary") or "")[:200]]}
    return None


def _party(body: Mapping[str, Any], before: Mapping[str, Any] | None, kind: str) -> dict[str, Any] | None:
    """Somebody who is new, or holds another share; without a day of beginning a first import is no change."""
    said = {"role": ["label", f"role.{kind}"], "name": ["text", str(body.get("name") or "")]}
    if before is None:
        return said if day_of(body.get("from")) is not None else None
    if str(before.get("role") or "") != kind:
        return said
    old, new = number(before.get("share_percent")), number(body.get("share_percent"))
    if old is None or new is None or old == new:
        return None
    return said | {"before": ["percent", str(old)], "after": ["percent", str(new)]}


def _changed(
    rule: RuleSection, body: Mapping[str, Any], before: Mapping[str, Any], kind: str
) -> dict[str, Any] | None:
    if rule.reduced:
        old, new = number(before.get(rule.reduced)), number(body.get(rule.reduced))
        if old is None or new is None or new >= old:
            return None
        field = rule.reduced
    else:
        field = next(
            (name for name in rule.changed if before.get(name) not in (None, "", body.get(name))), ""
        )
        if not field:
            return None
    return {
        "field": ["label", f"field.{kind or field}"],
        "before": ["text", str(before.get(field))[:200]],
        "after": ["text", str(body.get(field))[:200]],
    }


def _fell(by: Decimal, body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any] | None:
    old, new = number(before.get("score")), number(body.get("score"))
    scale = (number(body.get("scale_max")) or Decimal(100)) - (number(body.get("scale_min")) or Decimal(0))
    if old is None or new is None or scale <= 0 or (old - new) / scale * 100 < by:
        return None
    return {
        "provider": ["text", str(body.get("provider") or "")],
        "before": ["number", str(old)],
        "after": ["number", str(new)],
    }


def day_of(text: Any) -> PartialDate | None:
    """A day of a row; None for what is none."""
    try:
        return PartialDate.parse(str(text)[:10]) if text else None
    except ValueError:
        return None


def number(value: Any) -> Decimal | None:
    """A number of a row; None for what is none."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None
