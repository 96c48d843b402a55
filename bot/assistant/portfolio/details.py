"""What the things are that a cell of the table counts (明细): contracts by title and end, people by name, and so on."""

from __future__ import annotations

from collections.abc import Callable

from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading
from bot.assistant.portfolio.stories import kinds_of
from bot.assistant.wording import quotable, shortened
from store.alerts import Alert
from store.records import Case, Contract, Invoice, Party, Record

#: So many are named; each of them is cited beside the number.
_NAMED = 2
#: … and so many parts of a file that are missing.
_GAPS = 4
#: Signs of a title or a summary.
_LONGEST = 60


def detailed(term: Term, reading: Reading, words: Describing) -> str:
    """A number with what it counts: "2: Frame supply agreement (ends 31 December 2026) and Spare parts"."""
    said = words.reading(reading)
    if term.name == "gaps" and reading.used:
        called = [words.book[f"labels.{used.row.table}.{used.row.name}"] for used in reading.used]
        shown = words.book["wording.list.comma"].join(called[:_GAPS])
        return words.say("told_of" if len(called) <= _GAPS else "told_some", number=said, kinds=shown)
    rows = [used.row for used in reading.used if used.columns]
    if not rows or not reading.value:
        return said
    if term.name == "events":
        kinds = kinds_of(rows, words.book.language)
        return words.say("told_of", number=said, kinds=words.words.list(kinds))
    tell = _TELLERS.get(type(rows[0]))
    if tell is None or reading.unit != "count" or term.name not in _NAMING:
        return said
    named = list(dict.fromkeys(filter(None, (tell(row, words) for row in rows[:_NAMED]))))
    if not named:
        return said
    key = "told_of" if len(rows) <= _NAMED else "told_some"
    return words.say(key, number=said, kinds=words.book["wording.list.comma"].join(named))


#: Measures whose things are worth a name.
_NAMING = frozenset(
    ["contracts", "cases", "records", "parties", "beneficial_owner", "overdue_count", "replaced", "alerts"]
)


def _contract(row: Contract, words: Describing) -> str:
    title = words.words.title(shortened(row.title, _LONGEST)) if row.title else (row.contract_number or "")
    if title and row.ends_on is not None:
        return words.say("detail.contract", title=title, day=words.words.date(row.ends_on))
    return title


def _party(row: Party, words: Describing) -> str:
    return shortened(row.name, _LONGEST)


def _case(row: Case, words: Describing) -> str:
    return _quoted(row.summary)


def _record(row: Record, words: Describing) -> str:
    return _quoted(row.title)


def _invoice(row: Invoice, words: Describing) -> str:
    return row.invoice_number


def _alert(row: Alert, words: Describing) -> str:
    return row.code


def _quoted(text: str) -> str:
    """Words of the data in quotation marks that they cannot end."""
    return f"“{quotable(text, _LONGEST)}”"


_TELLERS: dict[type, Callable[..., str]] = {
    Contract: _contract,
    Party: _party,
    Case: _case,
    Record: _record,
    Alert: _alert,
    Invoice: _invoice,
}
