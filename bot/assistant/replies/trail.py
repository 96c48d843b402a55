"""The ledger of the whole house (全部台账): who did what in a time, by person and by kind of act; is it intact.

What one customer's ledger says stands in `audit`. The words of a question are no part of the ledger, and are not told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, bullet, columns, lead, note
from bot.assistant.draft import row as table_row
from bot.assistant.replies.audit import is_decision
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.access import FieldClass
from store.evidence import Evidence
from store.ledger import Entry

#: Entries that one answer looks through, newest first; whoever needs all of them has the command line.
_MOST = 5_000
#: Kinds of act that one question asks for.
_COUNTED = 2
#: Entries that a number names one by one.
_INPUTS = 200
#: An intact chain is told of a ledger so long; a longer one is verified on the command line.
_PROVEN = 200_000
_WHOLE = re.compile(
    r"intact|complete\b|tamper|manipulat|verif|unbroken|consistent|完整|篡改|校验|验证|可信", re.IGNORECASE
)
_MANY = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b|多少|几(?:次|条|个)|次数", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of act: the words that ask for it, and the actions of the ledger that are it."""

    words: re.Pattern[str]
    actions: tuple[str, ...]


def _kind(words: str, *actions: str) -> _Kind:
    return _Kind(re.compile(words, re.IGNORECASE), actions)


#: The most particular kinds first; of those that a question names the first two count.
_KINDS = (
    _kind(r"\bdismiss|忽略|驳回|误报", "alert.dismiss"),
    _kind(
        r"\b(?:closed?|closing)\b.{0,20}\balerts?|alerts?.{0,20}\bclosed?\b|关闭.{0,6}预警|预警.{0,6}关闭|关闭了",
        "alert.close",
    ),
    _kind(r"\backnowledg|确认.{0,4}预警|预警.{0,6}确认", "alert.acknowledge"),
    _kind(r"\b(?:took on|taken on|take on)\b|认领|接手", "alert.take"),
    _kind(r"\bsnooz|\bput off\b|推迟|暂缓", "alert.snooze"),
    _kind(r"\bescalat|升级", "alert.escalate"),
    _kind(r"\bfour[- ]?eyes?\b|\bsecond pair\b|双人|两人|四眼|复核", "hit.confirmed"),
    _kind(r"\bclear(?:ed|ing)?\b|\bhits?\b|命中|排除", "hit.decided", "hit.confirmed"),
    _kind(r"\bexport|导出|下载", "exported", "report.export"),
    _kind(r"\bimport|\bload|导入|录入", "import", "ingest", "list.loaded"),
    _kind(r"\bscreen(?:ed|ing|ings)?\b|筛查", "screened"),
    _kind(r"\bbackground checks?\b|\bchecks?\b|\bchecked\b|核查|背调|尽调", "check"),
    _kind(r"\bletters?\b|\brequests? for (?:papers|documents)\b|函|索要", "letter"),
    _kind(r"\bproposals?\b|\bproposed\b|提议|建议记录", "proposal.add", "proposal.accept", "proposal.reject"),
    _kind(r"\bopened\b.{0,10}\bsources?\b|打开.{0,4}(?:来源|依据)", "source.open"),
    _kind(r"\bmodels?\b|模型", "model.sent"),
    _kind(r"\bquestions?\b|\basked?\b|\basks\b|提问|问了|问过|查了|查过|查询", "asked"),
)
_DECIDED = re.compile(r"\bdecid|\bdecisions?\b|\bapprov|决定|决策|裁决|审批", re.IGNORECASE)


def reply(request: Request, tools: Tools, book: Phrasebook, standards: Standards) -> Draft:
    """What the ledger says of everybody, newest first; raises Forbidden."""
    telling = _Telling(tools, book, standards)
    if _WHOLE.search(request.text):
        return telling.proof()
    people = tools.people()
    names = [email for email, name in people.items() if _is_named(request.text, email, name)]
    asked = [kind for kind in _KINDS if kind.words.search(request.text)]
    decided = bool(_DECIDED.search(request.text)) and not asked
    entries = [
        entry
        for entry in tools.trail(period=request.period, limit=_MOST)
        if (not names or entry.actor in names)
        and (not asked or any(entry.action in kind.actions for kind in asked[:_COUNTED]))
        and (not decided or is_decision(entry))
    ]
    return telling.entries(entries, request, whose=[people.get(email) or email for email in names])


def _is_named(text: str, email: str, name: str | None) -> bool:
    """Whether a text names a colleague: the address, its words in order, or the name."""
    if email.casefold() in text.casefold() or (name and len(name) > 1 and name.casefold() in text.casefold()):
        return True
    local = re.findall(r"[a-z]+", email.casefold().partition("@")[0])
    said = re.findall(r"[a-z]+", text.casefold())
    size = len(local)
    return size > 1 and any(sorted(said[at : at + size]) == sorted(local) for at in range(len(said)))


