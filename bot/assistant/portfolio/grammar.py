"""From the words of a question to a query (语法): which customers, what of them, how sorted, grouped and cut.

`read_question` gives None for what is no question about the portfolio; a question that it takes is never answered
with a part of it left out in silence: what was not understood stands in the query as `unused` or `doubtful`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.atoms import read_atoms
from bot.assistant.portfolio.composing import aims, bind, conditions, give_times, shown_only, timed
from bot.assistant.portfolio.cutting import cut
from bot.assistant.portfolio.following import follow
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.parts import SINGLE, Atom, Parts
from bot.assistant.portfolio.query import Condition, Either, Every, Not, Query, Term, Test
from bot.assistant.portfolio.tokens import Token

_ZERO = Decimal(0)
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Words behind which a name, a place or an industry stands.
_SLOT = re.compile(r"\b(?:in|of|from|by|near|called|named|at|around|to)\s+(?:the\s+)?$", re.IGNORECASE)
_NOUNS = "customers|clients|companies|firms|accounts|debtors|buyers"
_QUANTIFIED = re.compile(
    rf"\b(?:which|what|how many|all|list|show|any|every|number of|our|of|who are|find)\b.{{0,30}}?\b(?:{_NOUNS})\b"
    r"|^\W*(?:customers|clients|debtors|companies|firms)\b|\bwhich (?:customer|client|company|firm)\b"
    r"|\b(?:each|per|every) (?:customer|client)\b|\bcustomers\b|\bclients\b|\bportfolio\b"
    r"|\baverage (?:customer|client)\b"
    r"|(?:哪些|哪几家|哪几个|哪家|几家|多少|所有|全部|列出|各|每|我们的|我司|前|大).{0,8}?(?:客户|企业|公司)"
    r"|(?:我们|咱们|我司)的?(?:客户|企业)|的.{0,6}(?:客户|企业)|有(?:没有)?客户|客户(?:有|名单|列表|中|里|总|数量|一共)|(?:家|个)客户|^查?客户"
    r"|客户(?:的)?平均|[、，和]客户",
    re.IGNORECASE,
)
#: One customer that was talked about, and not all of them.
_THIS = re.compile(
    r"\b(?:this|that|the) (?:customer|client|company|firm)\b|这[个家]|该|此客户|我们公司|贵公司",
    re.IGNORECASE,
)
#: Somebody by name: who is Nordhafen, which is no condition that customers meet.
_BY_NAME = re.compile(
    r"^\W*who(?:['’]s|\s+(?:is|are|was))\s+(?!(?:in|of|from|by|near|at|around|to|based|located)\b)"
    r"|^\W*(?:请问)?(?:谁是|哪家是)|是(?:谁|哪家)",
    re.IGNORECASE,
)
_WHO = re.compile(r"\bwho\b|\bwhose\b|谁|哪家|哪些|哪几家", re.IGNORECASE)
#: Things that customers have, asked for by themselves.
_THINGS = re.compile(
    r"\bwhich\s+(?:\w+\s+)?(?:contracts|agreements|complaints|suggestions|invoices|lawsuits|law suits)\b"
    r"|(?:哪些|哪几(?:份|条|个|张|起))(?:合同|协议|投诉|发票|诉讼)",
    re.IGNORECASE,
)
#: Who did what stands in the ledger.
_DONE = re.compile(
    r"\bby whom\b|\bwho\s+(?:has\s+|have\s+)?(?:dismissed|closed|cleared|confirmed|acknowledged|decided|exported"
    r"|imported|screened|checked|approved|rejected|accepted|opened|asked|looked|viewed|changed|edited|took)\b"
    r"|(?:谁|由谁).{0,6}(?:关闭|排除|解除|确认|处理|认领|驳回|批准|审批|决定|忽略|导出|导入|筛查|核查|查过|看过|问过|改)",
    re.IGNORECASE,
)
#: How customers are tied to each other is no condition that each meets for itself.
_TIED = re.compile(
    r"\b(?:share|shares|sharing|same|common)\b.{0,20}"
    r"\b(?:shareholders?|owners?|directors?|representatives?|address|website|people|persons?|guarantors?)\b"
    r"|\b(?:related|connected|linked|tied) to (?:each other|one another)\b|\bties between\b"
    r"|(?:共同|同一|相同|一样)的?(?:个|位)?(?:股东|法定代表人|法人|董事|高管|地址|实际控制人|受益所有人|担保人)"
    r"|(?:之间|彼此|相互|互相).{0,6}(?:关联|关系|持股|担保)|互保|关联关系",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    r"\bwho\b(?! are)|\bwhich (?:customer|client|company|firm|one)\b|\bwhat customer\b|\bthe (?:customer|client)\b"
    r"|哪家|哪个|哪一家|谁",
    re.IGNORECASE,
)


def read_question(
    text: str,
    *,
    today: date,
    blanked: Sequence[tuple[int, int]] = (),
    before: Query | None = None,
    spoken_of: bool = False,
    customers: Sequence[str] = (),
) -> Query | None:
    """The query that a text asks, or None. `before` is the query of the turn before; `spoken_of` says that the talk
    is about single customers, so that a question without "customers" in it is about them."""
    if _TIED.search(text) or (not blanked and _DONE.search(text)):
        return None
    tokens = cut(text, today=today, blanked=blanked)
    parts = read_atoms(tokens)
    compared = {name for token in tokens if (name := token.of("compared"))}
    if parts.names >= 2 and compared and len(customers) >= 2:
        return _compared(parts, compared, customers, today)
    watched = _watched(parts, text, customers, spoken_of)
    if parts.names or watched is not None:
        return watched
    query = _assemble(parts, text, tokens, today)
    if (
        before is not None
        and before.subject == "customers"
        and (changed := follow(parts, query, before, text, quantified=bool(_QUANTIFIED.search(text))))
    ):
        return changed
    return query if _is_ours(parts, query, text, spoken_of) else None


def _compared(parts: Parts, compared: set[str], customers: Sequence[str], today: date) -> Query | None:
    """Customers to be set side by side; single items of statements are answered one after the other instead."""
    if any(atom.term.name == "item" for atom in parts.atoms) or len(parts.rest) > 1:
        return None
    give_times(parts, today)
    measures = tuple(dict.fromkeys(timed(atom) for atom in parts.atoms if atom.term.name not in SINGLE))
    aspects = ("faster",) if "faster" in compared else ()
    return Query(ask="compare", measures=measures, codes=tuple(customers), aspects=aspects)


_WATCH = re.compile(
    r"\b(?:open|which|list|show|how many|why|who|latest|last|any|what|all|failed|of)\b"
    r"|哪些|有没有|几|多少|为什么|为何|谁|最近|最新|未|所有|全部|列出|什么",
    re.IGNORECASE,
)


def _watched(parts: Parts, text: str, customers: Sequence[str], spoken_of: bool) -> Query | None:
    """A question about alerts, checks or changes themselves; None for one about customers."""
    codes = [code for code in parts.codes if code.startswith("A-")]
    subject = "alerts" if codes else parts.subject
    if parts.changes and parts.times and not parts.atoms and subject == "customers":
        subject = "changes"
    if subject == "" and parts.names and any(atom.term.name == "last_check" for atom in parts.atoms):
        subject = "checks"
    rest = [token for token in parts.rest if len(token.text) > 1]
    if subject not in ("alerts", "checks", "changes") or (rest and not codes) or len(rest) > 3:
        return None
    if subject == "changes" and (parts.names or spoken_of or not parts.times or parts.atoms):
        return None
    stating = [atom for atom in parts.atoms if atom.term.name not in ("alerts", "last_check")]
    if stating and not codes:
        return None
    short = len(text) <= 16 and subject == "alerts" and not parts.names
    if not (codes or parts.flags or parts.groups or _WATCH.search(text) or short or parts.times):
        return None
    period = next((token.period for token in parts.times if token.period), None)
    return Query(
        subject=subject,
        period=period,
        group="severity" if "severity" in parts.groups else "",
        codes=(*codes, *customers),
        aspects=(*sorted(parts.flags), *(f"section:{section}" for section in parts.sections)),
    )


#: Who owes and who pays late are customers, whoever was spoken of before; who owns and who runs are people.
_WHO_PAYS = re.compile(
    r"^\W*(?:and\s+)?who(?:\s+(?:else|still|all))*"
    r"\s+(?:owes?|pays?|paid|(?:is|are)\s+(?:late|overdue|behind)|has(?:n't| not)\s+paid)\b"
    r"|^\W*(?:请问|那么?)?谁(?:还|又|最|总是|经常|一直)*(?:欠|拖欠|付款|付得|逾期|没付|没有付|晚付|回款)",
    re.IGNORECASE,
)


def _is_ours(parts: Parts, query: Query, text: str, spoken_of: bool) -> bool:
    """Whether a text surely asks about the portfolio: it speaks of customers, or ranks or sums what is measured."""
    lost = len(query.unused) + len(query.doubtful)
    says_something = bool(query.where or query.measures or query.group)
    described = any(atom.term.name in SINGLE for atom in parts.atoms) and not _THIS.search(text)
    if parts.subject == "customers" and (parts.quantified or described or _QUANTIFIED.search(text)):
        if query.doubtful and parts.bounds and not parts.rest:
            return True
        if says_something:
            return lost <= 2 or len(parts.atoms) >= 2
        # "How many customers do we have?", "list all customers"
        return lost == 0 and bool(parts.asks or parts.limit) and not parts.sections
    late = any(atom.term.name == "overdue_count" and atom.term.detail for atom in parts.atoms)
    if lost > 1 or (spoken_of and not late and not _WHO_PAYS.search(text)):
        return False
    if parts.subject == "" and query.measures and (query.order or query.ask in ("sum", "average")):
        return lost == 0 and not re.search(
            r"\b(?:they|their|it|its|he|she)\b|他们|它|该|这家|其", text, re.IGNORECASE
        )
    names = {atom.term.name for atom in parts.atoms}
    named = "text" in names <= {"text", "industry"} and _BY_NAME.search(text)
    if parts.subject == "" and query.where and not named and (_WHO.search(text) or _THINGS.search(text)):
        return lost == 0
    return bool(parts.subject == "" and query.group and query.measures and lost == 0)


def _assemble(parts: Parts, text: str, tokens: Sequence[Token], today: date) -> Query:
    _slots(parts, text)
    if any(atom.term.detail == "ending" for atom in parts.atoms):
        # 合同…到期 says "contract" and "ends" apart.
        parts.atoms = [atom for atom in parts.atoms if atom.term != Term("contracts")]
    bounds = bind(parts)
    _late_invoices(parts)
    unused = [text[bound.start : bound.end].strip() for bound in bounds if bound.op != "ge" or bound.unit]
    as_of, used = give_times(parts, today)
    unused += [token.text for token in parts.times if id(token) not in used]
    ask, targets, order = aims(parts, text)
    where = tuple(_in_currency(one, parts.currency) for one in conditions(parts, targets, today))
    measures = tuple(dict.fromkeys(timed(atom) for atom in parts.atoms if id(atom) in targets))
    shown = tuple(timed(atom) for atom in parts.atoms if id(atom) not in targets and shown_only(atom))
    if order and not measures:
        ranked = [timed(atom) for atom in parts.atoms if atom.test is None or atom.bound is not None]
        ranked += [
            atom.test.term for atom in parts.atoms if atom.test and unit_of(atom.test.term) not in ("text",)
        ]
        measures = tuple(ranked[:1])
    limit = parts.limit
    if order and limit is None and _SINGULAR.search(text) and ask == "list":
        limit = 1
    doubtful, dull = _leftover(parts, text)
    if parts.unbound and dull:
        # "A score below BB": no number that a score could be compared with.
        doubtful, dull = [*doubtful, *dull], []
    if unused and not (parts.atoms or parts.asks):
        # "Customers with more than 10 million": of what?
        doubtful, unused = [*unused, *doubtful], []
    return Query(
        ask=ask,
        where=where,
        measures=tuple(dict.fromkeys([*measures, *shown])),
        order=order,
        limit=limit,
        group=parts.groups[0] if parts.groups else "",
        currency=parts.currency,
        as_of=as_of,
        aspects=("risk",) if "risk" in parts.flags else (),
        unused=(*unused, *dull),
        doubtful=tuple(doubtful),
    )


def _late_invoices(parts: Parts) -> None:
    """Which invoices are more than 60 days overdue: the invoices are meant, and not how late the oldest one is."""
    late = [atom for atom in parts.atoms if atom.term.name == "overdue_days" and atom.bound is not None]
    them = [atom for atom in parts.atoms if atom.term.name == "invoices" and atom.bound is None]
    if len(late) != 1 or len(them) != 1 or late[0].bound is None or late[0].bound.op not in ("gt", "ge"):
        return
    days = int(late[0].bound.value) - (late[0].bound.op == "ge")
    term = Term("overdue_count", str(max(days, 0)))
    them[0].term, them[0].test, them[0].negated = term, Test(term, "has"), late[0].negated
    parts.atoms.remove(late[0])


def _in_currency(condition: Condition, currency: str) -> Condition:
    """A bound on an amount is meant in the currency that the question speaks of, where its number names none."""
    match condition:
        case Not():
            return Not(_in_currency(condition.part, currency))
        case Every():
            return Every(tuple(_in_currency(part, currency) for part in condition.parts))
        case Either():
            return Either(tuple(_in_currency(part, currency) for part in condition.parts))
    open_ = condition.currency is None and condition.value is not None and condition.op != "is"
    if not currency or not open_ or unit_of(condition.term) != "money":
        return condition
    return replace(condition, currency=currency)


#: Words that make a name that of a colleague.
_OWNER_AFTER = re.compile(r"\s*(?:负责|名下|跟进|管理|经管|(?:owns?|manages?|handles?|looks? after)\b)")
_OWNER_BEFORE = re.compile(
    r"\b(?:owned|managed|handled|assigned|looked after)\s+(?:by|to)\s*$", re.IGNORECASE
)


def _slots(parts: Parts, text: str) -> None:
    """Words that no table knows become conditions of their own where a name or a place would stand."""
    kept: list[Token] = []
    runs: list[list[Token]] = []
    for token in parts.rest:
        if runs and text[runs[-1][-1].end : token.start].strip() == "" and not _HAN.search(token.text):
            runs[-1].append(token)
        else:
            runs.append([token])
    for run in runs:
        start, end = run[0].start, run[-1].end
        if len(run) > 1 and _OWNER_AFTER.fullmatch(run[-1].text):
            # Which customers does Chen Yutong own?
            end = run[-2].end
        words = text[start:end]
        han = bool(_HAN.search(words))
        slot = _SLOT.search(text[:start]) or _OWNER_BEFORE.search(text[:start])
        named = re.match(
            r"\s*(?:负责|名下|跟进|管理|经管|的客户|行业|的公司|的企业|企业|公司)", text[end:]
        ) or re.search(r"(?:在|来自|位于|属于|由|从事)$", text[:start])
        # A word in capitals is a name where the rest already asks something.
        capital = words[0].isupper() and bool(parts.asks or parts.atoms or parts.ranks)
        if (han and len(words) >= 2 and named) or (not han and (slot or capital) and len(words) >= 3):
            negated = bool(
                re.search(
                    r"(?:\bnot\s+(?:in|from|by)|outside|非|不在|除了)\s*(?:the\s+)?$",
                    text[:start],
                    re.IGNORECASE,
                )
            )
            owned = _OWNER_AFTER.match(text[end:]) or _OWNER_BEFORE.search(text[:start])
            term = Term("owner") if owned else Term("text")
            atom = Atom(start, end, term, Test(term, "is", words=(words,)), negated=negated)
            place = next(
                (at for at, other in enumerate(parts.atoms) if other.start > start), len(parts.atoms)
            )
            parts.atoms.insert(place, atom)
            if place + 1 < len(parts.atoms) and negated:
                parts.atoms[place + 1].negated = False
            between = text[parts.atoms[place - 1].end : start] if place else ""
            atom.either = bool(re.search(r"\bor\b|或", between))
            atom.joined = bool(re.search(r"\band\b|和|、|,", between))
        else:
            kept += run
    parts.rest = kept


def _leftover(parts: Parts, text: str) -> tuple[list[str], list[str]]:
    """Words that were not used: those that may be meant as a condition, and those that are merely named."""
    doubtful, dull = [], []
    for token in parts.rest:
        if _HAN.search(token.text) and len(token.text) >= 2:
            doubtful.append(token.text)
        elif len(token.text) >= 2 or _HAN.search(token.text):
            dull.append(token.text)
    return doubtful, dull
