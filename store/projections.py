"""What is kept beside the versions for quick look-up, written in the same call: customers' names, and users.

Both can be rebuilt from the versions at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from store.access import Role
from store.errors import RecordInvalid
from store.identity import new_id
from store.names import search_key
from store.schema.history import customer_names
from store.schema.people import users

#: Columns of a customer that it is looked up by beside its names, and the kind that they have among them.
_IDENTIFYING = {
    "customer_key": "customer_key",
    "uscc": "uscc",
    "lei": "lei",
    "registration_number": "registration",
}
#: The kinds of names that are identifiers, in the order in which they decide.
IDENTIFIERS = tuple(_IDENTIFYING.values())

Current = Mapping[UUID, tuple[str, Mapping[str, Any], bool]]


def write(connection: Connection | Session, current: Current, *, fresh: Set[UUID] = frozenset()) -> None:
    """Bring the projections up to date; `current` maps a subject to (aggregate, body, removed).

    `fresh` are the subjects that were not there before, so that nothing of theirs need be cleared.
    """
    customers = {key: state for key, state in current.items() if state[0] == "customers"}
    if customers:
        _write_names(connection, customers, fresh)
    for key, (aggregate, body, removed) in current.items():
        if aggregate == "users":
            _write_user(connection, key, body, removed)


def customer_name_rows(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind, name) of every name and identifier in a customer's body, each once."""
    seen: set[tuple[str, str]] = set()
    found = [("legal", body.get("legal_name"))]
    found += [(other["kind"], other["name"]) for other in read_other_names(body.get("other_names"))]
    found += [(kind, body.get(column)) for column, kind in _IDENTIFYING.items()]
    for kind, name in found:
        text = "" if name is None else str(name).strip()
        if text and (kind, text) not in seen:
            seen.add((kind, text))
            yield kind, text


def read_other_names(value: Any) -> list[dict[str, Any]]:
    """`other_names` of a body as objects with name, kind and language; `name|kind|lang` is read too."""
    names = []
    for item in value or ():
        if isinstance(item, str):
            name, kind, language = ([part.strip() for part in item.split("|")] + ["", "", ""])[:3]
        else:
            name, kind = item.get("name") or "", item.get("kind") or ""
            language = item.get("language") or item.get("lang") or ""
        if name:
            names.append({"name": name, "kind": kind or "alias", "language": language or None})
    return names


def _write_names(connection: Connection | Session, customers: Current, fresh: Set[UUID]) -> None:
    if stale := customers.keys() - fresh:
        connection.execute(customer_names.delete().where(customer_names.c.customer_id.in_(list(stale))))
    rows = [
        {"id": new_id(), "customer_id": key, "name": name, "key": search_key(name)[:512], "kind": kind[:16]}
        for key, (_, body, removed) in customers.items()
        if not removed
        for kind, name in customer_name_rows(body)
    ]
    if rows:
        connection.execute(customer_names.insert(), rows)


def _write_user(connection: Connection | Session, key: UUID, body: Mapping[str, Any], removed: bool) -> None:
    connection.execute(users.delete().where(users.c.id == key))
    if removed:
        return
    email = str(body.get("email") or "").strip().lower()
    team, user = body.get("slack_team") or None, body.get("slack_user") or None
    try:
        role = Role(str(body.get("role")))
    except ValueError:
        raise RecordInvalid(f"“{body.get('role')}” is not a role; write one of {', '.join(_ROLES)}") from None
    if user is not None:
        taken = select(users.c.email).where(users.c.slack_team == team, users.c.slack_user == user)
        if (other := connection.execute(taken).scalar()) is not None:
            raise RecordInvalid(
                f"the Slack user {team}/{user} is already {other}; one Slack user is one person"
            )
    connection.execute(
        users.insert(),
        {
            "id": key,
            "email": email,
            "role": role.value,
            "name": body.get("name"),
            "slack_team": team,
            "slack_user": user,
            "language": body.get("language"),
        },
    )


_ROLES = [role.value for role in Role if role is not Role.UNKNOWN]
