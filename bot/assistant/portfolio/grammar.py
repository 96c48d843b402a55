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

from bot.assistant.portfolio.atoms import SINCE, SINGLE, Atom, Bound, Parts, countable, read_atoms
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Condition, Either, Not, Query, Term, Test, tests_of
from bot.assistant.portfolio.tokens import Token, cut
from bot.assistant.stretches import Period, shift_months

#: Measures of a day: a period that has ended asks for its last day.
STOCKS = frozenset(
    {"overdue", "open", "overdue_days", "overdue_count", "beneficial_owner", "parties", "contract_amount"}
)
#: Measures over a time.
TIMED = frozenset({"item", "records", "claimed", "cases", "contracts", "days_late", "on_time", "paid", "invoiced", "invoices", "statements", "score"})  # fmt: skip
#: Months ahead in which a contract counts as about to end when no time is said.
SOON = 3
_ZERO = Decimal(0)
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Words behind which a name, a place or an industry stands.
_SLOT = re.compile(r"\b(?:in|of|from|by|near|called|named|at|around|to)\s+(?:the\s+)?$", re.IGNORECASE)
_QUANTIFIED = re.compile(
    r"\b(?:which|what|how many|all|list|show|any|every|number of|our|do any|of|who are|find)\b.{0,30}?\b(?:customers|clients|companies|firms|accounts|debtors|buyers)\b"
    r"|^\W*(?:customers|clients|debtors|companies|firms)\b|\bwhich (?:customer|client|company|firm)\b|\b(?:each|per|every) (?:customer|client)\b"
    r"|\bcustomers\b|\bclients\b|\bportfolio\b"
    r"|(?:哪些|哪几家|哪几个|哪家|几家|多少家|多少个|多少|所有|全部|列出|各|每个|每家|各家|我们的|我司|前|前十|大).{0,8}?(?:客户|企业|公司)"
    r"|的.{0,6}(?:客户|企业)|有(?:没有)?客户|客户(?:有哪些|名单|列表|中|里|总数|数量|有多少|有几家|一共)|(?:家|个)客户|^(?:客户|查客户)|客户(?:的)?(?:平均|总)|[、，和]客户",
    re.IGNORECASE,
)
_WHO = re.compile(r"\bwho\b|\bwhose\b|谁|哪家|哪些|哪几家", re.IGNORECASE)
_SINGULAR = re.compile(
    r"\bwho\b(?! are)|\bwhich (?:customer|client|company|firm|one)\b|\bwhat customer\b|\bthe (?:customer|client)\b|哪家|哪个|哪一家|谁",
    re.IGNORECASE,
)


def read_question(
    text: str,
    *,
    today: date,
    blanked: Sequence[tuple[int, int]] = (),
    before: Query | None = None,
    spoken_of: bool = False,
) -> Query | None:
    """The query that a text asks, or None. `before` is the query of the turn before; `spoken_of` says that the talk
    is about single customers, so that a question without "customers" in it is about them."""
    tokens = cut(text, today=today, blanked=blanked)
    parts = read_atoms(tokens)
    if parts.names:
        return None
    query = _assemble(parts, text, tokens, today)
    if (
        before is not None
        and before.subject == "customers"
        and (changed := _follow(parts, query, before, text))
    ):
        return changed
    return query if _is_ours(parts, query, text, spoken_of) else None


def _is_ours(parts: Parts, query: Query, text: str, spoken_of: bool) -> bool:
    """Whether a text surely asks about the portfolio: it speaks of customers, or ranks or sums what is measured."""
    lost = len(query.unused) + len(query.doubtful)
    says_something = bool(query.where or query.measures or query.group)
    if parts.subject == "customers" and (parts.quantified or _QUANTIFIED.search(text)):
        if says_something:
            return lost <= 2 or len(parts.atoms) >= 2
        # "How many customers do we have?", "list all customers"
        return lost == 0 and bool(parts.asks or parts.limit) and not parts.sections
    if spoken_of or lost > 1:
        return False
    if parts.subject == "" and query.measures and (query.order or query.ask in ("sum", "average")):
        return lost == 0 and not re.search(
            r"\b(?:they|their|it|its|he|she)\b|他们|它|该|这家|其", text, re.IGNORECASE
        )
    if parts.subject == "" and query.where and _WHO.search(text):
        return lost == 0
    return bool(parts.subject == "" and query.group and query.measures and lost == 0)


