"""What is really stored behind citations (存档): documents, versions of rows, the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bot.assistant.answer import recall
from store.access import Audience, FieldClass, Rights, Role, Viewer
from store.alerts import Alerts
from store.changes import versions_of
from store.checks import Checks
from store.customers import Customers
from store.engine import reading
from store.errors import Forbidden, UnknownSubject
from store.evidence import passage_id
from store.hits import Hits
from store.ledger import sequence_at
from store.screening_batches import Batches
from store.shelf import DocumentReader

if TYPE_CHECKING:
    from bot.assembly import House

#: Where a document stands that is cited as a whole, by its title.
_WHOLE = {"aggregate": "documents"}
#: Whether a version is there does not depend on who may see it.
_EYE = Viewer("evaluation", Role.AUDITOR, Audience.alone(), Rights({Role.AUDITOR: frozenset(FieldClass)}, {}))


class Stored:
    """The archive of one house; versions are read once a customer."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._versions: dict[str, frozenset[UUID]] = {}

    def of(self, viewer: Viewer) -> ViewedArchive:
        """The same archive as one viewer may open it."""
        return ViewedArchive(self, viewer)

    def opens(self, item: Mapping[str, Any], viewer: Viewer) -> bool:
        """Whether the library opens the passage for this viewer; a document is cited by its title."""
        cited = recall(item)
        if dict(cited.locator) == _WHOLE:
            with reading(self._house.databases.read) as connection:
                head = DocumentReader(connection, viewer.classes).by_hash(cited.id.split("-")[1])
            return head is not None and passage_id(head.sha256, _WHOLE, head.title) == cited.id
        try:
            self._house.library.open(cited, viewer=viewer)
        except Forbidden:
            return False
        return True

    def keeps(self, item: Mapping[str, Any]) -> bool:
        """Whether the version or the entry that `ref` names is there."""
        kind, _, name = str(item["ref"]).partition("-")
        try:
            if kind == "led":
                with reading(self._house.databases.read) as connection:
                    return 1 <= int(name) <= sequence_at(connection, self._house.clock())
            if item["locator"].get("aggregate") == "screenings":
                return self._is_covered(item)
            return self._is_kept(str(item["locator"].get("aggregate")), UUID(name), item)
        except ValueError:
            return False

    def _is_kept(self, aggregate: str, key: UUID, item: Mapping[str, Any]) -> bool:
        """Our own alerts and checks are rows of their own; all else is a version of a row."""
        if aggregate not in ("alerts", "checks", "hits"):
            return key in self._of_customer(str(item.get("customer") or ""))
        with reading(self._house.databases.read) as connection:
            if aggregate == "alerts":
                return Alerts(connection).by_id(key) is not None
            if aggregate == "hits":
                hit = Hits(connection).by_code(_field(item, "hit"))
                return hit is not None and hit.id == key
            code = str(item["quote"]).partition("\n")[0].removeprefix("code: ")
            check = Checks(connection).by_code(code)
            return check is not None and check.id == key

    def _is_covered(self, item: Mapping[str, Any]) -> bool:
        """Whether the customer was compared with at least this version of the list."""
        with reading(self._house.databases.read) as connection:
            customer = Customers(connection).by_code(str(item.get("customer") or ""))
            known = {each.list: each.version for each in Batches(connection).covered(customer.id)}
        return int(_field(item, "version")) <= known.get(_field(item, "list"), 0)

    def _of_customer(self, code: str) -> frozenset[UUID]:
        if code not in self._versions:
            with reading(self._house.databases.read) as connection:
                try:
                    customer = Customers(connection).by_code(code)
                    steps = versions_of(connection, customer.id, viewer=_EYE)
                except UnknownSubject:
                    steps = []
            self._versions[code] = frozenset(step.version_id for step in steps)
        return self._versions[code]


def _field(item: Mapping[str, Any], name: str) -> str:
    """A line of what is quoted of a row of our own; empty where there is none."""
    lines = (line.partition(": ") for line in str(item["quote"]).splitlines())
    return next((value for key, _, value in lines if key == name), "")


class ViewedArchive:
    """An archive as one viewer may open it."""

    def __init__(self, stored: Stored, viewer: Viewer) -> None:
        self._stored, self._viewer = stored, viewer

    @property
    def classes(self) -> Collection[str]:
        """The field classes that the viewer may see in this place."""
        return {field_class.value for field_class in self._viewer.classes}

    def opens(self, item: Mapping[str, Any]) -> bool:
        """Whether the passage stands in its stored document, in these words."""
        return self._stored.opens(item, self._viewer)

    def keeps(self, item: Mapping[str, Any]) -> bool:
        """Whether the cited version of a row, or entry of the ledger, is there."""
        return self._stored.keeps(item)
