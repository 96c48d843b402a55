"""What a model is told first (任务说明): the instruction, what it is reminded of, and the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.assistant.agent.arithmetic import OPERATIONS
from bot.assistant.agent.bench import Bench
from bot.assistant.agent.material import PARTS
from bot.assistant.agent.memory import recollect
from bot.assistant.sources import Turn
from prompts.instructions import Instruction
from store.policy.model import ModelSection

if TYPE_CHECKING:
    from langchain_core.messages import HumanMessage


def system_text(instruction: Instruction, bench: Bench) -> str:
    """The instruction for this person, this place and this day, with the vocabularies that code knows."""
    viewer, book = bench.question.viewer, bench.book
    place = "private" if viewer.audience.private else "shared"
    return instruction.fill(
        today=bench.tools.today.isoformat(),
        role=book[f"slack.role.{viewer.role.value}"],
        place=book[f"agent.place.{place}"],
        fence=bench.fence,
        parts=", ".join(f"{part} ({bench.part_label(part)})" for part in PARTS),
        calculations=", ".join(OPERATIONS),
    )


def opening_messages(bench: Bench, turns: Sequence[Turn], limits: ModelSection) -> list[HumanMessage]:
    """The asker's own earlier turns here (newest first in `turns`) as material, and the question."""
    from langchain_core.messages import HumanMessage

    mine = [
        turn.whole
        for turn in reversed(turns[: limits.turns])
        if turn.whole.get("actor") == bench.question.viewer.actor
    ]
    told = recollect(mine, bench.classes, characters=limits.turn_characters)
    messages = [HumanMessage(bench.say({"earlier_turns": told}))] if told else []
    return [*messages, HumanMessage(bench.mask.hide(bench.question.text))]
