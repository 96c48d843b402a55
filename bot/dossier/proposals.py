"""Deciding on proposals (提议处理): a person accepts or rejects what a model found in a document.

Acceptance is an import of one row by that person, with the document as its source: rights, the present state, the
ledger and the record are one transaction. Nothing is accepted by a rule or a model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from store.access import FieldClass, Permission, Viewer, authorize
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, RecordInvalid, UnknownSubject
from store.history import Recorded
from store.ledger import Ledger
from store.policy.types import Policy
from store.proposals import ACCEPTED, PROPOSED, REJECTED, Proposal, Proposals
from store.shelf import DocumentHead, DocumentReader

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.sources.intake import Intake

_STRICTNESS = [FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SUSPICION]
#: A reason is kept with the decision; a longer one is cut by nobody and refused.
_LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with the customer's code and the document that it is from."""

    proposal: Proposal
    customer: str
    document: DocumentHead


class ProposalDesk:
    """Lists proposals, and writes down what people decide on them."""

    def __init__(
        self, databases: Databases, intake: Intake, *, policy: Policy, clock: Callable[[], datetime]
    ) -> None:
        self._databases = databases
        self._intake = intake
        self._policy = policy
        self._clock = clock

    def listed(
        self, viewer: Viewer, *, states: Collection[str] = (PROPOSED,), customer_id: UUID | None = None
    ) -> list[Shown]:
        """Proposals from documents that the viewer may see, oldest first; raises Forbidden."""
        authorize(viewer, Permission.IMPORT)
        with reading(self._databases.read) as connection:
            found = Proposals(connection).listed(viewer.classes, states=states, customer_id=customer_id)
            shelf = DocumentReader(connection, viewer.classes)
            heads = shelf.heads({each.document_id for each in found})
            customers = Customers(connection).by_ids({each.customer_id for each in found})
        return [
            Shown(each, customers[each.customer_id].code, heads[each.document_id])
            for each in found
            if each.document_id in heads and each.customer_id in customers
        ]

    def accept(self, code: str, viewer: Viewer, reason: str) -> Recorded:
        """File a proposed row as this person's import; raises Forbidden, UnknownSubject and RecordInvalid."""
        with unit_of_work(self._databases.write) as connection:
            proposal, head = self._held(connection, code, viewer, reason)
            entry = self._write(connection, proposal, head, viewer, "proposal.accept", reason)
            cells = {
                **proposal.row,
                "customer": Customers(connection).by_id(proposal.customer_id).code,
                "source": f"{head.source} ({head.external_id or head.sha256[:12]})"[:400],
                "observed_on": head.published,
                "url": head.url,
                "tier": head.tier.value,
                "class": max(
                    proposal.field_class, self._policy.class_of(proposal.kind), key=_STRICTNESS.index
                ),
            }
            filled = {name: value for name, value in cells.items() if value is not None}
            cause = f"{proposal.code}, proposed by {proposal.model} from {head.title[:120]}: {reason}"
            done = self._intake.file_row(connection, entry, proposal.kind, filled, cause=cause[:1_000])
            self._decide(connection, proposal, ACCEPTED, viewer, reason, done.version_id)
        return done

    def reject(self, code: str, viewer: Viewer, reason: str) -> None:
        """Keep a proposal as rejected, with the reason; raises Forbidden, UnknownSubject and RecordInvalid."""
        with unit_of_work(self._databases.write) as connection:
            proposal, head = self._held(connection, code, viewer, reason)
            self._write(connection, proposal, head, viewer, "proposal.reject", reason)
            self._decide(connection, proposal, REJECTED, viewer, reason, None)

    def _held(
        self, connection: Connection, code: str, viewer: Viewer, reason: str
    ) -> tuple[Proposal, DocumentHead]:
        """The proposal, still undecided, that this person may decide on."""
        authorize(viewer, Permission.IMPORT)
        if "@" not in viewer.actor:
            raise Forbidden("a proposal is decided by a person; say who with --as E-MAIL")
        if not reason.strip() or len(reason) > _LONGEST_REASON:
            raise RecordInvalid("reason: say why, in one to 2,000 characters")
        proposals = Proposals(connection)
        proposals.take_turn()
        proposal = proposals.by_code(code, hold=True)
        head = None
        if proposal is not None and proposal.field_class in viewer.classes:
            shelf = DocumentReader(connection, viewer.classes)
            head = shelf.heads({proposal.document_id}).get(proposal.document_id)
        if proposal is None or head is None:
            raise UnknownSubject(f"there is no proposal “{code}” here; proposals are called X-1, X-2 …")
        if proposal.state != PROPOSED:
            raise RecordInvalid(f"{proposal.code} was {proposal.state} by {proposal.decided_by} already")
        return proposal, head

    def _write(
        self,
        connection: Connection,
        proposal: Proposal,
        head: DocumentHead,
        viewer: Viewer,
        action: str,
        reason: str,
    ) -> Any:
        return Ledger(connection, self._clock).append(
            actor=viewer.actor,
            action=action,
            customer_id=proposal.customer_id,
            subject=proposal.code,
            detail={
                "kind": proposal.kind,
                "row": dict(proposal.row),
                "document": head.sha256,
                "model": proposal.model,
                "beside": proposal.beside.get("agreement"),
                "reason": reason,
            },
        )

    def _decide(
        self,
        connection: Connection,
        proposal: Proposal,
        state: str,
        viewer: Viewer,
        reason: str,
        version_id: UUID | None,
    ) -> None:
        Proposals(connection).decide(
            proposal.code, state, by=viewer.actor, at=self._clock(), reason=reason, version_id=version_id
        )
