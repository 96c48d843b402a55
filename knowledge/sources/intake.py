"""Rows into the store: bad ones set aside, good ones recorded, the same file twice changes nothing (导入).

Rows go in by slices, each one short transaction under one ledger entry; a slice in which nothing changed writes
nothing at all, not even that entry.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from knowledge.sources.joining import joined
from knowledge.sources.kinds import KINDS, Kind
from knowledge.sources.preparation import PreparedRow, SetAside, prepare
from knowledge.sources.tables import RawRow, read_rows
from store.access import FieldClass
from store.customers import Customers
from store.dates import PartialDate
from store.engine import Databases, unit_of_work
from store.errors import AmbiguousSubject, RecordInvalid, UnknownSubject
from store.evidence import Tier
from store.history import History, NewVersion, Outcome, Recorded
from store.ledger import Entry, Ledger
from store.names import search_key
from store.policy import Policy

#: Rows of one transaction.
SLICE = 500
#: Kinds whose rows are recorded one by one: a customer must be findable for the next row, which may be the same firm
#: again, and two people cannot share one Slack account.
_ALONE = frozenset({"customers", "users"})


class _NothingToKeep(Exception):
    """Ends a transaction in which nothing changed."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, by outcome, and every row that was set aside with its line and reason."""

    kind: str
    file: str
    outcomes: Counter[str] = field(default_factory=Counter)
    aside: list[SetAside] = field(default_factory=list)
    unknown_columns: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False
    #: Customers that are new or changed: documents that were there before may name them.
    customers: list[UUID] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for scripts."""
        return {
            "kind": self.kind,
            "file": self.file,
            **{outcome.value: self.outcomes[outcome.value] for outcome in Outcome},
            "set_aside": [{"line": row.line, "reason": row.reason} for row in self.aside],
            "unknown_columns": self.unknown_columns,
            "dry_run": self.dry_run,
        }


class Intake:
    """Imports files of rows; `actor` is who brings them."""

    def __init__(
        self,
        databases: Databases,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        aside_folder: Path | None = None,
    ) -> None:
        self._databases = databases
        self._policy = policy
        self._clock = clock
        self._aside_folder = aside_folder

    def import_file(
        self, kind_name: str, path: Path, *, actor: str, keep_extra: bool = False, dry_run: bool = False
    ) -> ImportReport:
        """Import one file; raises `FileUnusable` when it is no table, `StoreBusy` when nothing can be written."""
        kind = KINDS[kind_name]
        report = ImportReport(kind=kind_name, file=path.name, dry_run=dry_run)
        references: dict[str, UUID | str] = {}
        for part in _slices(prepare(kind, read_rows(path))):
            good = []
            for row in part:
                if isinstance(row, SetAside):
                    report.aside.append(row)
                else:
                    good.append(row)
                    for column in row.extra:
                        report.unknown_columns.setdefault(column, row.line)
            self._record(kind, good, report, references, actor=actor, keep_extra=keep_extra)
        report.aside.sort(key=lambda row: row.line)
        if report.aside and not dry_run:
            self._keep_aside(report)
        return report

    def file_row(
        self, connection: Connection, entry: Entry, kind_name: str, cells: Mapping[str, Any], *, cause: str
    ) -> Recorded:
        """Record one row that a person decided on, in their unit of work and under their ledger entry.

        A figure of a statement joins those that its source gave for the period before. Raises RecordInvalid,
        UnknownSubject or AmbiguousSubject.
        """
        kind = KINDS[kind_name]
        (row,) = prepare(kind, [RawRow(1, dict(cells))])
        if isinstance(row, SetAside):
            raise RecordInvalid(row.reason)
        (version,) = self._versions(kind, row, connection, {}, cause, False)
        history = History(connection, entry)
        if kind.name == "statements":
            present = history.present(kind.name, version.natural_key)
            version = version if present is None else replace(version, body=joined(present, version.body))
        return history.record_all([version])[0]

    def _record(
        self,
        kind: Kind,
        rows: list[PreparedRow],
        report: ImportReport,
        references: dict[str, UUID | str],
        *,
        actor: str,
        keep_extra: bool,
    ) -> None:
        outcomes: Counter[str] = Counter()
        refused: list[SetAside] = []
        touched: list[UUID] = []
        try:
            with unit_of_work(self._databases.write) as connection:
                entry = Ledger(connection, self._clock).append(
                    actor=actor,
                    action="import",
                    subject=report.file,
                    detail={"kind": kind.name, "rows": len(rows)},
                )
                history = History(connection, entry)
                cause = f"import of {report.file}"
                together: list[NewVersion] = []
                for row in rows:
                    try:
                        made = self._versions(kind, row, connection, references, cause, keep_extra)
                        if kind.name in _ALONE:
                            with connection.begin_nested():
                                done = history.record_all(made)
                            outcomes.update(each.outcome.value for each in done)
                            touched += [
                                each.subject_id for each in done if each.outcome is not Outcome.UNCHANGED
                            ]
                        else:
                            together += made
                    except (RecordInvalid, UnknownSubject, AmbiguousSubject) as wrong:
                        refused.append(SetAside(row.line, str(wrong), {**row.body, "customer": row.customer}))
                outcomes.update(done.outcome.value for done in history.record_all(together))
                if report.dry_run or not outcomes[Outcome.NEW] + outcomes[Outcome.CHANGED]:
                    raise _NothingToKeep
            if kind.name == "customers":
                report.customers += touched
        except _NothingToKeep:
            references.clear()
        report.aside += refused
        report.outcomes += outcomes

    def _versions(
        self,
        kind: Kind,
        row: PreparedRow,
        connection: Connection,
        references: dict[str, UUID | str],
        cause: str,
        keep_extra: bool,
    ) -> list[NewVersion]:
        customer = None
        if kind.name == "customers":
            key = _customer_key(row, Customers(connection))
        elif row.customer is None:
            key = "|".join(row.key)
        else:
            customer = _resolve(row.customer, connection, references)
            key = "|".join((str(customer), *row.key))
        version = NewVersion(
            aggregate=kind.name,
            natural_key=key,
            body=row.body,
            customer_id=customer,
            source=row.source,
            tier=Tier(row.tier) if row.tier else self._policy.tier_of(row.source),
            field_class=FieldClass(row.field_class or self._policy.class_of(kind.name)),
            cause=cause,
            observed_on=PartialDate.parse(row.observed_on) if row.observed_on else None,
            url=row.url,
            valid_from=PartialDate.parse(row.valid_from) if row.valid_from else None,
            valid_to=PartialDate.parse(row.valid_to) if row.valid_to else None,
            amount=row.amount,
            currency=row.currency,
        )
        if not keep_extra or customer is None:
            return [version]
        return [version, *(_extra_fact(name, value, version) for name, value in row.extra.items())]

    def _keep_aside(self, report: ImportReport) -> None:
        """Rows that were not taken, with line and reason, as JSON Lines beside the data."""
        if self._aside_folder is None:
            return
        self._aside_folder.mkdir(parents=True, exist_ok=True)
        stamp = self._clock().strftime("%Y%m%dT%H%M%SZ")
        path = self._aside_folder / f"{report.kind}-{Path(report.file).stem[:60]}-{stamp}.jsonl"
        # What is no text in the file may be none here either: it is kept as an escape.
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for row in report.aside:
                kept = {"line": row.line, "reason": row.reason, "row": dict(row.row)}
                file.write(json.dumps(kept, ensure_ascii=False, default=str) + "\n")


def _slices(rows: Iterable[PreparedRow | SetAside]) -> Iterator[list[PreparedRow | SetAside]]:
    remaining = iter(rows)
    while part := list(islice(remaining, SLICE)):
        yield part


def _resolve(reference: str, connection: Connection, references: dict[str, UUID | str]) -> UUID:
    known = references.get(reference)
    if known is None:
        try:
            known = Customers(connection).find(reference).id
        except (UnknownSubject, AmbiguousSubject) as wrong:
            known = f"customer: {wrong}"
        references[reference] = known
    if isinstance(known, str):
        raise UnknownSubject(known)
    return known


def _customer_key(row: PreparedRow, customers: Customers) -> str:
    """The natural key of a customer: that of the stored one with the same key, identifier or name, else its own.

    Identifiers are tried from the surest down; a name counts only where no identifier contradicts it.
    """
    given = [(name, str(row.body[name])) for name in ("customer_key", "uscc", "lei") if row.body.get(name)]
    for _, value in given:
        try:
            return customers.natural_key(customers.find(value).id)
        except UnknownSubject:
            continue
    name = str(row.body["legal_name"])
    if not given:
        try:
            return customers.natural_key(customers.find(name).id)
        except UnknownSubject:
            pass
    kind, value = given[0] if given else ("name", search_key(name) or name)
    return f"{kind}:{value}"


def _extra_fact(name: str, value: str, version: NewVersion) -> NewVersion:
    return replace(
        version,
        aggregate="facts",
        natural_key=f"{version.customer_id}|{name}|{version.source}",
        body={"attribute": name, "value": value},
        field_class=FieldClass.INTERNAL,
        amount=None,
        currency=None,
        valid_from=None,
        valid_to=None,
    )
