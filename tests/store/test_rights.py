"""Who may see what: every role in every place, and no way around the mask."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.access import CEILINGS, Audience, FieldClass, Permission, Role, authorize
from store.dossier import record_evidence
from store.errors import Forbidden, UnknownSubject
from store.masking import mask_email, mask_phone

PUBLIC, INTERNAL, PERSONAL, SUSPICION = FieldClass
ALL = frozenset(FieldClass)

#: The table as the firm states it: role → classes, permissions.
TABLE = {
    Role.SALES: ({PUBLIC, INTERNAL}, {"ask"}),
    Role.RISK: (ALL, {"ask", "check", "screen", "alerts", "ingest", "import"}),
    Role.COMPLIANCE: (ALL, {"ask", "check", "screen", "alerts", "read_ledger", "export"}),
    Role.AUDITOR: (ALL, {"ask", "check", "alerts", "read_ledger", "export"}),
    Role.ADMIN: ({PUBLIC, INTERNAL}, {"import", "ingest", "register", "ask"}),
    Role.UNKNOWN: (frozenset(), set()),
}
PLACES = [None, *FieldClass]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("ceiling", PLACES)
def test_classes_are_those_of_the_role_below_the_ceiling_of_the_place(viewer, role, ceiling):
    allowed, _ = TABLE[role]
    somebody = viewer(role, Audience.channel("#somewhere", ceiling))
    assert somebody.classes == allowed & CEILINGS[ceiling or PUBLIC]
    assert viewer(role).classes == allowed


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_permissions_are_those_of_the_table(viewer, role, permission):
    somebody = viewer(role)
    assert somebody.may(permission) == (permission.value in TABLE[role][1])
    if not somebody.may(permission):
        with pytest.raises(Forbidden):
            authorize(somebody, permission)


def tell_all_classes(book):
    firm = book.customer(stage="active", owner="zhao@firm.cn", tags=["重点"])
    for field_class in FieldClass:
        body = {"dimension": "lawsuit", "title": f"a record of class {field_class}"}
        book.record("records", f"{firm}|{field_class}", body, customer_id=firm, field_class=field_class)
    return firm


def test_every_role_in_every_place_sees_the_rows_of_its_classes(sqlite_book):
    firm = tell_all_classes(sqlite_book)
    for role, (allowed, _) in TABLE.items():
        for place in (Audience.alone(), *(Audience.channel("#x", ceiling) for ceiling in PLACES)):
            classes = allowed & CEILINGS[place.ceiling]
            if PUBLIC not in classes:
                with pytest.raises(UnknownSubject):
                    sqlite_book.dossier(firm, role, place)
                continue
            dossier = sqlite_book.dossier(firm, role, place)
            assert {row.origin.field_class for row in dossier.records} == classes
            told = (dossier.profile.stage, dossier.profile.owner, dossier.profile.tags)
            assert told == (
                ("active", "zhao@firm.cn", ("重点",)) if INTERNAL in classes else (None, None, ())
            )


PERSON = {
    "name": "陈静",
    "role": "beneficial_owner",
    "kind": "person",
    "birth_date": "1979-04-23",
    "nationality": "CA",
    "identifiers": ["310101197904230021"],
    "share_percent": "35",
}
CONTACT = {"name": "周涛", "title": "财务总监", "phone": "+86 138 1234 5678", "email": "zhou.tao@firm.cn"}
SECRETS = ("1979", "310101197904230021", "13812345678", "138 1234 5678", "zhou.tao", "'CA'")


def test_personal_fields_do_not_leak_anywhere(book):
    """Everything that a dossier, its evidence and its history hold, as text, for every viewer without the class."""
    firm = book.customer()
    book.record("parties", "p", PERSON, customer_id=firm, field_class=PUBLIC)
    book.record("contacts", "c", CONTACT, customer_id=firm)
    book.record("contacts", "c", {**CONTACT, "title": "总经理"}, customer_id=firm)
    for role, place in (
        ("sales", Audience.alone()),
        ("admin", Audience.alone()),
        ("risk", Audience.channel("#deal", INTERNAL)),
        ("compliance", Audience.channel("#all")),
    ):
        dossier = book.dossier(firm, role, place)
        rows = (*dossier.parties, *dossier.contacts, dossier.profile)
        columns = (*PERSON, *CONTACT)
        said = repr(dossier) + "".join(record_evidence(row, dossier, columns).quote for row in rows)
        if place.private:
            said += repr(book.history(firm, role))
        assert [secret for secret in SECRETS if secret in said] == []
        assert dossier.parties[0].name == "陈静"
    masked = book.dossier(firm, "sales").contacts[0]
    assert (masked.phone, masked.email, masked.title) == ("138****5678", "z***@firm.cn", "总经理")
    open_file = book.dossier(firm, "compliance")
    assert (open_file.contacts[0].phone, open_file.contacts[0].email) == (CONTACT["phone"], CONTACT["email"])
    assert open_file.parties[0].identifiers == ("310101197904230021",)
    assert str(open_file.parties[0].birth_date) == "1979-04-23"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("0086 13812341234", "138****1234"),
        ("021-5555 1234", "021****1234"),
        ("110", "****"),
        ("看名片", "****"),
    ],
)
def test_a_phone_keeps_its_beginning_and_its_end(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [("zhang@firm.cn", "z***@firm.cn"), ("not a mail", "***"), ("@firm.cn", "***"), ("", "***")],
)
def test_a_mail_keeps_its_first_letter_and_its_domain(email, shown):
    assert mask_email(email) == shown


@given(st.text(max_size=40))
def test_masks_never_show_the_middle(value):
    digits = [char for char in value if char.isdigit()]
    assert sum(char.isdigit() for char in mask_phone(value)) <= (7 if len(digits) >= 9 else 0)
    local, _, domain = value.strip().rpartition("@")
    assert mask_email(value) in ("***", f"{local[:1]}***@{domain}")


def test_a_viewer_cannot_be_changed_after_it_was_made(viewer):
    with pytest.raises(dataclasses.FrozenInstanceError):
        viewer("sales").role = Role.COMPLIANCE
