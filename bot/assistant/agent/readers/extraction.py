"""Proposals from a document (摘录提议): a model lists what could be filed, code proves it, a person decides.

A document is read in windows, one call each, as far as policy lets one request go; how much was not read is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.assistant.agent.errors import AgentError, BadReply
from bot.assistant.agent.readers.beside import NONE, beside, read_blocks
from bot.assistant.agent.readers.entries import extract_form
from bot.assistant.agent.readers.forms import Sitting, Sittings, named_as
from bot.assistant.agent.readers.proving import Proven, Unproven, Window, prove_figure, prove_record
from knowledge.passages.orders import without_orders
from knowledge.sources.dimensions import dimensions
from knowledge.sources.kinds import STATEMENT_ITEMS
from prompts.instructions import Instruction, load_instruction
from prompts.phrasebook import LANGUAGES
from store.access import Permission, Viewer, authorize
from store.canonical import digest
from store.customers import Customer
from store.engine import Databases, reading, unit_of_work
from store.identity import new_id
from store.ledger import Ledger
from store.proposals import Proposal, Proposals
from store.shelf import DocumentHead, StoredBlock

PURPOSE = INSTRUCTION = "extraction"
#: Characters of one window.
_WINDOW = 6_000


@dataclass(slots=True)
class Extracted:
    """What came of a document: proposals as they are kept, what was dropped by reason, windows not read and why."""

    proposals: list[Proposal] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    windows: int = 0
    unread: int = 0
    because: str | None = None
    model: str = ""


class Extractor:
    """Reads documents for proposals; files nothing."""

    def __init__(self, databases: Databases, sittings: Sittings, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._sittings = sittings
        self._clock = clock

    def extract(
        self, head: DocumentHead, blocks: Sequence[StoredBlock], customer: Customer, viewer: Viewer
    ) -> Extracted:
        """Propose what a document says of one customer, and keep it as proposed.

        Raises Forbidden without the right to import, and an `AgentError` where nothing at all was read.
        """
        authorize(viewer, Permission.IMPORT)
        request = f"extract:{new_id()}"
        with reading(self._databases.read) as connection:
            _, classes = named_as(connection, customer.id)
        sitting = self._sittings.open(
            request, actor=viewer.actor, purpose=PURPOSE, classes={head.field_class, *classes}
        )
        language = head.language if head.language in LANGUAGES else "en"
        instruction = load_instruction(INSTRUCTION, language)
        document = "\n".join([head.title, head.published or "", *(block.text for block in blocks)])
        batches = list(_batches(blocks))
        found = Extracted(windows=len(batches))
        proven: dict[str, Proven] = {}
        for number, windows in enumerate(batches):
            try:
                filled = self._ask(sitting, instruction, head, customer, windows)
            except BadReply:
                found.dropped["form"] += 1
                continue
            except AgentError as wrong:
                if not number:
                    raise
                found.unread, found.because = len(batches) - number, wrong.word
                break
            self._prove(filled, {window.id: window for window in windows}, document, found, proven)
        found.model = sitting.used
        filings = read_blocks(blocks, head.sha256) if proven else []
        proposals = [
            Proposal(
                kind=each.kind,
                document_id=head.id,
                customer_id=customer.id,
                field_class=head.field_class,
                row=each.row,
                locator=each.locator,
                place=each.place,
                quote=each.quote,
                beside=beside(each.row, filings) if each.kind == "statements" else {"agreement": NONE},
                digest=key,
                model=sitting.used,
                prompt=instruction.label,
                request=request,
                at=self._clock(),
            )
            for key, each in proven.items()
        ]
        found.proposals = self._keep(proposals, head, customer, viewer, found)
        return found

    def _ask(
        self,
        sitting: Sitting,
        instruction: Instruction,
        head: DocumentHead,
        customer: Customer,
        windows: Sequence[Window],
    ) -> Any:
        catalogue = "\n".join(f"  {each.key}: {each.zh} / {each.en}" for each in dimensions().values())
        system = instruction.fill(fence=sitting.fence, dimensions=catalogue, items=", ".join(STATEMENT_ITEMS))
        material = {
            "customer": without_orders(customer.legal_name),
            "document": {"title": without_orders(head.title), "published": head.published},
            "blocks": [
                {
                    "id": window.id,
                    "place": {key: without_orders(str(value)) for key, value in window.locator.items()},
                    "text": window.text,
                }
                for window in windows
            ],
        }
        return sitting.fill(extract_form(), instruction, system, material)

    def _prove(
        self,
        filled: Any,
        windows: dict[str, Window],
        document: str,
        found: Extracted,
        proven: dict[str, Proven],
    ) -> None:
        today = self._clock().date()
        for entries, prove in ((filled.records, prove_record), (filled.figures, prove_figure)):
            for entry in entries:
                try:
                    if not entry.block:
                        raise Unproven("form")
                    each = prove(entry, windows, document, today)
                except Unproven as wrong:
                    found.dropped[wrong.reason] += 1
                else:
                    proven.setdefault(_same(each), each)

    def _keep(
        self,
        proposals: list[Proposal],
        head: DocumentHead,
        customer: Customer,
        viewer: Viewer,
        found: Extracted,
    ) -> list[Proposal]:
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=viewer.actor,
                action="proposal.add",
                customer_id=customer.id,
                subject=head.external_id or head.sha256[:16],
                detail={
                    "document": head.sha256,
                    "proposals": len(proposals),
                    "dropped": dict(found.dropped),
                    "unread": found.unread,
                    "model": found.model,
                },
            )
            return Proposals(connection).add(proposals)


def _batches(blocks: Sequence[StoredBlock]) -> Iterator[list[Window]]:
    """Windows of the document's blocks, so many together as one call takes."""
    batch: list[Window] = []
    length = number = 0
    for block in blocks:
        clean = without_orders(block.text)
        for start, end in _cuts(block.text):
            if not clean[start:end].strip():
                continue
            if batch and length + end - start > _WINDOW:
                yield batch
                batch, length = [], 0
            number += 1
            batch.append(
                Window(
                    f"b{number}",
                    block.ordinal,
                    block.locator,
                    block.kind,
                    start,
                    block.text,
                    clean,
                    clean[start:end],
                )
            )
            length += end - start
    if batch:
        yield batch


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where a long block is cut: at the ends of lines where there are any."""
    start = 0
    while len(text) - start > _WINDOW:
        at = text.rfind("\n", start + _WINDOW // 2, start + _WINDOW)
        end = at + 1 if at > 0 else start + _WINDOW
        yield start, end
        start = end
    yield start, len(text)


def _same(each: Proven) -> str:
    """What makes it the same proposal when the document is read again, by whichever model."""
    if each.kind == "records":
        number = each.row.get("record_number")
        told = {"record_number": number} if number else {"quote": "".join(each.quote.split())}
        return digest({"dimension": each.row["dimension"], "role": each.row.get("role"), **told})
    return digest({"row": each.row})
