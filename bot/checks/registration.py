"""Register data (工商登记): complete, of a register, and how old; changes of name and address."""

from __future__ import annotations

from bot.checks.coverage import OFFICIAL
from bot.checks.notebook import Notebook, days, label, listed, number, on, passed, text, unknown, warned
from bot.checks.result import Finding
from bot.dossier.records import counts
from store.evidence import Tier

#: What a register says of every firm.
FIELDS = ("address", "registered_capital", "founded", "business_scope", "industry", "legal_form", "country")
ROLES = ("legal_representative", "shareholder")


def check(book: Notebook) -> list[Finding]:
    """What the register data hold, where from, and what of them changed."""
    profile = book.dossier.profile
    absent = [name for name in FIELDS if getattr(profile, name) in (None, "")]
    roles = {party.role for party in book.dossier.parties}
    gone = [role for role in ROLES if role not in roles]
    used = [book.cite(profile, "legal_name", *FIELDS)]
    found: list[Finding] = []
    if absent or gone:
        what = listed(*(label(f"field.{name}") for name in absent), *(label(f"role.{role}") for role in gone))
        found.append(
            unknown(
                "identity.register",
                "checks.register.incomplete",
                used,
                what=what,
                number=number(len(absent) + len(gone)),
            )
        )
    else:
        found.append(passed("identity.register", "checks.register.complete", used))
    found += _source(book, used)
    return found + _age(book, used) + _changes(book)


def _source(book: Notebook, used: list[str]) -> list[Finding]:
    """Whether a register says it, or somebody with less authority."""
    origin = book.dossier.profile.origin
    if origin.tier in (Tier.REGISTER, Tier.GOVERNMENT):
        return [passed("identity.source", "checks.register.official", used, source=text(origin.source))]
    return [
        warned(
            "identity.source",
            "checks.register.unofficial",
            used,
            2,
            2,
            source=text(origin.source),
            tier=label(f"tier.{origin.tier.value}"),
        )
    ]


def _age(book: Notebook, used: list[str]) -> list[Finding]:
    origin = book.dossier.profile.origin
    seen = origin.observed_on.last if origin.observed_on else origin.recorded_at.date()
    age = (book.day - seen).days
    if age > book.policy.register_days:
        return [
            warned(
                "identity.freshness",
                "checks.register.old",
                used,
                3,
                2,
                date=on(seen),
                age=days(age),
                limit=days(book.policy.register_days),
            )
        ]
    return [passed("identity.freshness", "checks.register.fresh", used, date=on(seen))]


def _changes(book: Notebook) -> list[Finding]:
    """Changes of name, address and people that a register published within the window of policy."""
    recent = [
        record
        for record in book.dossier.records
        if record.dimension == "registry_change"
        and counts(record, book.day)
        and (day := record.published_on or record.filed_on) is not None
        and (book.day - day.last).days <= book.policy.changes_days
    ]
    former = [name for name in book.dossier.profile.other_names if name.kind == "former"]
    found: list[Finding] = []
    if former:
        used = [book.cite(book.dossier.profile, "legal_name", "other_names")]
        found.append(
            warned(
                "identity.names",
                "checks.changes.names",
                used,
                2,
                2,
                names=listed(*(text(name.name) for name in former)),
            )
        )
    if not recent:
        window = days(book.policy.changes_days)
        origin = book.dossier.profile.origin
        used = [book.nothing(origin.source, "registry_change")]
        if origin.tier in OFFICIAL:
            source = text(origin.source)
            found.append(
                passed("identity.changes", "checks.changes.none", used, window=window, source=source)
            )
        else:
            found.append(unknown("identity.changes", "checks.changes.unlooked", used, window=window))
        return found
    used = [book.cite(record, "dimension", "title", "published_on", "filed_on") for record in recent]
    what = listed(*(text(record.title) for record in recent[:5]))
    many = len(recent) >= book.policy.changes_many
    make = warned(
        "identity.changes",
        "checks.changes.several",
        used,
        3,
        3,
        number=number(len(recent)),
        what=what,
        window=days(book.policy.changes_days),
    )
    if many:
        return [*found, make]
    return [
        *found,
        warned(
            "identity.changes",
            "checks.changes.few",
            used,
            2,
            2,
            number=number(len(recent)),
            what=what,
            window=days(book.policy.changes_days),
        ),
    ]
