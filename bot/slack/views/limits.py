"""Slack's limits on text and blocks, and the escaping of what is not ours.

Limits: Slack's Block Kit reference and the validators of its SDKs. Text from documents and people is escaped so
that it can neither mention anybody nor make a link.
"""

from __future__ import annotations

BUTTON_TEXT = 75
SECTION_TEXT = 3000
ACTION_ELEMENTS = 25
MARKDOWN_TEXT = 12_000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MODAL_TITLE = 24
OPTION_TEXT = 75
SELECT_OPTIONS = 100
OVERFLOW_OPTIONS = 5
PLACEHOLDER_TEXT = 150
HEADER_TEXT = 150
FALLBACK_TEXT = 3000
ALT_TEXT = 2000


def escape(text: str) -> str:
    """Make text harmless in mrkdwn and markdown: no mention, no channel call, no link in angle brackets."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """The text, or as much of it as fits with an ellipsis; an escaped character is never cut in two."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    ampersand = kept.rfind("&", max(0, len(kept) - 6))
    if ampersand >= 0 and ";" not in kept[ampersand:]:
        kept = kept[:ampersand]
    return kept.rstrip() + "…"
