"""The message of an answer under way (答复进度): a plan of what is being read, and Stop.

Its steps are words of ours; nothing that a model or a document says stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.identifiers import STOP, Pointer
from bot.slack.views.forms import plain
from bot.slack.views.limits import BUTTON_TEXT, FALLBACK_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: Steps that are shown; of more the earliest are left out.
_STEPS = 12
_STEP = 140


def reading_message(
    steps: Sequence[str], conversation: str, phrases: Phrasebook, *, stops: bool
) -> dict[str, Any]:
    """`text` and `blocks` while an answer is made; the last step is the one under way.

    `stops`: the message has a Stop of its own, where Slack shows none.
    """
    title = phrases["agent.plan.title"]
    shown = list(enumerate(steps))[-_STEPS:]
    tasks = [
        {
            "type": "task_card",
            "task_id": str(number),
            "title": cut(" ".join(step.split()), _STEP),
            "status": "in_progress" if number == len(steps) - 1 else "complete",
        }
        for number, step in shown
    ]
    stop = {
        "type": "button",
        "action_id": STOP,
        "text": plain(phrases["agent.plan.stop"], BUTTON_TEXT),
        "value": Pointer(conversation).pack(),
    }
    blocks: list[dict[str, Any]] = [{"type": "plan", "block_id": "plan", "title": title, "tasks": tasks}]
    if stops:
        blocks.append({"type": "actions", "block_id": "stop", "elements": [stop]})
    return {"text": cut(escape(title), FALLBACK_TEXT), "blocks": blocks}
