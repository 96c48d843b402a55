"""Where a text holds personal details (个人信息识别): numbers of identity papers, phones, mail, cards, accounts.

Found beside Chinese characters, in full width, in groups; a check digit decides where there is one, and the word in
front (电话, passport, 发票号) where there is none or where a number could be another. Every pattern is bounded, so the
time is linear. Sources: GB 11643-1999 (identity numbers), the check digit of Hong Kong's identity card, ISO/IEC 7812
(cards), ISO 13616 (IBAN), the numbering plan of the mainland and ITU-T E.164 (phones).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.assistant.agent.surroundings import Surroundings, surroundings


@dataclass(frozen=True, slots=True)
class Found:
    """A detail at its place; `value` is the same for every way of writing it."""

    kind: str
    start: int
    end: int
    value: str


def find(text: str, kinds: frozenset[str]) -> list[Found]:
    """All details of these kinds, in order, none within another."""
    around = surroundings(text, but=_is_of_a_person)
    found: list[Found] = []
    for kind, finder in _FINDERS.items():
        # Again after the first, for what was joined to another: 13800138000-13900139000.
        for _ in range(2 if kind in kinds else 0):
            here = _apart(finder(around))
            if not here:
                break
            found += here
            around = around.without((one.start, one.end) for one in here)
    return sorted(found, key=lambda one: one.start)


def _apart(found: Iterator[Found]) -> list[Found]:
    """In order, without what begins within another."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _plain(written: str) -> str:
    return written.replace(" ", "").replace("-", "").upper()


def _digits(written: str) -> str:
    return "".join(sign for sign in written if sign.isdigit())


# ── papers ──────────────────────────────────────────────────────────────────────────────────────────────────

#: Digits in any groups, looked for at each place, because a number before them may seem to be their beginning.
_IDENTITIES = re.compile(
    r"(?<![0-9])(?=(?P<n>[1-9][ -]?(?:\d[ -]?){5}(?:1[ -]?9|2[ -]?0)[ -]?\d[ -]?\d[ -]?[01][ -]?\d[ -]?[0-3][ -]?"
    r"\d[ -]?(?:\d[ -]?){3}[\dXx](?![0-9])))"
)
_OLD_IDENTITIES = re.compile(r"(?<![0-9])\d{15}(?![0-9])")
#: Where the word says so, those of other countries too, and one with a wrong digit.
_SAID_IDENTITY = re.compile(r"[A-Za-z]{0,2}\d(?:[ -]?\d){6,16}(?:[ -]?[\dXx])?(?![0-9])")
#: Provinces, and cards of residents from Hong Kong, Macau, Taiwan (81 to 83) and abroad (9…).
_REGIONS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: The 15-digit form ended in 1999; its holders live.
_OLDEST = 25


def _born(year: int, month: str, day: str) -> bool:
    try:
        return date(year, int(month), int(day)).year < 2100
    except ValueError:
        return False


