"""Whether a question is about all customers (是否总览问题), and the request that it then makes."""

from __future__ import annotations

from datetime import date

from bot.assistant.conversation import Act, Request
from bot.assistant.naming import Mention
from bot.assistant.portfolio.grammar import read_question
from bot.assistant.portfolio.tokens import is_place
from bot.assistant.understanding import Understood


def asked_of_all(request: Request, understood: Understood, before: Request | None, today: date) -> Request:
    """The same request, or one about the portfolio where the question asks about all customers."""
    if request.act is Act.OPEN:
        return request
    named = [mention for mention in understood.mentions if not _only_place(mention)]
    clear = [mention.customers[0].code for mention in named if len(mention.customers) == 1]
    query = read_question(
        understood.text,
        today=today,
        blanked=[(mention.start, mention.end) for mention in named],
        before=before.portfolio if before is not None else None,
        spoken_of=bool(before is not None and before.customers),
        customers=list(dict.fromkeys(clear)) if len(clear) == len(named) else [],
    )
    if query is None:
        return request
    return Request(understood.text, understood.language, topic="portfolio", portfolio=query)


def _only_place(mention: Mention) -> bool:
    """Whether what looks like a part of a customer's name is the name of a place: Hangzhou."""
    return is_place(mention.text)
