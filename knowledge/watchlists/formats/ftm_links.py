"""Relations in FollowTheMoney: edges between two entities, and things that one entity holds (sanctions, papers).

Each edge is a schema with a source and a target property; both ends that are listed get a link, each in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from knowledge.watchlists.entry import Identifier, Link
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, clean

Properties = Mapping[str, list[Any]]

#: Schema → (source property, target property, what the source is to the target, what the target is to the source).
EDGES = {
    "Ownership": ("owner", "asset", "owner", "owns"),
    "Directorship": ("director", "organization", "director", "director of"),
    "Membership": ("member", "organization", "member", "member of"),
    "Employment": ("employee", "employer", "employee", "employed by"),
    "Family": ("person", "relative", "family", "family"),
    "Associate": ("person", "associate", "associate", "associate"),
    "Representation": ("agent", "client", "agent", "agent of"),
    "UnknownLink": ("subject", "object", "linked to", "linked to"),
    "Succession": ("predecessor", "successor", "predecessor", "successor"),
}
_PERCENT = re.compile(r"^\s*(\d{1,3}(?:[.,]\d{1,8})?)\s*%?\s*$")
_HOLDERS = ("entity", "holder", "subject")


def add_edge(
    schema: str, properties: Properties, drafts: Mapping[str, Draft], names: Mapping[str, str | None]
) -> None:
    """The links of one edge, to each of its ends that is listed."""
    source, target, forth, back = EDGES[schema]
    share, percent = "; ".join(map(str, properties.get("percentage", ()))), None
    if match := _PERCENT.match(share):
        percent = Decimal(match[1].replace(",", "."))
        percent = percent if percent <= 100 else None
    said = [
        f"{name} {value}" if name not in ("role", "relationship", "relation") else str(value)
        for name, values in properties.items()
        for value in values
        if name not in (source, target) and not (name == "percentage" and percent is not None)
    ]
    note = "; ".join(said) or None
    for one in map(str, properties.get(source, ())):
        for other in map(str, properties.get(target, ())):
            if (draft := drafts.get(other)) is not None:
                draft.links.append(Link(forth, names.get(one), one, percent, note))
            if (draft := drafts.get(one)) is not None:
                draft.links.append(Link(back, names.get(other), other, percent, note))


def add_holding(
    schema: str, properties: Properties, drafts: Mapping[str, Draft], things: Mapping[str, Any]
) -> None:
    """A sanction, a paper or another thing, to whoever holds it."""
    holders = [str(value) for name in _HOLDERS for value in properties.get(name, ())]
    words = {
        name: [clean(str(value)) for value in values]
        for name, values in properties.items()
        if name not in _HOLDERS
    }
    for draft in (drafts[holder] for holder in holders if holder in drafts):
        if schema in ("Identification", "Passport"):
            _paper(draft, schema, words)
        elif schema == "Sanction":
            draft.say(draft.programmes, *words.get("program", ()), *words.get("programId", ()))
            for day in (*words.get("listingDate", ()), *words.get("startDate", ())):
                draft.listed(day)
            draft.say(draft.remarks, *words.get("reason", ()), *words.get("summary", ()))
            kept = ("program", "programId", "reason", "summary")
            draft.more((f"sanction {n}", v) for n, values in words.items() if n not in kept for v in values)
        else:
            draft.more((f"{schema} {name}", value) for name, values in words.items() for value in values)


def _paper(draft: Draft, schema: str, words: Mapping[str, list[str]]) -> None:
    def one(name: str) -> str | None:
        return "; ".join(words.get(name, ())) or None

    kind = one("type") or schema
    known = ("number", "type", "country", "startDate", "endDate", "authority")
    note = "; ".join(
        f"{name} {value}" for name, values in words.items() if name not in known for value in values
    )
    for number in words.get("number", ()):
        draft.identifiers.append(
            Identifier(
                scheme_of(f"{schema} {kind}" if schema == "Passport" else kind),
                number,
                kind,
                one("country"),
                one("startDate"),
                one("endDate"),
                one("authority"),
                note or None,
            )
        )
