"""Channels and their members."""

from __future__ import annotations

from store.access import FieldClass
from store.engine import reading, unit_of_work
from store.people import People


def register(book, name="#risk", ceiling=FieldClass.PERSONAL, team="T1", channel="C1"):
    with unit_of_work(book.databases.write) as connection:
        return People(connection).register_channel(
            team=team, channel=channel, name=name, ceiling=ceiling, by="admin@firm.cn", at=book.clock.now
        )


def test_a_channel_is_found_by_id_and_by_name(book):
    channel = register(book)
    with reading(book.databases.read) as connection:
        people = People(connection)
        for reference in ("C1", "#risk", "risk", " #RISK "):
            assert people.channel("T1", reference) == channel
        assert people.channel("T2", "C1") is None
        assert people.channel("T1", "c1") is None
        assert people.channel(None, "#risk") == channel


def test_registering_again_changes_name_and_ceiling(book):
    first = register(book)
    again = register(book, name="#risk-team", ceiling=FieldClass.INTERNAL)
    assert again.id == first.id
    with reading(book.databases.read) as connection:
        assert People(connection).channels() == [again]
        assert People(connection).channel("T1", "#risk") is None


def test_of_channels_of_one_name_the_strictest_counts(book):
    register(book, ceiling=FieldClass.SUSPICION)
    strict = register(book, team="T2", channel="C2", ceiling=FieldClass.PUBLIC)
    with reading(book.databases.read) as connection:
        assert People(connection).channel(None, "risk") == strict


def test_members_are_remembered_replaced_and_forgotten(book, clock):
    with unit_of_work(book.databases.write) as connection:
        people = People(connection)
        assert people.members("T1", "C1") is None
        people.set_members("T1", "C1", ["U1", "U2"], clock.now)
        later = clock.forward(minutes=5)
        people.set_members("T1", "C1", ["U2", "U3"], later)
        known = people.members("T1", "C1")
        assert (known.members, known.checked_at) == (("U2", "U3"), later)
        people.forget_members("T1", "C1")
        assert people.members("T1", "C1") is None