def _assemble(parts: Parts, text: str, tokens: Sequence[Token], today: date) -> Query:
    _slots(parts, text)
    if any(atom.term.detail == "ending" for atom in parts.atoms):
        # 合同…到期 says "contract" and "ends" apart.
        parts.atoms = [atom for atom in parts.atoms if atom.term != Term("contracts")]
    bounds = _bind(parts)
    unused = [text[bound.start : bound.end].strip() for bound in bounds if bound.op != "ge" or bound.unit]
    as_of, used = _times(parts, today)
    unused += [token.text for token in parts.times if id(token) not in used]
    ask, targets, order = _aims(parts, text)
    conditions = _conditions(parts, targets, today)
    measures = tuple(dict.fromkeys(_timed(atom) for atom in parts.atoms if id(atom) in targets))
    shown = tuple(_timed(atom) for atom in parts.atoms if id(atom) not in targets and _shown_only(atom))
    if order and not measures:
        ranked = [_timed(atom) for atom in parts.atoms if atom.test is None or atom.bound is not None]
        ranked += [
            atom.test.term for atom in parts.atoms if atom.test and unit_of(atom.test.term) not in ("text",)
        ]
        measures = tuple(ranked[:1])
    limit = parts.limit
    if order and limit is None and _SINGULAR.search(text) and ask == "list":
        limit = 1
    doubtful, dull = _leftover(parts, text)
    return Query(
        ask=ask,
        where=conditions,
        measures=tuple(dict.fromkeys([*measures, *shown])),
        order=order,
        limit=limit,
        group=parts.groups[0] if parts.groups else "",
        as_of=as_of,
        unused=tuple([*unused, *dull]),
        doubtful=tuple(doubtful),
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
        words = text[start:end]
        han = bool(_HAN.search(words))
        slot = _SLOT.search(text[:start]) or re.search(
            r"(?:owned|managed|handled|assigned)\s+(?:by|to)\s*$", text[:start]
        )
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
            test = Test(Term("text"), "is", words=(words,))
            atom = Atom(start, end, Term("text"), test, negated=negated)
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


def _bind(parts: Parts) -> list[Bound]:
    """Give every number the measure that it bounds: the one before it, else the one behind; returns those left over."""
    left = []
    for bound in parts.bounds:
        fitting = [atom for atom in parts.atoms if atom.bound is None and _may_bound(atom, bound)]
        before = [atom for atom in fitting if atom.start < bound.start]
        after = [atom for atom in fitting if atom.start > bound.start]
        near = max(before, key=lambda atom: atom.start, default=None)
        far = min(after, key=lambda atom: atom.start, default=None)
        if near is not None and far is not None:
            chosen = far if far.start - bound.end < 3 and bound.start - near.end > 6 else near
        else:
            chosen = near or far
        if chosen is None:
            left.append(bound)
            continue
        chosen.bound = bound
        if bound.unit == "days" and chosen.term.name == "overdue":
            chosen.term = Term("overdue_days")
        if chosen.test is not None and chosen.term.name != "days_late":
            chosen.test = None
    return left


def _may_bound(atom: Atom, bound: Bound) -> bool:
    unit = "" if atom.term.name in SINGLE else unit_of(atom.term)
    if bound.unit == "days":
        return unit == "days" or atom.term.name == "overdue"
    if bound.unit == "years":
        return atom.term.name == "founded"
    if bound.unit == "percent":
        return unit == "percent"
    if bound.unit:
        return unit == "money"
    if unit == "count":
        return bound.value == bound.value.to_integral_value()
    return unit in ("money", "days", "percent", "ratio", "score") and atom.test is None or unit == "days"


def _times(parts: Parts, today: date) -> tuple[date | None, set[int]]:
    """Give every time to the parts that it speaks of; returns the day of the picture and which times were used."""
    as_of: date | None = None
    used: set[int] = set()
    open_ = []
    for token in parts.times:
        period = token.period
        assert period is not None
        if period.grain == "as_of":
            as_of = min(period.last, today)
            used.add(id(token))
        else:
            open_.append(token)
    for atom in parts.atoms:
        fitting = [token for token in open_ if _timeable(atom, token)]
        if fitting:
            nearest = min(
                fitting, key=lambda token: min(abs(token.start - atom.end), abs(atom.start - token.end))
            )
            atom.period = nearest.period
            used.add(id(nearest))
    stocks = [atom for atom in parts.atoms if atom.term.name in STOCKS]
    for token in open_:
        period = token.period
        if id(token) not in used and stocks and period and period.last < today and as_of is None:
            as_of = period.last
            used.add(id(token))
    return as_of, used


def _timeable(atom: Atom, token: Token) -> bool:
    if atom.term.name in SINCE or atom.term.name == "founded":
        return True
    return atom.term.name in TIMED and token.period is not None and token.period.grain != "lasting"


def _timed(atom: Atom) -> Term:
    """The term of an atom with its period."""
    if atom.period is None or atom.term.name not in TIMED:
        return atom.term
    return replace(atom.term, period=atom.period)


def _aims(parts: Parts, text: str) -> tuple[str, set[int], str]:
    """What is asked (list, count, sum, average), of which parts, in which order."""
    order = parts.ranks[0][1] if parts.ranks else ""
    targets: set[int] = set()
    free = [atom for atom in parts.atoms if atom.test is None and atom.bound is None and not atom.negated]
    if parts.ranks or parts.sorts:
        place = parts.ranks[0][0] if parts.ranks else parts.sorts[0]
        if parts.sorts:
            place = parts.sorts[0]
        order = order or "high"
        near = min(free, key=lambda atom: abs(atom.start - place), default=None)
        if near is not None:
            if near.term.name == "overdue" and re.match(r"最久|最长|longest", text[place:], re.IGNORECASE):
                near.term = Term("overdue_days")
            targets.add(id(near))
    if parts.orders:
        order = parts.orders[0]
    asks = [ask for _, ask in parts.asks]
    if "average" in asks and free and not parts.ranks:
        return "average", {id(_nearest(free, parts, "average"))}, order
    if "count" in asks and not parts.ranks:
        place = next(at for at, ask in parts.asks if ask == "count")
        things = [atom for atom in free if countable(atom.term) and atom.start > place]
        if things and not re.search(
            r"客户|customers?|clients?|公司|企业|家", text[place : things[0].start], re.IGNORECASE
        ):
            return "sum", {id(things[0])}, order
        money = [atom for atom in free if not countable(atom.term) and unit_of(atom.term) in ("money",)]
        if money and parts.subject != "customers" and not re.search(r"how many|几|多少家|多少个", text):
            return "sum", {id(money[0])}, order
        if (
            money
            and re.search(r"(?:是|有|共|合计|一共)?多少(?!家|个|客户|公司|企业)", text)
            and "how many" not in text.lower()
            and not money[0].had
            and not re.search(r"有多少(?:家|个)?(?:客户|公司|企业)|多少(?:家|个)", text)
        ):
            return "sum", {id(money[0])}, order
        return "count", targets, order
    if "sum" in asks and free and not parts.ranks:
        summed = [atom for atom in free if unit_of(atom.term) in ("money", "count")]
        if summed:
            return "sum", {id(_nearest(summed, parts, "sum"))}, order
    if parts.groups and free and not parts.ranks and not any(atom.had for atom in free):
        return ("sum" if unit_of(free[0].term) in ("money", "count") else "average"), {id(free[0])}, order
    if "count" in asks or (parts.groups and not free):
        return "count", targets, order
    return "list", targets, order


def _nearest(free: Sequence[Atom], parts: Parts, ask: str) -> Atom:
    place = next(at for at, name in parts.asks if name == ask)
    return min(free, key=lambda atom: min(abs(atom.start - place), abs(atom.end - place)))


def _shown_only(atom: Atom) -> bool:
    """Whether an unbound measure is only to be shown: revenue of customers in Germany."""
    if atom.test is not None or atom.bound is not None or atom.negated:
        return False
    return not _is_had(atom)


def _is_had(atom: Atom) -> bool:
    """Whether naming a thing means having it: with lawsuits, overdue customers."""
    name = atom.term.name
    if countable(atom.term) or name in ("overdue", "open", "overdue_days"):
        return True
    return name in SINCE or (atom.had and name in ("field", "score", "founded"))


def _conditions(parts: Parts, targets: set[int], today: date) -> tuple[Condition, ...]:
    """The conditions in order; parts linked by "or", and several values of one attribute, become one."""
    joined: list[tuple[Atom, Condition]] = []
    for atom in parts.atoms:
        if id(atom) in targets:
            continue
        test = _test(atom, today)
        if test is None:
            continue
        condition: Condition = Not(test) if atom.negated and not _settled(atom) else test
        if joined:
            other, held = joined[-1]
            same = (
                atom.term.name in SINGLE
                and _attribute(other)
                and (atom.term.name == other.term.name or "text" in (atom.term.name, other.term.name))
            )
            close = atom.joined or atom.start - other.end <= 2
            if atom.either or (same and close and not atom.negated):
                joined[-1] = (atom, _either(held, condition, other.negated and not atom.negated))
                if other.negated:
                    atom.negated = True
                continue
        joined.append((atom, condition))
    return tuple(dict.fromkeys(condition for _, condition in joined))


def _attribute(atom: Atom) -> bool:
    return atom.term.name in SINGLE


def _either(left: Condition, right: Condition, spread: bool) -> Condition:
    """Both as alternatives; "without A or B" denies both."""
    if spread and isinstance(left, Not):
        return Not(_either(left.part, right, False))
    parts = left.parts if isinstance(left, Either) else (left,)
    return Either((*parts, right))


def _settled(atom: Atom) -> bool:
    """Whether the negation has become part of the test: not checked for six months."""
    return atom.term.name in SINCE and atom.period is not None


def _test(atom: Atom, today: date) -> Test | None:
    """The condition that an atom is; None for what is only shown."""
    term = _timed(atom)
    if atom.term.name in SINCE:
        if atom.period is None:
            return Test(Term(atom.term.name), "has")
        if atom.negated or atom.period.grain == "lasting":
            return Test(Term(atom.term.name), "before" if atom.negated else "since", day=atom.period.first)
        return Test(Term(atom.term.name), "since", day=atom.period.first)
    if atom.term.name == "founded" and atom.period is not None:
        if atom.period.grain == "until":
            return Test(Term("founded"), "before", day=atom.period.last)
        return Test(Term("founded"), "since", day=atom.period.first)
    if atom.test is not None:
        if atom.term.name == "contracts" and atom.term.detail.startswith("ending"):
            period = atom.period or Period(today, shift_months(today, SOON), "ahead", relative=True)
            return Test(Term("contracts", atom.term.detail, period), "has")
        test = replace(atom.test, term=replace(atom.test.term, period=term.period))
        if atom.bound is not None:
            test = replace(test, op=atom.bound.op, value=atom.bound.value, upper=atom.bound.upper)
        return test
    if atom.bound is not None and atom.term.name == "founded":
        if atom.bound.unit != "years":
            return None
        day = shift_months(today, -12 * int(atom.bound.value))
        return Test(Term("founded"), "since" if atom.bound.op in ("lt", "le") else "before", day=day)
    if atom.bound is not None:
        bound = atom.bound
        currency = bound.unit if len(bound.unit) == 3 and bound.unit.isupper() else None
        return Test(term, bound.op, bound.value, bound.upper, currency)
    if atom.negated or _is_had(atom):
        return Test(term, "has")
    return None


def _follow(parts: Parts, query: Query, before: Query, text: str) -> Query | None:
    """The query of the turn before, changed by a short text: "and in Jiangsu?", 其中哪些有诉讼, only the top three."""
    if query.doubtful or len(query.unused) > 1:
        return None
    alone = parts.subject == "customers" and bool(_QUANTIFIED.search(text)) and not parts.refines
    opened = re.match(
        r"\W*(?:and\b|what about|how about|那|那么|换成|only\b|just\b|sort|rank|order|group|by\b|per\b|按|其中|only|show|再|top\b|前|去掉|without|with\b|in\b|of (?:these|them|those)|which of|among|how many of|这些|里面)",
        text,
        re.IGNORECASE,
    )
    if alone and not re.match(r"\W*(?:and\b|what about|how about|那)", text, re.IGNORECASE):
        return None
    if not (parts.refines or opened):
        return None
    says = (
        query.where
        or query.measures
        or query.order
        or query.limit
        or query.group
        or query.as_of
        or query.ask != "list"
    )
    if not says:
        return None
    among = "among" in parts.refines or bool(
        re.match(r"\W*(?:only|just|with\b|without|of |其中|只|仅)", text, re.IGNORECASE)
    )
    where = list(before.where)
    for condition in query.where:
        places = [] if among else [at for at, held in enumerate(where) if _same_matter(held, condition)]
        if places:
            where = [held for at, held in enumerate(where) if at not in places[1:]]
            where[places[0]] = condition
        elif condition not in where:
            where.append(condition)
    ask = query.ask if query.ask != "list" else before.ask
    if (
        query.ask == "list"
        and among
        and query.where
        and re.search(r"哪些|哪几|which|who|list|show", text, re.IGNORECASE)
    ):
        ask = "list"
    measures = query.measures or before.measures
    if (query.order or query.limit) and not measures:
        tested = [test.term for condition in where for test in tests_of(condition)]
        measures = tuple(term for term in tested if unit_of(term) != "text")[-1:]
    limit = (
        query.limit
        if query.limit is not None
        else (before.limit if not query.where or not among else before.limit)
    )
    order = query.order or before.order
    if query.limit is not None and not order and measures:
        order = "high"
    return Query(
        ask=ask,
        where=tuple(where),
        measures=measures,
        order=order,
        limit=limit,
        group=query.group or before.group,
        as_of=query.as_of or before.as_of,
        unused=query.unused,
        aspects=before.aspects,
    )


def _same_matter(held: Condition, new: Condition) -> bool:
    """Whether a new condition takes the place of one that was asked before: another place, another stage."""
    one, other = _first(held), _first(new)
    if one.term.name in SINGLE and other.term.name in SINGLE:
        return one.term.name == other.term.name or "text" in (one.term.name, other.term.name)
    return (one.term.name, one.term.detail) == (other.term.name, other.term.detail)


def _first(condition: Condition) -> Test:
    while not isinstance(condition, Test):
        condition = condition.part if isinstance(condition, Not) else condition.parts[0]
    return condition
