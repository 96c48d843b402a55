"""Which job an arrival becomes; talk among people becomes none and is not kept.

A message in a thread that does not name the bot counts only where the thread is a conversation with it: when an
answer stands there, or a question that is still being answered. Deciding this before the queue keeps a busy channel
from costing a job a line.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from bot.slack.incoming import Incoming
from bot.slack.payloads import read_incoming
from store.answers import Answers
from store.arrivals import Arrival
from store.engine import Databases, reading
from store.inbox import Inbox

ANSWER = "answer"
#: Conversations of this process that are remembered; older ones are looked up.
_REMEMBERED = 2000


class Router:
    """Names the job of an arrival, or None; used by one thread."""

    def __init__(self, databases: Databases, inbox: Inbox, *, bot_user: Callable[[], str]) -> None:
        self._databases = databases
        self._inbox = inbox
        self._bot_user = bot_user
        self._engaged: OrderedDict[str, None] = OrderedDict()

    def __call__(self, arrival: Arrival) -> str | None:
        """The job's name; None when nobody asked the bot anything."""
        incoming = read_incoming(arrival.body, self._bot_user())
        if incoming is None:
            return None
        if not incoming.is_talk:
            return ANSWER
        if incoming.addressed or self._is_conversation(incoming.conversation):
            self._remember(incoming)
            return ANSWER
        return None

    def _is_conversation(self, conversation: str) -> bool:
        if conversation in self._engaged:
            return True
        with reading(self._databases.read) as connection:
            if Answers(connection).turns(conversation, 1):
                return True
        return any(self._asks_in(open_one, conversation) for open_one in self._inbox.queued())

    def _asks_in(self, arrival: Arrival, conversation: str) -> bool:
        other = read_incoming(arrival.body, self._bot_user())
        return other is not None and other.is_talk and other.addressed and other.conversation == conversation

    def _remember(self, incoming: Incoming) -> None:
        self._engaged[incoming.conversation] = None
        self._engaged.move_to_end(incoming.conversation)
        if len(self._engaged) > _REMEMBERED:
            self._engaged.popitem(last=False)
