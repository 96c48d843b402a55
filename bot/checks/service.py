"""Background checks as a service: made, kept, found again (背调服务).

A check is made from the dossier as its viewer may see it, and kept with the policy that it was made under. Whoever
loads it later sees of it what they may see: findings on hidden evidence are not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.checks.engine import OnStep, run
from bot.checks.figures import figure_classes, figures
from bot.checks.looking import Look
from bot.checks.sight import visible
from bot.checks.telling import record, tell
from store.access import FieldClass, Permission, Viewer, authorize
from store.checks import Checks, StoredCheck
from store.dates import PartialDate
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.identity import new_id
from store.ledger import Ledger
from store.policy.types import Policy


@dataclass(frozen=True)
class KeptCheck:
    """A check as its viewer may see it; `body_by_language` is it in the shape of the contract, en and zh."""

    id: UUID
    code: str
    customer_id: UUID
    made_at: datetime
    actor: str
    body: dict[str, Any]
    earlier: dict[str, Any] | None = None

    @cached_property
    def body_by_language(self) -> dict[str, dict[str, Any]]:
        """The told check by language."""
        return {
            language: tell(self.body, language, code=self.code, earlier=self.earlier)
            for language in ("en", "zh")
        }


class CheckDesk:
    """Makes and keeps background checks."""

    def __init__(
        self,
        databases: Databases,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        look: Look | None = None,
    ) -> None:
        """`look` holds the customer against the watch lists; without it a check says that nobody did."""
        self._databases = databases
        self._policy = policy
        self._clock = clock
        self._look = look

    def make(
        self,
        customer_id: UUID,
        viewer: Viewer,
        *,
        on_step: OnStep | None = None,
        request: str | None = None,
        as_of: PartialDate | None = None,
        also: Callable[[Connection, KeptCheck], None] | None = None,
    ) -> KeptCheck:
        """Check a customer and keep the result, with its ledger entry, in one unit of work.

        The same `request` again gives the first check; `also` is done in the same unit of work when it is new. Raises
        Forbidden without the permission to check, UnknownSubject for nobody whom the viewer may see.
        """
        _allow(viewer)
        request = request or f"call:{new_id()}"
        with reading(self._databases.read) as connection:
            known = Checks(connection).by_request(request)
            if known is not None:
                return self._shown(connection, known, viewer)
            dossier = read_dossier(connection, customer_id, viewer=viewer, as_of=as_of)
        now = self._clock()
        # A past day cannot be held against lists of today.
        screened = self._look(customer_id, viewer, request) if self._look and as_of is None else None
        result = run(
            dossier,
            self._policy.checks,
            now=now,
            policy_version=self._policy.version,
            late_days=self._policy.payments.late_days,
            screened=screened,
            on_step=on_step,
        )
        day = as_of.last if as_of else now.date()
        body = record(result, figures(dossier, self._policy.checks, day))
        body["as_of"] = None if as_of is None else str(as_of)
        body["figure_classes"] = figure_classes(dossier)
        with unit_of_work(self._databases.write) as connection:
            checks = Checks(connection)
            ledger = Ledger(connection, self._clock)
            if (again := checks.by_request(request)) is not None:
                return self._shown(connection, again, viewer)
            ledger.append(
                actor=viewer.actor,
                action="check",
                customer_id=customer_id,
                subject=dossier.code,
                detail={
                    "status": result.status.value,
                    "policy": self._policy.version,
                    "known_seq": dossier.known_seq,
                    **({"screening": screened.code} if screened is not None else {}),
                },
            )
            stored = checks.save(
                body,
                request=request,
                customer_id=customer_id,
                made_at=now,
                known_seq=dossier.known_seq,
                actor=viewer.actor,
                status=result.status.value,
                policy_version=self._policy.version,
            )
            kept = self._shown(connection, stored, viewer)
            if also is not None:
                also(connection, kept)
        return kept

    def load(self, code: str, viewer: Viewer) -> KeptCheck:
        """A check by its code; raises Forbidden, and UnknownSubject where there is none."""
        _allow(viewer)
        with reading(self._databases.read) as connection:
            stored = Checks(connection).by_code(code)
            if stored is None:
                raise UnknownSubject(f"there is no check “{code}”; checks are called B-1, B-2 …")
            return self._shown(connection, stored, viewer)

    def latest(self, customer_id: UUID, viewer: Viewer) -> KeptCheck | None:
        """The newest check of a customer; raises Forbidden."""
        _allow(viewer)
        with reading(self._databases.read) as connection:
            stored = Checks(connection).latest(customer_id)
            return None if stored is None else self._shown(connection, stored, viewer)

    def _shown(self, connection: Connection, stored: StoredCheck, viewer: Viewer) -> KeptCheck:
        before = Checks(connection).latest(stored.customer_id, before=stored)
        earlier = before and {"code": before.code, "body": visible(before.body, viewer.classes)}
        return KeptCheck(
            stored.id,
            stored.code,
            stored.customer_id,
            stored.made_at,
            stored.actor,
            visible(stored.body, viewer.classes),
            earlier,
        )


def _allow(viewer: Viewer) -> None:
    """A check is suspicion: the permission, and a place where everybody may hear it. Raises Forbidden."""
    authorize(viewer, Permission.CHECK)
    if FieldClass.SUSPICION not in viewer.classes:
        raise Forbidden(f"the role {viewer.role.value} may not “{Permission.CHECK.value}” here")
