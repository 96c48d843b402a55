"""Compliance (合规): penalties, tax and lists of authorities, watch lists, and who the people behind the firm are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.checks import listing
from bot.checks.coverage import group
from bot.checks.law import COMPLIANCE, by_dimension
from bot.checks.notebook import (
    Notebook,
    Value,
    failed,
    listed,
    number,
    passed,
    percent,
    text,
    unknown,
    warned,
)
from bot.checks.result import Finding
from bot.dossier.ownership import Owner, owners
from bot.dossier.records import counts
from knowledge.names.keys import fold


def check(book: Notebook) -> list[Finding]:
    """Records of authorities, watch lists, then owners and beneficial owners."""
    records = [r for r in book.dossier.records if counts(r, book.day) and group(r) in COMPLIANCE]
    return [*by_dimension(book, records, "compliance"), *listing.check(book), *_owners(book)]


def _owners(book: Notebook) -> Iterator[Finding]:
    """Natural persons from 25 % on, by the path (受益所有人信息管理办法, Order 2024 No. 3; EU AMLR art. 51)."""
    profile = book.dossier.profile
    names = [profile.legal_name, *(name.name for name in profile.other_names)]
    found = owners(book.dossier.parties, names, book.day)
    declared = [party for party in book.dossier.parties if party.role == "beneficial_owner"]
    if not found and not declared:
        yield unknown("compliance.owners", "checks.owners.unknown", [book.nothing("parties", "shareholders")])
        return
    used = _cited(book, found)
    used += [book.cite(party, "name", "role", "share_percent") for party in declared]
    total = sum((owner.percent for owner in found), Decimal(0))
    limit = Decimal(book.policy.owner_percent)
    people = [owner for owner in found if owner.kind == "person" and owner.percent >= limit]
    dark = [owner for owner in found if owner.kind != "person" and owner.percent >= limit]
    if found and total > Decimal("100.5"):
        yield failed(
            "compliance.shares",
            "checks.owners.too_much",
            used,
            3,
            3,
            total=percent(total.quantize(Decimal("0.01"))),
        )
    elif found and total < Decimal(100) - Decimal(book.policy.owner_percent):
        yield unknown(
            "compliance.shares", "checks.owners.hidden", used, total=percent(total.quantize(Decimal("0.01")))
        )
    said: dict[str, Value] = {"limit": percent(limit)}
    if people or declared:
        listing = [text(_path(owner)) for owner in people] or [text(party.name) for party in declared]
        yield passed("compliance.owners", "checks.owners.found", used, who=listed(*listing), **said)
        mismatch = _mismatch(people, [party.name for party in declared])
        if mismatch:
            yield warned(
                "compliance.owners_declared",
                "checks.owners.mismatch",
                used,
                3,
                4,
                who=listed(*map(text, mismatch)),
            )
    if dark:
        yield unknown(
            "compliance.owners_behind",
            "checks.owners.firms",
            used,
            who=listed(*(text(_path(o)) for o in dark)),
            **said,
        )
    elif not people and not declared:
        yield warned(
            "compliance.owners", "checks.owners.spread", used, 2, 3, number=number(len(found)), **said
        )


def _cited(book: Notebook, found: list[Owner]) -> list[str]:
    used: list[str] = []
    for owner in found:
        inputs = []
        for stake in owner.stakes:
            for link in stake.links:
                ref = book.cite(link, "name", "role", "share_percent", "held_in", "from", "to")
                used.append(ref)
                inputs.append(
                    (
                        f"{link.name} in {link.held_in or book.dossier.code}",
                        ref,
                        link.share_percent or Decimal(0),
                    )
                )
        if any(len(stake.links) > 1 for stake in owner.stakes) or len(owner.stakes) > 1:
            share = owner.percent.quantize(Decimal("0.0001"))
            used.append(book.calculate(f"effective share of {owner.name}", inputs, share, "percent"))
    return list(dict.fromkeys(used))


def _path(owner: Owner) -> str:
    """The owner with the path down to the customer: 沈砚秋 58 % ← 允合企业管理 42 %."""
    longest = max(owner.stakes, key=lambda stake: stake.percent)
    path = " → ".join(link.name for link in longest.links)
    return f"{path} ({owner.percent.quantize(Decimal('0.01')).normalize():f} %)"


def _mismatch(people: list[Owner], declared: list[str]) -> list[str]:
    """Names that only one of register and declaration has, when both name somebody."""
    if not people or not declared:
        return []
    held = {_spelling(owner.name): owner.name for owner in people}
    said = {_spelling(name): name for name in declared}
    return sorted({**held, **said}[key] for key in held.keys() ^ said.keys())


def _spelling(name: str) -> frozenset[str]:
    """A name without case, width, script variants, commas and the order of its words."""
    return frozenset(fold(name).replace(",", " ").split())
