"""What a person's word makes of a hit (命中处置), and what a change makes of a decision; nothing here reads or writes.

Four eyes: a hit as likely as policy's level, or one that was held to be true, is cleared by two people. The first
proposes, the second confirms; whoever proposed cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.hits import HitState


class Verdict(StrEnum):
    """What a person says of a hit."""

    TRUE = "true"
    FALSE = "false"
    UNSURE = "unsure"


class Result(StrEnum):
    """What an act came to."""

    DONE = "done"
    #: The hit was where the act would have brought it.
    ALREADY = "already"
    #: Done as far as one person may: somebody else has to confirm.
    PROPOSED = "proposed"
    #: Whoever proposed cannot confirm.
    SECOND_PERSON = "second_person"
    #: Not in this state: the entry left its list, or there is nothing to confirm.
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Step:
    """The result, and the state that the hit has then."""

    result: Result
    after: HitState


_OF = {Verdict.TRUE: HitState.TRUE, Verdict.FALSE: HitState.FALSE, Verdict.UNSURE: HitState.UNSURE}


def decide(state: HitState, verdict: Verdict, *, needs_two: bool) -> Step:
    """What a verdict makes of a hit; `needs_two` where policy wants four eyes for its score."""
    if state is HitState.CLOSED:
        return Step(Result.IMPOSSIBLE, state)
    after = _OF[verdict]
    if state is after or (verdict is Verdict.FALSE and state is HitState.PROPOSED):
        return Step(Result.ALREADY, state)
    if verdict is Verdict.FALSE and (needs_two or state is HitState.TRUE):
        return Step(Result.PROPOSED, HitState.PROPOSED)
    return Step(Result.DONE, after)


def confirm(state: HitState, *, by: str, proposed_by: str | None) -> Step:
    """What the second person's word makes of a hit."""
    if state is HitState.FALSE:
        return Step(Result.ALREADY, state)
    if state is not HitState.PROPOSED:
        return Step(Result.IMPOSSIBLE, state)
    if identity(by) == identity(proposed_by or ""):
        return Step(Result.SECOND_PERSON, state)
    return Step(Result.DONE, HitState.FALSE)


def identity(actor: str) -> str:
    """One person under one name, however the address is written."""
    return actor.strip().casefold()


def again(state: HitState, *, changed: bool) -> HitState:
    """What finding it again makes of a hit: a decision holds as long as nothing changed that it rests on.

    What was held to be true stays so; an entry that came back to its list is looked at anew.
    """
    if state is HitState.CLOSED:
        return HitState.OPEN
    if changed and state in (HitState.FALSE, HitState.PROPOSED, HitState.UNSURE):
        return HitState.OPEN
    return state


def gone(state: HitState) -> HitState:
    """What it makes of a hit that its entry left the list."""
    return state if state is HitState.TRUE else HitState.CLOSED
