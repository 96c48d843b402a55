"""Hits, and what people decide of them (命中处置).

- `listed(viewer, states=…, customer_id=…)`, `hit(code, viewer)`, `history(code, viewer)`: hits, one hit, and its life.
- `decide(code, verdict, reason, viewer, request=…) -> Outcome`, `confirm(code, viewer, request=…) -> Outcome`.

The state of a hit is looked at again in the transaction that writes the step and its ledger entry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.screening import decisions
from bot.screening.decisions import Result, Verdict
from bot.screening.errors import ReasonMissing
from bot.screening.keeping import tenthousandths
from bot.screening.rights import deciding, may_read
from store.access import Viewer
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.hits import Hit, Hits, HitState, HitStep
from store.ledger import Ledger
from store.policy.types import Policy
from store.screenings import Screenings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on a hit came to, and how the hit stands then."""

    result: Result
    hit: Hit


class HitDesk:
    """Shows hits to whoever may hear suspicion, and carries out what people decide."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._databases, self._policy, self._clock = databases, policy, clock

    def listed(
        self,
        viewer: Viewer,
        *,
        states: Collection[HitState] = (),
        customer_id: UUID | None = None,
        list_: str | None = None,
        limit: int = 500,
    ) -> list[Hit]:
        """Hits by state, customer and list, the likeliest first; raises Forbidden."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            return Hits(connection).listed(states=states, customer_id=customer_id, list_=list_, limit=limit)

    def hit(self, code: str, viewer: Viewer) -> Hit:
        """One hit; raises Forbidden and UnknownSubject."""
        return self.history(code, viewer)[0]

    def history(self, code: str, viewer: Viewer) -> tuple[Hit, list[HitStep]]:
        """A hit and what happened to it, oldest first: who cleared it, why, on which version, what opened it again."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            hits = Hits(connection)
            hit = _known(hits.by_code(code), code)
            return hit, hits.steps(hit)

    def decide(
        self, code: str, verdict: Verdict | str, reason: str, viewer: Viewer, *, request: str | None = None
    ) -> Outcome:
        """Decide a hit: true, false or unsure, with a reason; False above policy's level waits for a second person.

        Raises Forbidden, UnknownSubject, ReasonMissing, and ValueError for a word that is no verdict.
        """
        actor, verdict = deciding(viewer), Verdict(verdict)
        if not reason.strip():
            raise ReasonMissing("a decision needs a reason; say what you looked at and why it is so")
        level = tenthousandths(self._policy.screening.four_eyes_score)
        return self._act(
            code,
            actor,
            request,
            lambda hit, _: decisions.decide(hit.state, verdict, needs_two=hit.score >= level),
            action="hit.decided",
            act="decided",
            words=reason.strip(),
            said={"verdict": verdict.value},
        )

    def confirm(self, code: str, viewer: Viewer, *, request: str | None = None) -> Outcome:
        """Confirm as the second person that a hit is false; raises Forbidden and UnknownSubject."""
        actor = deciding(viewer)
        return self._act(
            code,
            actor,
            request,
            lambda hit, proposed_by: decisions.confirm(hit.state, by=actor, proposed_by=proposed_by),
            action="hit.confirmed",
            act="confirmed",
        )

    def _act(
        self,
        code: str,
        actor: str,
        request: str | None,
        work: Callable[[Hit, str | None], decisions.Step],
        *,
        action: str,
        act: str,
        words: str = "",
        said: Mapping[str, Any] | None = None,
    ) -> Outcome:
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            hits = Hits(connection)
            hit = _known(hits.by_code(code, hold=True), code)
            if request is not None and hits.done(request):
                return Outcome(Result.DONE, hit)
            step = work(hit, hit.by)
            if step.result not in (Result.DONE, Result.PROPOSED):
                return Outcome(step.result, hit)
            now = self._clock()
            entry = Ledger(connection, self._clock).append(
                actor=actor,
                action=action,
                customer_id=hit.customer_id,
                subject=hit.code,
                detail={
                    "before": hit.state.value,
                    "after": step.after.value,
                    "words": words,
                    **(said or {}),
                    "list": hit.list,
                    "list_version": hit.list_version,
                    "entry": hit.entry,
                    "score": hit.score,
                    "policy": self._policy.version,
                },
            )
            act = "proposed" if step.result is Result.PROPOSED else act
            hits.step(
                hit,
                at=now,
                actor=actor,
                act=act,
                after=step.after,
                seq=entry.seq,
                words=words,
                request=request,
            )
            # The second person's word leaves the first one's reason standing; both are in the history.
            changed = hits.change(hit, state=step.after.value, by=actor, at=now, reason=words or hit.reason)
            return Outcome(step.result, changed)


def _known(hit: Hit | None, code: str) -> Hit:
    if hit is None:
        raise UnknownSubject(f"there is no hit “{code}”; hits are called H-1, H-2 …")
    return hit
