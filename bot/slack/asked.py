"""Who is to be screened, as somebody typed it (筛查对象): “Li Wei, person, 1970-05-02, CN”."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.screening.subjects import Subject

_KINDS = {
    **dict.fromkeys(("person", "individual", "个人", "自然人", "人"), "person"),
    **dict.fromkeys(
        ("organisation", "organization", "firm", "company", "机构", "企业", "公司", "单位"), "organisation"
    ),
    **dict.fromkeys(("vessel", "ship", "船舶", "船"), "vessel"),
    **dict.fromkeys(("aircraft", "plane", "飞机", "航空器"), "aircraft"),
}
_DATE = re.compile(r"\d{4}(-\d{1,2}){0,2}")
_COMMA = re.compile(r"\s*[,，;；]\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to be screened: a name, and what is known of whom it means."""

    name: str
    kind: str | None = None
    birth_date: str | None = None
    places: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but a name, which may be a customer's."""
        return not (self.kind or self.birth_date or self.places or self.identifiers)

    def subject(self) -> Subject:
        """Them as somebody who can be held against the lists; raises NothingToScreen."""
        from bot.screening.subjects import named

        place = self.places[0] if self.places else None
        of_firm = self.kind not in (None, "person")
        return named(
            self.name,
            kind=self.kind,
            birth_date=self.birth_date,
            nationality=None if of_firm else place,
            country=place if of_firm else None,
            identifiers=self.identifiers,
        )


def read_asked(words: str) -> Asked:
    """“Li Wei, person, 1970-05-02, CN”: the details begin with a kind or a date, for names of firms have commas too."""
    parts = [part for part in _COMMA.split(words.strip()) if part]
    first = next((at for at, part in enumerate(parts) if at and _begins_details(part)), None)
    if first is None:
        return Asked(words.strip())
    name = re.split(r"[,，;；]", words.strip())
    asked = Asked(",".join(name[:first]).strip() or parts[0])
    for part in parts[first:]:
        if part.lower() in _KINDS:
            asked = replace(asked, kind=_KINDS[part.lower()])
        elif _DATE.fullmatch(part):
            asked = replace(asked, birth_date=part)
        elif any(character.isdigit() for character in part):
            asked = replace(asked, identifiers=(*asked.identifiers, part))
        else:
            asked = replace(asked, places=(*asked.places, part))
    return asked


def _begins_details(part: str) -> bool:
    return part.lower() in _KINDS or _DATE.fullmatch(part) is not None