@dataclass(frozen=True, slots=True)
class _Telling:
    """Words of one answer."""

    tools: Tools
    book: Phrasebook
    standards: Standards

    def say(self, key: str, **values: str | int) -> str:
        """A phrase about the trail."""
        return self.book.say(f"answers.trail.{key}", **values)

    def entries(self, found: Sequence[Entry], request: Request, *, whose: Sequence[str]) -> Draft:
        """How many entries there are, by whom and what, and the newest of them."""
        words = Wording(self.book)
        period = request.period
        span = words.period(period.first, period.last) if period else ""
        who = words.list(list(whose))
        if not found:
            looked = self.tools.nothing("ledger", f"{who} {span}".strip() or "all")
            said = self.say("none_in", period=span) if span else self.book["answers.trail.none"]
            return Draft((lead(said, looked),))
        counted = self._count("ledger entries", found)
        key = "lead_of" if who else "lead"
        values = {"who": who} if who else {}
        said = self.say(
            f"{key}_in" if span else key, number=len(found), **values, **({"period": span} if span else {})
        )
        lines: list[Line] = [lead(said, counted)]
        listed = self.standards.listed * 2
        if len(found) > listed or _MANY.search(request.text):
            lines += self._summed(found)
        if not _MANY.search(request.text):
            lines += [bullet(self._told(entry, words), self.tools.entry(entry)) for entry in found[:listed]]
            if len(found) > listed:
                lines.append(note(self.book.say("answers.list.more", number=len(found) - listed)))
        if len(found) >= _MOST:
            most = self.tools.calculate("entries looked through at most", [], Decimal(_MOST), "rows")
            lines.append(note(self.say("most", number=_MOST), most))
        return Draft(tuple(lines))

    def _count(self, what: str, found: Sequence[Entry]) -> Evidence:
        """A number of entries over those entries; many are named by their first and last number."""
        if len(found) <= _INPUTS:
            return self.tools.count(what, [self.tools.entry(entry) for entry in found])
        formula = f"count({what}, numbers {found[-1].seq} to {found[0].seq})"
        return self.tools.derive(formula, [], Decimal(len(found)), "rows", field_class=FieldClass.SUSPICION)

    def _summed(self, found: Sequence[Entry]) -> list[Line]:
        """A table of how often each person did each kind of thing."""
        people = self.tools.people()
        often = Counter((entry.actor, entry.action) for entry in found)
        lines = [columns(*(self.book[f"answers.trail.{name}"] for name in ("person", "act", "number")))]
        for (actor, action), number in often.most_common(self.standards.tabled * 2):
            them = [entry for entry in found if (entry.actor, entry.action) == (actor, action)]
            who, act = people.get(actor) or actor, self._act(action)
            text = self.say("row", who=who, act=act, number=number)
            counted = self._count(f"{action} by {actor}", them)
            lines.append(table_row(who, act, str(number), evidence=(counted,), text=text))
        return lines

    def _told(self, entry: Entry, words: Wording) -> str:
        people: Mapping[str, str | None] = self.tools.people()
        named = self.tools.sources.directory().by_id(entry.customer_id) if entry.customer_id else None
        about = [named.name] if named else []
        if entry.subject and not _OWN_KEY.fullmatch(entry.subject):
            about.insert(0, entry.subject)
        said = self.book.say(
            "answers.ledger.item",
            at=words.instant(entry.at),
            actor=people.get(entry.actor) or entry.actor,
            action=self._act(entry.action),
        )
        verdict = _VERDICTS.get(str(entry.detail.get("verdict") or ""))
        said = self.say(verdict, said=said) if verdict and entry.action == "hit.decided" else said
        said = (
            self.say("about", said=said, what=self.book["wording.list.comma"].join(about)) if about else said
        )
        reason = str(entry.detail.get("words") or entry.detail.get("reason") or "")
        return self.book.say("answers.ledger.because", said=said, reason=reason) if reason else said

    def _act(self, action: str) -> str:
        return self.book.get(f"labels.action.{action.replace('.', '_')}", action)

    def proof(self) -> Draft:
        """Whether every entry is as it was written and none is missing."""
        proven = self.tools.prove(most=_PROVEN)
        if proven is None:
            return Draft((note(self.say("too_long", number=_PROVEN)),))
        found, item = proven
        if found.ok:
            return Draft((lead(self.say("intact", number=found.entries, root=found.root[:16]), item),))
        return Draft((lead(self.say("broken", number=found.first_bad or 0, why=found.because or ""), item),))


_VERDICTS = {"false": "cleared", "true": "confirmed_true", "unsure": "undecided"}
#: Keys of our own that say nothing to a reader.
_OWN_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40,64}|T\w+:\w+")
