"""What was found is written down (命中入账): new hits, hits that open again, hits whose entry is gone.

Everything happens in the caller's transaction, whose turn at the ledger's head makes it the only writer of hits. What
is found again unchanged leaves no trace but its date, so the same look twice is the same as once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.screening.comparison import Look
from bot.screening.decisions import again, gone
from bot.screening.matching import Found, note_body
from bot.screening.subjects import changed_fields
from knowledge.watchlists.entry import MATTERING, differences, read_entry
from store.hits import Hit, Hits, HitState
from store.ledger import Ledger


def tenthousandths(score: float) -> int:
    """A score as it is stored."""
    return round(score * 10_000)


@dataclass(slots=True)
class Keeper:
    """Writes looks down; `actor` is who looked, `by` their name on a hit (None: the house itself)."""

    connection: Connection
    ledger: Ledger
    actor: str
    now: datetime
    policy_version: str
    opened: int = 0
    reopened: int = 0
    closed: int = 0

    def keep(self, look: Look, *, screening: str | None = None) -> list[Hit]:
        """Write one look down; the hits that it found, as they stand then, in its order."""
        hits = Hits(self.connection)
        subjects = {found.subject.key for found in (*look.found, *look.weak)}
        known = {(hit.subject, hit.list, hit.entry): hit for hit in hits.of_subjects(subjects)}
        shown = []
        for found in look.found:
            hit = known.get((found.subject.key, found.list, found.entry.id))
            if hit is None:
                shown.append(self._open(hits, look.customer_id, found, screening))
            elif hit.list_version > found.version:
                shown.append(hit)  # a newer version was looked at meanwhile
            else:
                shown.append(self._again(hits, hit, found, screening, weak=False))
        for found in look.weak:
            hit = known.get((found.subject.key, found.list, found.entry.id))
            if hit is not None and hit.list_version <= found.version:
                self._again(hits, hit, found, screening, weak=True)
        for hit, version in look.left:
            self.leave(hit, version, screening=screening)
        return shown

    def leave(self, hit: Hit, version: int, *, screening: str | None = None) -> None:
        """The entry of a hit is not in this version of its list any more."""
        hits = Hits(self.connection)
        present = hits.by_code(hit.code, hold=True)
        if present is None or present.list_version >= version:
            return
        hit, after = present, gone(present.state)
        if after is hit.state:
            return
        seq = self._enter("hit.closed", hit, {"list_version": version, "before": hit.state.value})
        hits.step(
            hit,
            at=self.now,
            actor=None,
            act="closed",
            after=after,
            seq=seq,
            fields=[("list", "removed")],
            list_version=version,
            screening=screening,
        )
        hits.change(
            hit, state=after.value, by=None, at=self.now, reason="", list_version=version, latest_at=self.now
        )
        self.closed += 1

    def _open(self, hits: Hits, customer_id: UUID | None, found: Found, screening: str | None) -> Hit:
        (hit,) = hits.open(
            [
                {
                    **self._values(found),
                    "customer_id": customer_id,
                    "subject": found.subject.key,
                    "list": found.list,
                    "entry": found.entry.id,
                    "state": HitState.OPEN.value,
                    "by": None,
                    "at": self.now,
                    "reason": "",
                    "opened_at": self.now,
                }
            ]
        )
        seq = self._enter("hit.opened", hit, {"screening": screening})
        hits.step(
            hit, at=self.now, actor=None, act="opened", after=HitState.OPEN, seq=seq, screening=screening
        )
        self.opened += 1
        return hit

    def _again(self, hits: Hits, hit: Hit, found: Found, screening: str | None, *, weak: bool) -> Hit:
        fields = self._changes(hit, found)
        after = hit.state if weak else again(hit.state, changed=bool(fields))
        values: dict[str, Any] = self._values(found)
        if after is not hit.state:
            if hit.state is HitState.CLOSED:
                fields = [("list", "returned"), *fields]
            said = {"before": hit.state.value, "fields": [list(each) for each in fields]}
            now = {"list_version": found.version, "score": values["score"], "screening": screening}
            seq = self._enter("hit.reopened", hit, {**said, **now})
            hits.step(
                hit,
                at=self.now,
                actor=None,
                act="reopened",
                after=after,
                seq=seq,
                fields=fields,
                list_version=found.version,
                screening=screening,
            )
            values |= {"state": after.value, "by": None, "at": self.now, "reason": ""}
            self.reopened += 1
        return hits.change(hit, **values)

    def _changes(self, hit: Hit, found: Found) -> list[tuple[str, str]]:
        """The fields that differ since the hit was last compared, and on which side."""
        ours: Iterable[str] = ()
        if hit.subject_hash != found.subject.matter_hash:
            ours = changed_fields(dict(hit.matter), found.subject.matter)
        theirs: Iterable[str] = ()
        if hit.entry_hash != found.entry.matter_hash:
            before = Hits(self.connection).entry(hit)
            theirs = MATTERING if before is None else differences(read_entry(before), found.entry)
        return [
            *(("customer", name) for name in ours),
            *(("entry", name) for name in theirs if name in MATTERING),
        ]

    def _values(self, found: Found) -> dict[str, Any]:
        return {
            "name": found.subject.name,
            "roles": list(found.subject.roles),
            "list_version": found.version,
            "entry_name": found.entry.name,
            "our_name": found.our_name,
            "matched": found.matched,
            "score": tenthousandths(found.score),
            "because": [note_body(note) for note in found.because],
            "against": [note_body(note) for note in found.against],
            "matter": found.subject.matter,
            "subject_hash": found.subject.matter_hash,
            "entry_hash": found.entry.matter_hash,
            "latest_at": self.now,
            "policy_version": self.policy_version,
        }

    def _enter(self, action: str, hit: Hit, detail: dict[str, Any]) -> int:
        about = {
            "list": hit.list,
            "list_version": hit.list_version,
            "entry": hit.entry,
            "score": hit.score,
            "policy": self.policy_version,
        }
        entry = self.ledger.append(
            actor=self.actor,
            action=action,
            customer_id=hit.customer_id,
            subject=hit.code,
            detail=about | {name: value for name, value in detail.items() if value is not None},
        )
        return entry.seq
