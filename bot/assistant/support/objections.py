"""Whether a sentence stands on its evidence in words (言据相符): what the guard over figures does not look at.

For sentences that a model wrote. Each rule looks for one way of going wrong: another customer's name, an address that
no source gives, a risk that none tells, an absence that nobody looked for, an order, other words than the source's.
What a document orders is taken out of it first and supports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.assistant.naming import Directory, Mention, Named
from bot.assistant.support.allegations import OWED, gives_way, held, is_grave, related, told
from bot.assistant.support.intrusions import address_in, flat, order_in
from bot.assistant.support.sharing import (
    field_names,
    foreign_words,
    is_own_wording,
    one_language,
    shares_name,
    subjects,
    without_names,
)
from knowledge.names.keys import brand, fold, has_han
from knowledge.names.mentions import spellings
from knowledge.passages.orders import without_orders
from store.evidence import Evidence, EvidenceKind

_STRAY = re.compile("[\ud800-\udfff\x00]")


def objection(text: str, evidence: Sequence[Evidence], names: Directory) -> str | None:
    """Why a sentence may not be said with this evidence, in English for the log; None when it may."""
    said = _STRAY.sub(" ", text)
    sources = [replace(item, quote=_clean(item.quote), title=_clean(item.title or "")) for item in evidence]
    held_text = "\n".join(_text(item) for item in sources)
    names = _Remembering(names)
    mentions, rest = _named(said, names)
    bare = without_names(rest, sources, names)
    return (
        order_in(said, evidence)
        or address_in(said, held_text)
        or _stranger(mentions, sources, held_text, names)
        or _risk(bare, sources, held_text)
        or _absence(bare, sources, held_text)
        or foreign_words(bare, sources)
    )


def _clean(text: str) -> str:
    return without_orders(_STRAY.sub(" ", text))


def _text(item: Evidence) -> str:
    return "\n".join(
        [
            item.title or "",
            item.quote,
            item.source,
            item.url or "",
            item.external_id or "",
            item.customer or "",
        ]
    )


# ── customers ───────────────────────────────────────────────────────────────────────────────────────────────

#: Names that are looked for one after another in one sentence; and how much of it is looked at in one go.
_NAMED, _PIECE = 8, 560


class _Remembering:
    """A directory for one sentence: whoever was looked up once is not looked up again."""

    def __init__(self, names: Directory) -> None:
        self._names = names
        self._known: dict[Named, tuple[str, ...]] = {}
        self.read, self.by_code = names.read, names.by_code

    def names_of(self, customer: Named) -> tuple[str, ...]:
        if customer not in self._known:
            self._known[customer] = self._names.names_of(customer)
        return self._known[customer]


def _named(said: str, names: Directory) -> tuple[list[Mention], str]:
    """Every customer that a sentence names, and the sentence with these names blotted out."""
    found: list[Mention] = []
    bare: list[str] = []
    for at in range(0, len(said), _PIECE):
        # What only seems to be a name is set aside for the next look and stays in the sentence.
        rest = kept = said[at : at + _PIECE]
        for _ in range(_NAMED):
            mentions = [one for one in names.read(rest).mentions if one.text.strip()]
            if not mentions:
                break
            for one in mentions:
                rest = _blanked(rest, one)
                if _is_name(one, names):
                    found.append(one)
                    kept = _blanked(kept, one)
        bare.append(kept)
    return found, "".join(bare)


def _blanked(text: str, mention: Mention) -> str:
    return text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]


def _stranger(
    mentions: Sequence[Mention], sources: Sequence[Evidence], held_text: str, names: Directory
) -> str | None:
    about = {item.customer for item in sources if item.customer}
    kept = flat(held_text)
    for mention in mentions:
        if not _is_of(mention, about, kept, names):
            return f"it names {mention.customers[0].code}, whom none of its evidence is about"
    return None


def _is_name(mention: Mention, names: Directory) -> bool:
    """Whether the words are a customer's name or code, not something like one."""
    written = " ".join(fold(mention.text).split())
    if re.fullmatch(r"c\s?-?\s?\d{3,9}", written):
        return True
    for customer in mention.customers:
        for name in names.names_of(customer):
            if (
                written in spellings(name)
                or (len(written) >= 2 and written == brand(name))
                or written == fold(name)
            ):
                return True
            if len(written) >= 5 and not has_han(written) and written in fold(name).split():
                return True
    return False


