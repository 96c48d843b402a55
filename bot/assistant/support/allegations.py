"""Which risk events a text speaks of, and whether it says so or says not (风险表述), in either language.

The words are those of the taxonomy of events and of the grammar's kinds of public records; none are added here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.assistant.topics import find_phrases, load_lexicon
from knowledge.events.taxonomy import Sign, taxonomy
from knowledge.names.keys import fold, has_han

#: Kinds of records that say one thing in steps, or under two names: what tells of one may be told with the other.
_FAMILIES = (
    frozenset(
        {
            "lawsuit", "case_filing", "hearing_notice", "court_notice", "service_notice", "judgment_document",
            "pre_litigation_mediation", "public_exhortation",
        }
    ),
    frozenset({"judgment_debtor", "terminated_enforcement", "valuation_inquiry", "judicial_auction"}),
    frozenset({"equity_freeze", "asset_seizure", "account_risk"}),
    frozenset({"equity_pledge", "stock_pledge"}),
    frozenset({"closure", "simple_cancellation", "cancellation_filing", "liquidation"}),
    frozenset({"bankruptcy", "liquidation"}),
    frozenset({"admin_penalty", "env_penalty", "tax_violation"}),
    frozenset({"tax_arrears", "tax_violation", "tax_abnormal"}),
    frozenset({"fraud", "accounting_fraud"}),
)  # fmt: skip
#: Kinds of records that are no misfortune, or are every misfortune.
_NEUTRAL = frozenset({"registry_change", "guarantee", "negative_news", "control_change"})

_LESSER = frozenset({"business", "product", "people", "change", "media"})
#: Stands for a debt to ourselves, and for the fields of our invoices and payments, and for a default as well.
OWED = "owed"
_ACCOUNTS = re.compile(r"\b(?:due_on|paid_on|invoices?|invoice_number|overdue|payments?|open)\b")

#: A loss or a fall as our records and calculations have it.
_LOSS = re.compile(r"(?:profit|income|flow|margin)\w*(?: \[[^\]]*\])?(?:: | = )-\d|= -\d")

#: A denial stands so near before the word, within its clause; or behind it, as forms have it.
_REACH_HAN, _REACH_LATIN = 8, 34
#: What is not done stands before what then happened: 未按期检验被处罚.
_THEN = re.compile(r"..[^，。；]*?[被遭因致]")
_STOP = re.compile(r"[。！？!?；;，,:：\n]|\.\s")
_NOTHING = re.compile(r"\b(?:nothing|nobody|none)\b[^.;:]*$")
#: Words that stand between those of a phrase: accounts have been frozen.
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|be|been|being|has|have|had|now|also|all|its|their) ")
_BUT = re.compile(r"\bnot only\b|不仅|不但|不止|不只")
_NONE = re.compile(
    r"[^，。；;\n.]{0,24}?[:：|=]\s*(?:无|没有|未发现|暂无|none\b|nil\b|no\b|not\b|0(?![\d.,])|[-—]{1,2}(?:\s|$))"
    r"|[^，。；;\n.\d]{0,16}?\s?0(?![\d.,]*\d)"
    r"|[^，。；;\n.]{0,12}(?:was|were|is|are)? ?(?:none|not) (?:found|known|recorded|on file)"
)
_COUNTED = re.compile(
    r"[^。.;；\d]{0,24}(?:[:：]\s*(?:在案)?\d{1,4}(?!\d)(?! ?[年月/-])|(?:在案)?\d{1,4}\s*[条件起项笔])"
)
_VALUE = re.compile(r"\b[a-z]+(?:_[a-z]+)*\b")


@dataclass(frozen=True, slots=True)
class Told:
    """The kinds that a text says have happened, and those that it says have not."""

    said: frozenset[str]
    denied: frozenset[str]


def told(text: str, *, counted: bool = False) -> Told:
    """What a sentence states; a word within a longer one of another kind is part of that.

    `counted` leaves out what it only gives a number of (限制高消费：1条, liquidation: 1 on file).
    """
    return _read(text, outermost=True, counted=counted)


def held(text: str) -> Told:
    """What evidence holds: words of every kind, and the kinds that it names by their keys."""
    found = _read(text, outermost=False, counted=False)
    said = found.said | ((taxonomy().kinds.keys() | _dimensions()) & set(_VALUE.findall(text)))
    if _ACCOUNTS.search(text) or "default" in said:
        said |= {OWED}
    if _LOSS.search(text):
        said |= {"earnings_decline"}
    return Told(said, found.denied)


def gives_way(kind: str) -> bool:
    """Whether a kind only says in general what another of the same sentence may say in particular."""
    return kind == OWED or (kind in taxonomy().kinds and taxonomy().kinds[kind].generic != "")


def is_grave(kind: str) -> bool:
    """Whether a kind is a matter of courts, offices, crime or credit, and not of business, products or people."""
    known = taxonomy().kinds.get(kind)
    return known is None or known.group not in _LESSER


def related(kind: str) -> frozenset[str]:
    """The kinds with which this one may be told."""
    return frozenset({kind}).union(*(family for family in _FAMILIES if kind in family))


def _read(text: str, *, outermost: bool, counted: bool) -> Told:
    folded = fold(text)
    shorter = _AUXILIARY.sub("", folded)
    found = [_found(one, outermost=outermost, counted=counted) for one in dict.fromkeys((folded, shorter))]
    return Told(
        frozenset().union(*(one.said for one in found)), frozenset().union(*(one.denied for one in found))
    )


def _found(folded: str, *, outermost: bool, counted: bool) -> Told:
    spans, denials = _spans(folded)
    if outermost:
        spans = [span for span in spans if not any(_within(span, other) for other in spans)]
    if counted:
        spans = [span for span in spans if not _COUNTED.match(folded, span[1])]
    denied: dict[str, list[bool]] = defaultdict(list)
    for start, end, kind in spans:
        denied[kind].append(_is_denied(folded, start, end, denials))
    return Told(
        frozenset(kind for kind, several in denied.items() if not all(several)),
        frozenset(kind for kind, several in denied.items() if any(several)),
    )


def _spans(folded: str) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]]]:
    spans, denials = [], []
    for hit in taxonomy().find(folded):
        if hit.phrase.sign in (Sign.SURE, Sign.MAYBE):
            spans.append((hit.start, hit.end, hit.phrase.kind))
        elif hit.phrase.sign is Sign.NEGATION and not _BUT.match(folded, hit.start):
            denials.append((hit.start, hit.end))
    ours: list[tuple[int, int]] = []
    for match in find_phrases(folded, load_lexicon()):
        if match.label[:2] == ("item", "records"):
            spans.append((match.start, match.end, match.label[2]))
        elif match.label[:2] in (("topic", "payments"), ("item", "payments")):
            ours.append((match.start, match.end))
    # What is owed to ourselves is read from our invoices, and is no event: 逾期, arrears.
    spans = [
        (start, end, OWED if kind == "default" and any(a < end and start < b for a, b in ours) else kind)
        for start, end, kind in spans
    ]
    return [span for span in spans if span[2] not in _NEUTRAL], denials


def _within(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    inside = other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]
    return inside and other[2] != span[2]


def _is_denied(folded: str, start: int, end: int, denials: Iterable[tuple[int, int]]) -> bool:
    if _NONE.match(folded, end, end + 60) or _NOTHING.search(folded, max(0, start - _REACH_LATIN), start):
        return True
    reach = _REACH_HAN if has_han(folded[start:end]) else _REACH_LATIN
    return any(
        0 <= start - last <= reach
        and not _STOP.search(folded, last, start)
        and not _THEN.match(folded, last, start)
        for _, last in denials
    )


@cache
def _dimensions() -> frozenset[str]:
    """The kinds of public records that the grammar knows."""
    lexicon = load_lexicon()
    labels = [label for several in lexicon.english.values() for label in several]
    return frozenset(label[2] for label in labels if label[:2] == ("item", "records"))
