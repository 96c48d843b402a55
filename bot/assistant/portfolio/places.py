"""Places that questions name (地名): countries, provinces with their cities, and how addresses write them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store.records import Profile

PLACES = Path(__file__).parents[3] / "prompts" / "grammar" / "places.toml"

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its key; `country` is set where the place is one, `cities` are the keys within a province."""

    key: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    country: str | None = None
    cities: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The name of the place in a language."""
        return (self.chinese if language == "zh" else self.english)[0]


@cache
def load_places(path: Path = PLACES) -> dict[str, Place]:
    """Every place by its key; read once."""
    data: dict[str, dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))
    places = {
        key: Place(key, tuple(row["en"]), tuple(row["zh"]), country=key)
        for key, row in data["country"].items()
    }
    cities = {key: Place(key, tuple(row["en"]), tuple(row["zh"])) for key, row in data["city"].items()}
    within: dict[str, list[str]] = {}
    for key, row in data["city"].items():
        within.setdefault(row.get("province", ""), []).append(key)
    provinces = {
        key: Place(key, tuple(row["en"]), tuple(row["zh"]), cities=tuple(within.get(key, ())))
        for key, row in data["province"].items()
    }
    return places | provinces | {key: place for key, place in cities.items() if key not in provinces}


@cache
def _pattern(key: str) -> re.Pattern[str]:
    places = load_places()
    place = places[key]
    held = [place, *(places[city] for city in place.cities if city in places)]
    latin = [re.escape(name) for one in held for name in one.english]
    han = [re.escape(name) for one in held for name in one.chinese]
    return re.compile(rf"\b(?:{'|'.join(latin)})\b|{'|'.join(han)}", re.IGNORECASE)


def lies_in(profile: Profile, key: str) -> bool | None:
    """Whether a customer's address or country lies in a place; None where neither is on file."""
    place = load_places().get(key)
    if place is None:
        return _mentions(profile.address, key)
    if place.country is not None and profile.country:
        return profile.country.upper() == place.country
    if not profile.address:
        # A country that is known to be another one settles it.
        return False if profile.country and not place.country and not _may_lie(profile, place) else None
    return _pattern(key).search(profile.address) is not None


def _may_lie(profile: Profile, place: Place) -> bool:
    """Whether a place without a country of its own may lie in the customer's country: provinces are Chinese."""
    return (profile.country or "").upper() in ("CN", "") or not place.cities


def _mentions(text: str | None, word: str) -> bool | None:
    if not text:
        return None
    if _HAN.search(word):
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None


def region_of(profile: Profile) -> str | None:
    """The province that an address lies in, else the country; None where neither is on file."""
    if profile.address and (profile.country or "CN").upper() == "CN":
        for key, place in load_places().items():
            if place.country is None and key in _provinces() and _pattern(key).search(profile.address):
                return key
    return profile.country.upper() if profile.country else None


@cache
def _provinces() -> frozenset[str]:
    return frozenset(tomllib.loads(PLACES.read_text("utf-8"))["province"])
