"""What a desk does in the gateway while a trigger lives, which is three seconds: open a modal, object, suggest.

Here nothing is changed; what is filled in and sent comes to the desk like everything else.
"""

from __future__ import annotations

from typing import Any

from bot.slack.incoming import Incoming


class Form:
    """A desk's part in the gateway; a desk overrides what it needs."""

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        """The modal to open for a click or a shortcut; None when none is needed."""
        return None

    def objections(self, incoming: Incoming) -> dict[str, str]:
        """What is wrong with a modal that was filled in, by block id; it stays open then and nothing is done."""
        return {}

    def suggest(self, incoming: Incoming, typed: str) -> list[dict[str, Any]]:
        """The options for what somebody has typed so far in a select."""
        return []
