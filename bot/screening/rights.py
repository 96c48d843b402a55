"""Who may screen, see hits and decide (筛查权限): hits are suspicion, and a person answers for each decision."""

from __future__ import annotations

from bot.screening.decisions import identity
from store.access import FieldClass, Permission, Viewer, authorize
from store.errors import Forbidden


def may_screen(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may screen and decide here."""
    authorize(viewer, Permission.SCREEN)
    if FieldClass.SUSPICION not in viewer.classes:
        raise Forbidden(f"the role {viewer.role.value} may not “{Permission.SCREEN.value}” here")


def may_read(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may see hits here: who screens, and who reads the ledger."""
    if not viewer.may(Permission.READ_LEDGER):
        may_screen(viewer)


def deciding(viewer: Viewer) -> str:
    """The identity of the person who decides; a role is nobody who could answer for it. Raises Forbidden."""
    may_screen(viewer)
    if "@" not in viewer.actor:
        raise Forbidden("a hit is decided by a person: ask under your own e-mail address, not under a role")
    return identity(viewer.actor)