def _identity_valid(code: str) -> bool:
    """18 digits with region, date and check digit."""
    if not _REGIONS.match(code) or not code[:17].isdigit() or code[6:8] not in ("19", "20"):
        return False
    if not _born(int(code[6:10]), code[10:12], code[12:14]):
        return False
    total = sum(int(sign) * weight for sign, weight in zip(code[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == code[17]


def _old_identity(code: str) -> bool:
    """15 digits with region and date."""
    born = _born(1900 + int(code[6:8]), code[8:10], code[10:12])
    return born and int(code[6:8]) >= _OLDEST and _REGIONS.match(code) is not None


def _is_of_a_person(code: str) -> bool:
    """Whether 18 signs are a person's rather than a firm's: by chance one card in 31 also checks as a firm's code."""
    return _identity_valid(code) or (code.isdigit() and code.startswith("62") and _luhn_valid(code))


def _identities(around: Surroundings) -> Iterator[Found]:
    text = around.text
    for place in around.said("identity"):
        match = _SAID_IDENTITY.match(text, place)
        if match:
            yield Found("identity", place, match.end(), _plain(match.group()))
    for match in _IDENTITIES.finditer(text):
        if _identity_valid(code := _plain(match["n"])):
            yield Found("identity", match.start("n"), match.end("n"), code)
    for match in _OLD_IDENTITIES.finditer(text):
        if _old_identity(match.group()) and not around.is_figure(*match.span()):
            yield Found("identity", match.start(), match.end(), match.group())


_PAPER = re.compile(r"[A-Za-z]{0,2}\d[0-9A-Za-z]{4,10}(?:\([0-9Aa]\))?(?![0-9A-Za-z])")
_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{6}\([0-9A]\)")


def _hong_kong_valid(code: str) -> bool:
    letters, digits, check = code[:-9], code[-9:-3], code[-2]
    values = [36, *map(int, digits)] if len(letters) < 2 else [ord(letters[0]) - 55, *map(int, digits)]
    values.insert(1, ord(letters[-1]) - 55)
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A".index(check) == -total % 11


def _permits(around: Surroundings) -> Iterator[Found]:
    for place in around.said("permit"):
        match = _PAPER.match(around.text, place)
        if match and len(_digits(match.group())) >= 4:
            yield Found("permit", place, match.end(), match.group().upper())
    for match in _HONG_KONG.finditer(around.text):
        if _hong_kong_valid(match.group()):
            yield Found("permit", match.start(), match.end(), match.group())


# ── mail ────────────────────────────────────────────────────────────────────────────────────────────────────

_MAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}")
_LOCAL = re.compile(r"[A-Za-z0-9_%+][A-Za-z0-9._%+'-]{0,63}$")


def _mails(around: Surroundings) -> Iterator[Found]:
    text, at, end = around.text, around.text.find("@"), 0
    while at >= 0:
        # From the sign outwards, so that a long run of letters is not tried from each of its places.
        local = _LOCAL.search(text[max(end, at - 64) : at])
        match = local and _MAIL.match(text, at - len(local.group()))
        if match and match.end() > at:
            end = match.end()
            yield Found("email", match.start(), end, match.group().lower())
        at = text.find("@", max(end, at + 1))


# ── phones ──────────────────────────────────────────────────────────────────────────────────────────────────

_S = r"[ -]{0,2}"
_MAINLAND = re.compile(
    rf"(?<![0-9])(?:(?:\((?:\+|00)?86\)|(?:\+|00)?86){_S})?"
    r"1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]?\d{4}|[ -]\d{3}[ -]\d{5}|\d{4}[ -]\d{4})(?![0-9])"
)
#: An area code stands in front as such: 0571-, (0571), +86 571.
_LANDLINE = re.compile(
    rf"(?<![0-9])(?:(?:\((?:\+|00)86\)|(?:\+|00)86){_S}\(?0?|\(?0)(?:10|2\d|[3-9]\d\d)\)?"
    r"[ -]?[2-8]\d{2,3}[ -]?\d{4}(?![0-9])"
)
_SERVICE = re.compile(r"(?<![0-9])[48]00[ -](?:\d{3}[ -]\d{4}|\d{4}[ -]\d{3}|\d{7})(?![0-9])")
_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}[ -]\d{4}(?![0-9])|(?<![0-9-])[2-9]\d\d-[2-9]\d\d-\d{4}(?![0-9-])")
_ABROAD = re.compile(r"(?:\+[1-9]|(?<![0-9])00[1-9]\d{0,2}[ ./()-])(?:[ ./()-]{0,3}\d){6,14}(?![0-9])")
_SAID_PHONE = re.compile(r"\(?\+?\(?\d(?:[ ()./-]{0,2}\d){5,16}(?![0-9])")
_DAY = re.compile(r"(?:19|20)\d\d[-./ ]?[01]?\d[-./ ]?[0-3]?\d(?: \d\d)?")


def _phones(around: Surroundings) -> Iterator[Found]:
    text = around.text
    for place in around.said("phone"):
        match = _SAID_PHONE.match(text, place)
        if match and not _DAY.fullmatch(match.group()):
            yield _phone(match)
    for pattern in (_MAINLAND, _LANDLINE, _SERVICE, _AMERICAN, _ABROAD):
        for match in pattern.finditer(text):
            if not around.is_figure(*match.span()) and (pattern is not _ABROAD or _is_abroad(match.group())):
                yield _phone(match)


def _is_abroad(written: str) -> bool:
    """Whether there are as many digits as a number may have; without any sign between them a few are a change."""
    few = 9 if written[1:].isdigit() else 8
    return few <= len(_digits(written.removeprefix("00"))) <= 15


def _phone(match: re.Match[str]) -> Found:
    value = _digits(match.group())
    if len(value) > 11:
        value = value.removeprefix("00").removeprefix("86")
    return Found("phone", match.start(), match.end(), value)


# ── cards and accounts ──────────────────────────────────────────────────────────────────────────────────────

_CARDS = re.compile(
    r"(?<![0-9])(?=(?P<n>(?:\d{12,19}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?"
    r"|\d{6}[ -]\d{10,13}|\d{4}[ -]\d{6}[ -]\d{4,5})(?![0-9])))\d"
)
#: How numbers of cards begin; 9558 is an old one of a bank of the mainland.
_ISSUED = re.compile(r"3[4-9]|4|5|6|2[2-7]|9558")


def _luhn_valid(digits: str) -> bool:
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(2 * int(sign) - 9 * (sign > "4") for sign in even)) % 10 == 0


def _cards(around: Surroundings) -> Iterator[Found]:
    for match in _CARDS.finditer(around.text):
        start, written = match.start(), match["n"]
        labelled = around.label(start) == "card"
        while len(digits := _plain(written)) >= 12:
            end = start + len(written)
            if labelled or (
                _ISSUED.match(digits) and _luhn_valid(digits) and not around.is_figure(start, end)
            ):
                yield Found("card", start, end, digits)
                break
            # The last group may be another number.
            written = written[: max(written.rfind(" "), written.rfind("-"), 0)]


_ACCOUNT = re.compile(
    r"(?:(?<=iban)|(?<=IBAN)|(?<![0-9A-Za-z]))(?P<n>[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]){11,30})"
)
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SD": 18,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip


def _accounts(around: Surroundings) -> Iterator[Found]:
    text = around.text
    for match in _ACCOUNT.finditer(text):
        wanted = _LENGTHS.get(match["n"][:2].upper(), 99)
        signs, end = "", match.start("n")
        while len(signs) < wanted and end < match.end("n"):
            signs += text[end].strip().upper()
            end += 1
        ended = not (text[end : end + 1].isascii() and text[end : end + 1].isalnum())
        if len(signs) == wanted and ended and _iban_valid(signs):
            yield Found("iban", match.start("n"), end, signs)


def _iban_valid(signs: str) -> bool:
    """ISO 13616: the first four moved to the end, letters as numbers, leave 1 modulo 97."""
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


#: In the order in which they are looked for: what has a check digit first.
_FINDERS: dict[str, Callable[[Surroundings], Iterator[Found]]] = {
    "email": _mails,
    "identity": _identities,
    "iban": _accounts,
    "card": _cards,
    "permit": _permits,
    "phone": _phones,
}
