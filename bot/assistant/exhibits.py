"""Evidence as it is shown of changes and of the ledger (证据呈现), and the class of what several pieces make."""

from __future__ import annotations

from collections.abc import Sequence

from bot.assistant.naming import Named
from store.access import FieldClass
from store.changes import VersionStep
from store.evidence import Evidence, EvidenceKind, Tier, ledger_id, record_id
from store.ledger import Entry


def change_evidence(step: VersionStep, code: str, name: str, actor: str) -> Evidence:
    """One change in the file of a customer with this code and name."""
    lines = [f"actor: {actor}", f"recorded_at: {step.recorded_at.isoformat()}", f"cause: {step.cause}"]
    lines += [f"row: {step.called}"] if step.called else []
    lines += [f"{change.field}: {change.before} → {change.after}" for change in step.changes[:12]]
    return Evidence(
        id=record_id(step.version_id),
        kind=EvidenceKind.RECORD,
        source=step.source,
        quote="\n".join(lines),
        tier=step.tier,
        date=step.recorded_at.date().isoformat(),
        customer=code,
        title=name,
        locator={"aggregate": step.aggregate, "version": step.number},
        recorded_at=step.recorded_at,
        field_class=step.field_class,
    )


def entry_evidence(entry: Entry, customer: Named | None, actor: str) -> Evidence:
    """One entry of the ledger, about a customer or about none."""
    detail = "; ".join(f"{name}: {entry.detail[name]}" for name in sorted(entry.detail))
    lines = [
        f"seq: {entry.seq}",
        f"at: {entry.at.isoformat()}",
        f"actor: {actor}",
        f"action: {entry.action}",
        *([f"subject: {entry.subject}"] if entry.subject else []),
    ]
    return Evidence(
        id=ledger_id(entry.seq),
        kind=EvidenceKind.LEDGER,
        source="ledger",
        quote="\n".join([*lines, *([detail[:600]] if detail else [])]),
        tier=Tier.INTERNAL,
        date=entry.at.date().isoformat(),
        customer=customer.code if customer else None,
        recorded_at=entry.at,
        field_class=FieldClass.SUSPICION,
    )


_ORDER = [FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SUSPICION]


def highest(classes: Sequence[FieldClass]) -> FieldClass:
    """The class of what was made from matters of these classes."""
    return max(classes, key=_ORDER.index, default=FieldClass.PUBLIC)
