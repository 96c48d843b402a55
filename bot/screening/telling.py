"""A screening in the shape of the contract, its reasons in words of either language (筛查措辞)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prompts.phrasebook import Phrasebook
from store.hits import Hit, HitState
from store.screenings import Screening


def tell(screening: Screening, hits: Sequence[Hit], language: str) -> dict[str, Any]:
    """The screening as it was found, with the decisions of today."""
    book = Phrasebook.nearest(language)
    today = {hit.code: hit for hit in hits}
    return {
        "screening": screening.code,
        "kind": screening.kind,
        "made_at": screening.made_at.isoformat(),
        "lists": dict(screening.lists),
        "threshold": screening.threshold / 10_000,
        "compared": screening.compared,
        "hits": [_found(found, today.get(str(found["hit"])), book) for found in screening.body["hits"]],
        "owned": [tell_owned(each, book) for each in screening.body["owned"]],
        "versions": {"policy": screening.policy_version, "program": screening.program_version},
    }


def tell_hit(hit: Hit, language: str) -> dict[str, Any]:
    """A hit as it stands."""
    book = Phrasebook.nearest(language)
    return {
        "hit": hit.code,
        "subject": hit.name,
        "roles": list(hit.roles),
        "list": hit.list,
        "version": hit.list_version,
        "entry": hit.entry,
        "name": hit.entry_name,
        "ours": hit.our_name,
        "matched": hit.matched,
        "score": hit.score / 10_000,
        "because": [tell_note(note, book, whole=(hit.our_name, hit.matched)) for note in hit.because],
        "against": [tell_note(note, book, whole=(hit.our_name, hit.matched)) for note in hit.against],
        "state": hit.state.value,
        "decision": decision(hit),
    }


def decision(hit: Hit) -> dict[str, Any] | None:
    """What people decided; None as long as nobody has."""
    if hit.state in (HitState.OPEN, HitState.CLOSED):
        return None
    return {"state": hit.state.value, "by": hit.by, "at": hit.at.isoformat(), "reason": hit.reason}


def tell_note(
    note: Mapping[str, Any], book: Phrasebook, *, whole: tuple[str, str] | None = None
) -> dict[str, Any]:
    """A reason with its sentence; what is found in the `whole` names names no part of them."""
    feature = str(note["feature"])
    key = feature.replace(":", ".")
    said = book.get(f"screening.reason.{key}", book.get(f"names.reason.{key}", feature))
    return {
        "feature": feature,
        "left": note["left"],
        "right": note["right"],
        "value": float(note["value"]),
        "note": said,
        "said": said
        if whole is None or (note["left"], note["right"]) in (whole, ("", ""))
        else book.say("screening.finding", note=said, left=note["left"], right=note["right"]),
    }


def tell_owned(owned: Mapping[str, Any], book: Phrasebook) -> dict[str, Any]:
    """A limit that listed owners reach, with its sentence: the sum and each path down to the customer."""
    if owned["rule"] == "share_unknown":
        text = book.say("screening_desk.owned.unknown", owners=_joined(owned["owners"], book))
        return {**owned, "text": text}
    paths = [
        " → ".join([*(f"{each['holder']} {each['percent']} %" for each in path), path[-1]["held"]])
        for path in owned["paths"]
    ]
    values = {
        "percent": owned["percent"],
        "limit": owned["limit"],
        "rule": book.get(f"screening_desk.rule.{owned['rule']}", str(owned["rule"])),
        "paths": _joined(paths, book),
    }
    key = "certain" if owned["certain"] else "possible"
    return {**owned, "text": book.say(f"screening_desk.owned.{key}", **values)}


def tell_change(field: Sequence[str], book: Phrasebook) -> str:
    """A field that changed and so opened a hit again: “the entry's identifiers”."""
    side, name = field
    said = book.get(f"screening_desk.field.{name}", name)
    return book.say(f"screening_desk.side.{side}", field=said)


def _found(found: Mapping[str, Any], hit: Hit | None, book: Phrasebook) -> dict[str, Any]:
    return {
        **found,
        "score": found["score"] / 10_000,
        "because": [tell_note(note, book, whole=_whole(found)) for note in found["because"]],
        "against": [tell_note(note, book, whole=_whole(found)) for note in found["against"]],
        "state": hit.state.value if hit else found["state"],
        "decision": decision(hit) if hit else None,
    }


def _whole(found: Mapping[str, Any]) -> tuple[str, str]:
    return str(found.get("ours", "")), str(found.get("matched", ""))


def _joined(texts: Sequence[str], book: Phrasebook) -> str:
    return ("；" if book.language == "zh" else "; ").join(texts)
