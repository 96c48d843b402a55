"""What can go wrong in the workspace, as one tree.

WorkspaceError
├── SlackError        an answer ``{"ok": false, "error": code}`` of the Web API
└── ControlError      a wrong request to the control API, said in one sentence
"""

from __future__ import annotations

from typing import Any


class WorkspaceError(Exception):
    """Base of everything that this package raises on purpose."""


class SlackError(WorkspaceError):
    """An error code of Slack's Web API, with the extra fields of its answer."""

    def __init__(self, code: str, *, status: int = 200, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """The JSON body that Slack would send."""
        return {"ok": False, "error": self.code, **self.extra}


class ControlError(WorkspaceError):
    """A control request that cannot be carried out; the message says what to change."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
