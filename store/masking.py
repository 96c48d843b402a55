"""Fields that are more sensitive than the row they stand in (字段脱敏), in one place for dossier and history.

Personal details of parties are left out, a contact's phone and mail are masked so that one sees that they are
known, and what we ourselves think of a customer (stage, owner, tags) is internal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from typing import Any

from store.access import FieldClass

#: A mobile number of the mainland, with or without its country code.
_CHINESE_MOBILE = re.compile(r"^(?:00)?(?:86)?(1\d{10})$")


def mask_phone(phone: str) -> str:
    """The first three and the last four digits of a long number: +86 138 1234 1234 → 138****1234."""
    digits = "".join(char for char in phone if char.isdigit())
    national = _CHINESE_MOBILE.match(digits)
    if national:
        digits = national[1]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "****"


def mask_email(email: str) -> str:
    """The first letter and the domain: zhang@firm.cn → z***@firm.cn."""
    name, at, domain = email.strip().rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name else "***"


def _drop(_value: Any) -> None:
    return None


#: aggregate → column → the class it needs, and what is shown to a viewer without it.
FIELDS: dict[str, dict[str, tuple[FieldClass, Callable[[Any], Any]]]] = {
    "customers": dict.fromkeys(("stage", "owner", "tags"), (FieldClass.INTERNAL, _drop)),
    "parties": dict.fromkeys(("birth_date", "identifiers", "nationality"), (FieldClass.PERSONAL, _drop)),
    "contacts": {
        "phone": (FieldClass.PERSONAL, mask_phone),
        "email": (FieldClass.PERSONAL, mask_email),
    },
}


def masked_for(classes: Set[FieldClass]) -> frozenset[str]:
    """The aggregates of which a viewer with these classes does not see every column."""
    return frozenset(
        name for name, rules in FIELDS.items() if any(needed not in classes for needed, _ in rules.values())
    )


def visible_body(aggregate: str, body: Mapping[str, Any], classes: Set[FieldClass]) -> Mapping[str, Any]:
    """`body` as a viewer with these classes may see it: what they may not see is absent or masked."""
    rules = FIELDS.get(aggregate)
    if not rules or all(needed in classes for needed, _ in rules.values()):
        return body
    visible = dict(body)
    for name, (needed, mask) in rules.items():
        if needed in classes or visible.get(name) in (None, "", []):
            continue
        shown = mask(str(visible[name])) if mask is not _drop else None
        if shown is None:
            del visible[name]
        else:
            visible[name] = shown
    return visible