def _is_of(mention: Mention, about: set[str | None], kept: str, names: Directory) -> bool:
    if any(customer.code in about or customer.code.lower() in kept for customer in mention.customers):
        return True
    if flat(mention.text) in kept:
        return True
    return any(
        len(name) >= 2 and flat(name) in kept
        for customer in mention.customers
        for name in names.names_of(customer)
    )


# ── risks and absence ───────────────────────────────────────────────────────────────────────────────────────


#: A number of rows that does not say of what kind they are.
_COUNT = re.compile(r"count\((?:records|cases)\b")


def _risk(said: str, sources: Sequence[Evidence], held_text: str) -> str | None:
    counted = any(item.calculation is not None and _COUNT.match(item.calculation.formula) for item in sources)
    claimed = told(said, counted=counted)
    if not claimed.said and not claimed.denied:
        return None
    there = held(f"{held_text}\n{field_names(held_text)}")
    known = {kind for kind in claimed.said if related(kind) & (there.said | there.denied)}
    abroad = not one_language(said, [item for item in sources if item.kind is EvidenceKind.PASSAGE])
    telling = known - {OWED}
    for kind in sorted(claimed.said):
        near = related(kind)
        if kind not in known:
            # Lesser matters have more words in either language than the taxonomy knows.
            if (telling and gives_way(kind)) or (abroad and not is_grave(kind)):
                continue
            return f"it tells of {kind}, which its evidence does not"
        if kind in there.denied and not near & there.said:
            return f"it tells of {kind}, which its evidence denies"
    looked = _looked(sources)
    for kind in sorted(claimed.denied - claimed.said):
        if not looked and not related(kind) & there.denied and not _ABSENT.search(held_text):
            return f"it denies {kind} without evidence that was looked"
    return None


_ABSENT = re.compile(
    r"\bno(?!\.? ?\d|t\b| (?:longer|later|more|less|earlier|fewer|doubt)\b) [a-z]|\b(?:none|nothing|nobody|never|nil)\b"
    r"|\b(?:not|n't|could not|cannot) (?:be )?"
    r"(?:found|known|recorded|listed|on file|available|disclosed|any|have any|held)\b"
    r"|\bwithout any\b|\bfree of\b|\bneither\b|\bunknown\b"
    r"|没有|未发现|未找到|未查到|未见|查无|暂无|并无|无任何|不存在|从未|尚无|未有|未列入|未被列入|未登记|未披露|没发现|未曾"
    r"|无[^，。；锡限线人形法论疑关偿缝菌机尘纺损需须]{0,8}(?:记录|信息|数据|资料|案件|诉讼|处罚|逾期|欠款|违约|风险|结果|异常|失信)",
    re.IGNORECASE,
)
#: A value that states an absence: audited: False, 处罚：无.
_EMPTY = re.compile(
    r"^(?P<key>[^:：\n]{1,60})[:：]\s*(?:0|false|no|none|null|nil|无|否|没有|暂无)\s*(?:$|[,;，。；])",
    re.IGNORECASE | re.MULTILINE,
)


def _is_cell(said: str) -> bool:
    """Whether it is a cell of a table as we write it: last contact never."""
    words = said.strip(" .。:：,，;；()–-")
    return any(words.endswith(end) and is_own_wording(words.removesuffix(end)) for end in ("never", "从未"))


def _looked(sources: Sequence[Evidence]) -> list[Evidence]:
    return [
        item
        for item in sources
        if item.kind is EvidenceKind.SEARCH or (item.calculation is not None and item.calculation.result == 0)
    ]


def _absence(said: str, sources: Sequence[Evidence], held_text: str) -> str | None:
    if not _ABSENT.search(said) or _is_cell(said):
        return None
    if looked := _looked(sources):
        sought = subjects(said)
        there = [subjects(item.quote) for item in looked]
        if not sought or any(not here or sought & here for here in there):
            return None
        return "it states an absence of what was not looked for"
    if _ABSENT.search(held_text) or any(
        shares_name(match["key"], said) for match in _EMPTY.finditer(held_text)
    ):
        return None
    return "it states an absence that nothing shows"
