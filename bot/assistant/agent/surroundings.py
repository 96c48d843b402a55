"""What stands around a number (上下文): the word in front that says what it is, the unit behind, the code around it.

A text is folded once, character for character, so that every place in it is the same place as it was written; the words
in front of numbers are all found in one pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

# ── folding ─────────────────────────────────────────────────────────────────────────────────────────────────


class _Folding(dict[int, str]):
    """One character for one: half width, our digits, one dash, blanks for what is not seen."""

    def __missing__(self, code: int) -> str:
        written = chr(code)
        folded = unicodedata.normalize("NFKC", written)
        match unicodedata.category(written):
            case "Nd":
                folded = str(unicodedata.digit(written))
            case "Pd":
                folded = "-"
            case "Cf" | "Cs" | "Zs":
                folded = " "
        self[code] = folded if len(folded) == 1 else written
        return self[code]


@cache
def _folding() -> _Folding:
    table = _Folding()
    # A Chinese comma never stands within a number; the capital İ is two characters when small; a minus is a dash.
    table.update({ord("，"): "，", ord("İ"): "I", ord("−"): "-", ord("\t"): " "})
    return table


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these stretches (in order, apart) blotted out, as long as it was."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], "\x00" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────

#: Keys of evidence, UUIDs and hashes; and codes of firms, which have their own check digits.
_KEY = re.compile(
    r"(?<![0-9a-z])(?:(?:rec|pas|cal|led|sea)-[0-9a-f]{8,40}(?:-[0-9a-f]{4,40})*"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z]))"
)
_FIRM = re.compile(r"(?<![0-9a-z])(?:[0-9a-z]{18}|[0-9a-z]{20})(?![0-9a-z])")


def _codes(lowered: str, but: Callable[[str], bool]) -> list[tuple[int, int]]:
    from bot.checks.identifiers import lei_valid, uscc_valid

    spans = [match.span() for match in _KEY.finditer(lowered)]
    for match in _FIRM.finditer(lowered):
        code = match.group().upper()
        if (uscc_valid(code) and not but(code)) or lei_valid(code):
            spans.append(match.span())
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


# ── the word in front ───────────────────────────────────────────────────────────────────────────────────────

#: What may stand between the word and the number.
_GAP = (
    r"""(?:[\s:=#'"._/|-]|no\b|nos\b|number\b|[号码是为：:()]"""
    r"""|\([^()\d\n]{1,16}\)|\[[^\[\]\n]{0,40}\])"""
)
_WORDS: dict[str, str] = {
    "identity": """身份证 身份号 证件号 公民身份 id-card identity-card identity-number id-number national-id
        citizen's-card-number""",
    "permit": """通行证 回乡证 台胞证 护照 居留证 居住证 永久居民 旅行证 香港身份证 澳门身份证 台湾身份证
        passport passports hkid travel-permit residence-permit home-return-permit work-permit entry-permit
        permit-to-travel hong-kong-id hong-kong-identity-card""",
    "phone": """手机 电话 座机 固话 传真 热线 联系方式 微信 telephone telephones telefon telefax tel phone phones mobile
        cell cellphone fax mob handy hotline whatsapp contact contacts""",
    "card": """卡号 银行卡 信用卡 储蓄卡 借记卡 银行账户 银行帐户 账号 帐号 bank-card credit-card debit-card card cards
        bank-account account accounts acct a/c iban""",
    "amount": "金额 余额 额度 合计 amount amounts balance result total limit credit-insurance-limit",
    "other": """发票 合同 订单 案号 单号 编号 代码 注册号 登记号 批号 流水号 凭证 税号 许可证 备案 文号 专利
        invoice invoices contract contracts order orders po p.o case cases docket register registration reference
        references ref serial batch ticket tracking license licence patent isbn duns code uscc lei vat tax ein
        record records""",
}
_PERSONAL = frozenset({"identity", "permit", "phone", "card"})
_AFTER_WORD = re.compile(_GAP + "{0,12}")


@dataclass(frozen=True, slots=True)
class _Labels:
    """All words at once (Aho-Corasick), each with what it says."""

    machine: AhoCorasick
    says: tuple[str, ...]

    def find(self, lowered: str) -> dict[int, str]:
        """The places where a number may begin right after a word, and what the word says."""
        places = {}
        for at, start, end in self.machine.find_matches_as_indexes(lowered):
            if lowered[end - 1].isascii() and (
                _letter(lowered[start - 1 : start]) or _letter(lowered[end : end + 1])
            ):
                continue
            match = _AFTER_WORD.match(lowered, end)
            places[match.end() if match else end] = self.says[at]
        return places


def _letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


@cache
def _labels() -> _Labels:
    """The words above and the names of figures in our phrases: revenue, 营业收入, registered_capital."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    from prompts.phrasebook import Phrasebook

    said = {}
    for language in ("en", "zh"):
        book = Phrasebook(language)
        for key in [*book.keys("labels.item."), "labels.field.registered_capital"]:
            said[key.rpartition(".")[2]] = "amount"
            said[book[key].partition(" (")[0].partition("（")[0].lower()] = "amount"
    for name, words in _WORDS.items():
        said |= {word.replace("-", joint): name for word in words.split() for joint in (" ", "_", "-", "")}
    return _Labels(AhoCorasick(list(said), matchkind=MatchKind.LeftmostLongest), tuple(said.values()))


# ── one text ────────────────────────────────────────────────────────────────────────────────────────────────

#: A letter and a dash, or a digit and a point, in front: a code (INV-…) or the places of a figure.
_GLUED = re.compile(r"(?:[0-9A-Za-z][-_]?|\d[.,])$")
_CURRENCY = "CNY|RMB|USD|EUR|GBP|JPY|HKD|SGD|AED|CHF|AUD|CAD|TWD|KRW|INR|VND"
_MONEY_BEFORE = re.compile(rf"(?:[¥$€£]|(?<![A-Za-z])(?:{_CURRENCY}))\s?[-+]?$", re.IGNORECASE)
#: What follows belongs to a figure or a code: places, thousands, a unit, a letter.
_FIGURE_AFTER = re.compile(
    r"\.\d|,\d{3}(?!\d)|\s?(?:元|万|亿|千|百|股|吨|人民币|美元|欧元|港元|日元|%|‰)"
    rf"|\s?(?:{_CURRENCY}|yuan|percent|million|billion|shares)(?![a-z])|[-_]?[a-z]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A folded text, and what the word in front of a place says that stands there."""

    text: str
    labels: dict[int, str]

    def label(self, start: int) -> str:
        """What the word right in front says: phone, card, amount, other …, or nothing."""
        while start not in self.labels and self.text[start : start + 1] in ("(", "+"):
            start += 1
        return self.labels.get(start, "")

    def said(self, name: str) -> list[int]:
        """The places in front of which this word stands, opening brackets among them."""
        places = []
        for place, label in self.labels.items():
            if label == name:
                while place and self.text[place - 1] == "(":
                    place -= 1
                places.append(place)
        return places

    def is_figure(self, start: int, end: int) -> bool:
        """Whether what stands around a number makes it an amount or part of a code."""
        before = self.text[max(0, start - 8) : start]
        if _FIGURE_AFTER.match(self.text, end) or _GLUED.search(before) or _MONEY_BEFORE.search(before):
            return True
        signed = start - 1 if before[-1:] in ("-", "+") else start
        return self.label(start) in ("amount", "other") or self.label(signed) == "amount"

    def without(self, spans: Iterable[tuple[int, int]]) -> Surroundings:
        """The same with these stretches blotted out."""
        return replace(self, text=blanked(self.text, spans))


def surroundings(text: str, *, but: Callable[[str], bool]) -> Surroundings:
    """Read a text; codes are blotted out, but such as `but` says are personal."""
    folded = text.replace("\t", " ") if text.isascii() else text.translate(_folding())
    lowered = folded.lower()
    return Surroundings(blanked(folded, _codes(lowered, but)), _labels().find(lowered))


def is_labelled(name: str) -> bool:
    """Whether the name of a field says that a personal detail stands in it."""
    return not _PERSONAL.isdisjoint(_labels().find(f"{name}: ".lower()).values())
