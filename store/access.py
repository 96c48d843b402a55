"""Who may see what: roles, field classes, audiences, and the one `authorize` (权限分级).

What may be said depends on who asks *and who may ever see it*: a viewer's field classes are those of the role
cut down by the ceiling of the place where the answer will stand. Classes are always named positively; an empty
set sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.errors import Forbidden


class Role(StrEnum):
    """What a person is in the firm; UNKNOWN is everybody whom the firm has not registered."""

    SALES = "sales"
    RISK = "risk"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    ADMIN = "admin"
    UNKNOWN = "unknown"


class FieldClass(StrEnum):
    """How sensitive a field, a record or a document is, from published by others to our own suspicion."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SUSPICION = "suspicion"


class Permission(StrEnum):
    """What a role may do; reading what a field class covers is not a permission but a class."""

    ASK = "ask"
    READ_LEDGER = "read_ledger"
    IMPORT = "import"
    INGEST = "ingest"
    EXPORT = "export"
    REGISTER = "register"
    CHECK = "check"
    SCREEN = "screen"
    ALERTS = "alerts"


#: The classes that a ceiling lets through: a ceiling names the highest class that may be said in a place.
CEILINGS: dict[FieldClass, frozenset[FieldClass]] = {
    FieldClass.PUBLIC: frozenset({FieldClass.PUBLIC}),
    FieldClass.INTERNAL: frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL}),
    FieldClass.PERSONAL: frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL}),
    FieldClass.SUSPICION: frozenset(FieldClass),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Where an answer will stand: in private, or in a place with a ceiling (an unregistered channel: public)."""

    private: bool
    ceiling: FieldClass
    name: str = "private"

    @classmethod
    def alone(cls) -> Audience:
        """The asker alone, in a direct message or on the command line."""
        return cls(private=True, ceiling=FieldClass.SUSPICION)

    @classmethod
    def channel(cls, name: str, ceiling: FieldClass | None = None) -> Audience:
        """A channel; without a registered ceiling only public facts may be said there."""
        return cls(private=False, ceiling=ceiling or FieldClass.PUBLIC, name=name)


@dataclass(frozen=True, slots=True)
class Rights:
    """The table role → classes and role → permissions, as policy gives it."""

    classes: dict[Role, frozenset[FieldClass]]
    permissions: dict[Role, frozenset[Permission]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and who may ever see the answer. `actor` is a stable name for the ledger (an e-mail, `role:risk`)."""

    actor: str
    role: Role
    audience: Audience
    rights: Rights

    @property
    def classes(self) -> frozenset[FieldClass]:
        """The field classes that may be read for this viewer and said to this audience."""
        return self.rights.classes.get(self.role, frozenset()) & CEILINGS[self.audience.ceiling]

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission; the ledger is only read where the audience may hear suspicion."""
        if permission is Permission.READ_LEDGER and FieldClass.SUSPICION not in self.classes:
            return False
        return permission in self.rights.permissions.get(self.role, frozenset())


def authorize(viewer: Viewer, permission: Permission) -> None:
    """Raise `Forbidden` unless the viewer may; the message is the same whether anything was there or not."""
    if not viewer.may(permission):
        raise Forbidden(f"the role {viewer.role.value} may not “{permission.value}” here")
