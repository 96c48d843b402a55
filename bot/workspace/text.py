"""Between what a person types and Slack's message text.

Slack escapes ``&``, ``<`` and ``>`` and writes mentions as ``<@U…>``, channels as ``<#C…|name>`` and links
as ``<url>`` or ``<url|label>``.
"""

from __future__ import annotations

import re

from .state import Workspace

_URL = re.compile(r"https?://[^\s<>|，。；：！？、（）“”]+[^\s<>|，。；：！？、（）“”.,;:!?)\"']")
_LONE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def escape(text: str) -> str:
    """Escape the three characters that carry meaning in Slack's text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of :func:`escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def compose(workspace: Workspace, typed: str) -> str:
    """Turn typed text into message text: names after ``@`` and ``#`` become mentions, addresses links.

    >>> from .state import Workspace
    >>> compose(Workspace(), "@Bonafide A<B & C?")
    '<@U0BONAFIDE> A&lt;B &amp; C?'
    """
    people = {
        escape(name): f"<@{user['id']}>"
        for user in workspace.users.values()
        for name in (user["display_name"], user["real_name"], user["name"])
        if name
    }
    rooms = {
        escape(channel.name): f"<#{channel.id}|{channel.name}>"
        for channel in workspace.channels.values()
        if not channel.im_user
    }
    text = _replace_names(escape(typed), "@", people)
    text = _replace_names(text, "#", rooms)
    text = re.sub(r"(?<![\w@<])@(channel|here|everyone)\b", r"<!\1>", text)
    parts = re.split(r"(<[^>]*>)", text)
    return "".join(
        part if part.startswith("<") else _URL.sub(lambda found: f"<{found[0]}>", part) for part in parts
    )


def _replace_names(text: str, sign: str, names: dict[str, str]) -> str:
    if sign not in text or not names:
        return text
    # Longest first, so that "Chen Yutong" is not cut short at "Chen".
    choices = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # A Latin letter after the name means another, longer word; a Chinese character may follow directly.
    pattern = re.compile(rf"(?<![\w{sign}<]){sign}({choices})(?![A-Za-z0-9_-])", re.IGNORECASE)
    lowered = {name.lower(): mention for name, mention in names.items()}
    return pattern.sub(lambda found: lowered[found[1].lower()], text)


def normalise(text: str) -> str:
    """What Slack stores of an app's text: a lone ampersand becomes an entity, the rest stays."""
    return _LONE_AMPERSAND.sub("&amp;", text)


def mentions(text: str, user_id: str) -> bool:
    """Whether a message text mentions a user."""
    return f"<@{user_id}>" in text or f"<@{user_id}|" in text
