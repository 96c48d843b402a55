"""What of a model's answer may leave (逐句把关): the guard over figures and sources, then what words claim beyond them.

The same guard as for the grammar's answers, and more, because a model can say what no rule of ours would: another
customer's name, an event that no source knows, an absence that nobody looked for, an address, an order.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import Any

from bot.assistant.agent.bench import Bench
from bot.assistant.agent.errors import BadReply
from bot.assistant.agent.reply import draft_of
from bot.assistant.draft import Line, note
from bot.assistant.guard import Guarded, guard
from bot.assistant.naming import Directory
from bot.assistant.planning import Understanding
from bot.assistant.support.intrusions import address_in
from bot.assistant.support.objections import objection
from bot.assistant.support.sharing import without_names
from bot.assistant.support.statements import unstated
from knowledge.names.keys import fold
from store.evidence import EvidenceKind

log = logging.getLogger(__name__)

_HAN, _LETTER = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[^\W\d_]")


class Unsupported(BadReply):
    """Nothing of what the model said stands on what it read."""

    word = "unsupported"


@dataclass(frozen=True, slots=True)
class Judged:
    """What may leave, and how many sentences may not."""

    guarded: Guarded
    dropped: int


def judge(reply: Any, bench: Bench, grasped: Understanding) -> Judged:
    """The guarded draft of a reply; raises `Unsupported` when sentences were given and none may leave."""
    draft, unread = draft_of(reply, bench)
    dropped = [f"{unread} statements cite what was never shown"] if unread else []
    directory = bench.tools.sources.directory()
    codes = {item.customer for line in draft.lines for item in line.evidence if item.customer}
    names = [name for code in codes if (one := directory.by_code(code)) for name in directory.names_of(one)]
    guarded = guard(draft, bench.tools.read, given=_given(bench, grasped), names=names)
    dropped += guarded.dropped
    asked = {named.code for named in grasped.request.customers} if grasped.request else set()
    kept: list[Line] = []
    for line in guarded.draft.lines:
        reason = None
        if line.evidence and not _ours(line):
            reason = (
                _tongue(line.text, bench.book.language, names)
                or objection(line.text, line.evidence, directory)
                or unstated(line.text, line.evidence, directory)
                or _of_another(line, asked, directory)
                or _of_a_document(line)
            )
        if reason is None:
            kept.append(line)
        else:
            dropped.append(reason)
    if dropped:
        log.warning("of a model's answer %d sentences were dropped: %s", len(dropped), "; ".join(dropped[:5]))
    cited = {item.id for line in kept for item in line.evidence}
    table = next((table for held, table in reversed(bench.tables) if held & cited), None)
    draft = replace(guarded.draft, lines=tuple(kept), table=table)
    if reply.statements and not draft.claims_stated:
        raise Unsupported("; ".join(dropped[:5]))
    if dropped:
        said = bench.book.count("agent.dropped", len(dropped))
        draft = replace(draft, lines=(*draft.lines, note(said)))
    return Judged(Guarded(draft, tuple(dropped)), len(dropped))


def _ours(line: Line) -> bool:
    """Whether a line is worded by us: where was looked in vain."""
    return all(item.kind.value == "search" for item in line.evidence)


def _of_another(line: Line, asked: set[str], directory: Directory) -> str | None:
    """Whether a sentence stands on the file of somebody who was not asked about, and does not say whose it is."""
    about = {item.customer for item in line.evidence if item.customer}
    if not asked or not about or about & asked:
        return None
    if without_names(line.text, line.evidence, directory) != fold(line.text):
        return None
    return f"it stands on the file of {min(about)}, whom the question is not about, and does not say so"


def _of_a_document(line: Line) -> str | None:
    """Whether a sentence holds an address that only a passage knows: whoever wrote the document gets no click.

    The source says it, and opens; records and the document's own place may be named.
    """
    known = [item.url or "" for item in line.evidence]
    known += [item.quote for item in line.evidence if item.kind is not EvidenceKind.PASSAGE]
    return address_in(line.text, "\n".join(known)) and "it repeats an address that only a document knows"


def _given(bench: Bench, grasped: Understanding) -> list[str]:
    given = [bench.tools.today.isoformat()]
    if bench.tools.known_at is not None:
        given.append(bench.tools.known_at.date().isoformat())
    if bench.tools.as_of is not None:
        given.append(str(bench.tools.as_of))
    request = grasped.request
    if request is not None and request.period is not None:
        given += [request.period.first.isoformat(), request.period.last.isoformat()]
    return given


def _tongue(text: str, language: str, names: list[str]) -> str | None:
    """Whether a sentence is in the other language than the question; names of customers are in their own."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    letters, han = len(_LETTER.findall(text)), len(_HAN.findall(text))
    if letters < 8:
        return None
    if language == "zh" and han * 5 < letters:
        return "a sentence is not in Chinese"
    if language == "en" and han * 2 > letters:
        return "a sentence is not in English"
    return None
