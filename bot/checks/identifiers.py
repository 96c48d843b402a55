"""Identifiers of a firm (统一社会信用代码, LEI): check digits and what the code itself says."""

from __future__ import annotations

from bot.checks.notebook import Notebook, failed, passed, text, unknown
from bot.checks.result import Finding

#: GB 32100-2015: 31 characters without I, O, S, V, Z; weights are powers of 3 modulo 31.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc_valid(code: str) -> bool:
    """Whether a unified social credit code has 18 allowed characters and the right check character (GB 32100-2015)."""
    code = code.strip().upper()
    if len(code) != 18 or any(character not in _USCC for character in code):
        return False
    total = sum(_USCC.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return _USCC[(31 - total % 31) % 31] == code[17]


def lei_valid(code: str) -> bool:
    """Whether a legal entity identifier has 20 characters whose number leaves 1 modulo 97 (ISO 17442, ISO 7064)."""
    code = code.strip().upper()
    if len(code) != 20 or not code.isascii() or not code.isalnum() or not code[18:].isdigit():
        return False
    return int("".join(str(int(character, 36)) for character in code)) % 97 == 1


def check(book: Notebook) -> list[Finding]:
    """The identifiers that the file gives."""
    profile = book.dossier.profile
    found: list[Finding] = []
    for name, value, valid in (("uscc", profile.uscc, uscc_valid), ("lei", profile.lei, lei_valid)):
        if value is None:
            continue
        used = [book.cite(profile, "legal_name", name)]
        if valid(value):
            found.append(passed(f"identity.{name}", f"checks.{name}.valid", used, code=text(value)))
        else:
            found.append(failed(f"identity.{name}", f"checks.{name}.invalid", used, 4, 3, code=text(value)))
    expected = "uscc" if (profile.country or "").upper() in ("CN", "CHN") else "registration_number"
    if getattr(profile, expected) is None and not found:
        used = [book.cite(profile, "legal_name", "country")]
        found.append(unknown("identity.identifier", "checks.identifier.missing", used))
    elif profile.registration_number and not found:
        used = [book.cite(profile, "legal_name", "registration_number")]
        found.append(
            passed(
                "identity.identifier", "checks.identifier.given", used, code=text(profile.registration_number)
            )
        )
    return found
