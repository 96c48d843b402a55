"""OFAC's two formats: the old files with their overflow of remarks, and the advanced XML; all names are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.watchlists.entry import Kind, ListEntry, Quality, Scheme, read_entry, to_body
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import read_list
from knowledge.watchlists.formats.shapes import Reading
from store.dates import PartialDate

_NOTHING = ",".join(["-0- "] * 7)
_SDN = (
    '101,"KORVATH, Miro Aleksandar","individual","BALKANS] [GLOMAG","Deputy Minister of Harbours",'
    + ",".join(["-0- "] * 6)
    + ',"DOB circa 1951; alt. DOB 04 Mar 1952; POB Novi Brod, Serbia; nationality Serbia; alt. citizen Malta; Gender '
    "Male; Passport P0012345 (Serbia) issued 05 May 2010 expires 05 May 2020; National ID No. 0403952710011 (Serbia); "
    "a.k.a. 'THE ADMIRAL'; Secondary sanctions risk: section 1 of an order; formerly harbour master; Linked To: "
    'BLUE HERON SHIPPING LTD."\n'
    '102,"BLUE HERON SHIPPING LTD",-0- ,"BALKANS",'
    + _NOTHING
    + ',"Registration Number 0459-AB (Malta); Website '
    'www.blueheron.example; Email Address office@blueheron.example; Organization Established Date 17 Dec 2016."\n'
    '103,"GREY HERON","vessel","BALKANS",-0- ,"T2EU4","General Cargo","318,000","163,660","Malta","Blue Heron Co.",'
    '"Vessel Registration Identification IMO 9187629; MMSI 572469210; Former Vessel Flag Tuvalu."\n'
    '104,"9H-KRV","aircraft","GLOMAG",'
    + _NOTHING
    + ",\"Aircraft Model IL76-TD; Aircraft Manufacturer's Serial Number "
    '(MSN) 1023409321; Aircraft Tail Number 9H-KRV."\n\x1a'
)
_ALT = '101,9,"aka","KORVAT, Miroslav",-0- \n102,10,"fka","HERON BULK LTD","until 2012"\n\x1a'
_ADD = '101,5,-0- ,"Valletta VLT 1010","Malta",-0- \n102,6,"12 Quay Street","Valletta","Malta",-0- \n'


def ofac(folder: Path, *texts: str) -> Reading:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"part{number}.csv")
        files[-1].write_text(text, encoding="utf-8")
    return read_list("ofac", files, max_bytes=10**8)


def by_id(reading: Reading) -> dict[str, ListEntry]:
    return {entry.id: entry for entry in reading.entries}


def test_a_person_with_everything_that_remarks_say(tmp_path: Path) -> None:
    miro = by_id(ofac(tmp_path, _ALT, _ADD, _SDN))["101"]
    assert miro.kind is Kind.PERSON
    assert [(name.text, name.quality) for name in miro.names] == [
        ("KORVATH, Miro Aleksandar", Quality.PRIMARY),
        ("THE ADMIRAL", Quality.WEAK),
        ("KORVAT, Miroslav", Quality.STRONG),
    ]
    assert miro.names[0].parts == (("last", "KORVATH"), ("first", "Miro Aleksandar"))
    assert [(str(date.first), date.circa) for date in miro.birth_dates] == [
        ("1951", True),
        ("1952-03-04", False),
    ]
    assert miro.birth_places[0].text == "Novi Brod, Serbia"
    assert (miro.nationalities, miro.citizenships, miro.genders) == (("Serbia",), ("Malta",), ("Male",))
    assert miro.programmes == ("BALKANS", "GLOMAG")
    assert miro.titles == ("Deputy Minister of Harbours",)
    passport = miro.identifiers[0]
    assert (passport.scheme, passport.number, passport.country) == (Scheme.PASSPORT, "P0012345", "Serbia")
    assert (passport.issued_on, passport.expires_on) == ("05 May 2010", "05 May 2020")
    assert miro.identifiers[1].scheme is Scheme.NATIONAL_ID
    assert [(link.role, link.name, link.entry_id) for link in miro.links] == [
        ("linked to", "BLUE HERON SHIPPING LTD", "102")
    ]
    assert "formerly harbour master" in miro.remarks[0]
    assert ("Secondary sanctions risk", "section 1 of an order") in miro.extra
    assert miro.addresses[0].city == "Valletta VLT 1010"


def test_firms_vessels_and_aircraft(tmp_path: Path) -> None:
    entries = by_id(ofac(tmp_path, _SDN, _ALT, _ADD))
    firm, vessel, aircraft = entries["102"], entries["103"], entries["104"]
    assert firm.kind is Kind.ORGANISATION
    assert (firm.names[1].text, firm.names[1].quality, firm.names[1].note) == (
        "HERON BULK LTD",
        Quality.FORMER,
        "until 2012",
    )
    assert {each.scheme for each in firm.identifiers} == {Scheme.REGISTRATION, Scheme.WEBSITE, Scheme.EMAIL}
    assert ("Organization Established Date", "17 Dec 2016") in firm.extra
    assert vessel.kind is Kind.VESSEL
    assert dict(vessel.craft)["flag"] == "Malta" and dict(vessel.craft)["Former Vessel Flag"] == "Tuvalu"
    assert [(each.scheme, each.number) for each in vessel.identifiers] == [
        (Scheme.IMO, "IMO 9187629"),
        (Scheme.MMSI, "572469210"),
    ]
    assert aircraft.kind is Kind.AIRCRAFT
    assert {each.number for each in aircraft.identifiers} == {"1023409321", "9H-KRV"}


def test_remarks_that_are_cut_in_a_word_go_on_in_the_file_of_comments(tmp_path: Path) -> None:
    end = "; Passport Z99887766 (Ma"
    start = "DOB 01 Jan 1970; ".ljust(1000 - len(end), "x") + end
    whole = f'7,"TALVERA, Ines","individual","SDGT",{",".join(["-0- "] * 7)},"{start}"\n'
    comments = '7,"lta); Linked To: NOBODY."\n'
    rest = ('7,1,"aka","INES T.",-0- \n', '7,1,"Quay","Riga","Latvia",-0- \n')
    ines = by_id(ofac(tmp_path, whole, comments, *rest))["7"]
    assert (ines.identifiers[0].number, ines.identifiers[0].country) == ("Z99887766", "Malta")
    assert ines.links[0].name == "NOBODY" and ines.links[0].entry_id is None
    cut = ofac(tmp_path, whole, *rest)
    assert "break off at 1000 characters" in cut.problems[0]


def test_a_file_that_is_missing_and_one_of_another_day_are_named(tmp_path: Path) -> None:
    reading = ofac(tmp_path, _SDN, _ALT.replace("101,9", "999,9"))
    assert any("no file of addresses" in problem for problem in reading.problems)
    assert any("entry 999 has aliases" in problem for problem in reading.problems)
    with pytest.raises(ListUnreadable, match="none of the files has the entries"):
        ofac(tmp_path, _ALT)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text[:300], "never closed"),
        (lambda text: text.replace('"individual"', '"robot"'), "no type of entry"),
        (lambda text: text.replace("102,", "abc,"), "no row of OFAC's files"),
        (lambda text: text.replace(',"BALKANS",', ',"BALKANS","more",', 1), "no row of OFAC's files"),
        (lambda text: text.replace("HERON", 'HE"RON', 1), "closed in the middle"),
        (lambda text: text.replace("HERON", "HE\x00RON", 1), "a NUL"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, change, reason: str) -> None:
    with pytest.raises(ListUnreadable, match=reason) as told:
        ofac(tmp_path, change(_SDN), _ALT)
    assert "part0.csv, line" in str(told.value)


_VALUES = """
<AliasTypeValues><AliasType ID="1400">A.K.A.</AliasType><AliasType ID="1401">F.K.A.</AliasType>
<AliasType ID="1403">Name</AliasType></AliasTypeValues>
<AreaCodeValues><AreaCode ID="1" CountryID="10" Description="Malta">MT</AreaCode></AreaCodeValues>
<CountryValues><Country ID="10" ISO2="MT">Malta</Country><Country ID="11" ISO2="RS">Serbia</Country></CountryValues>
<DetailReferenceValues><DetailReference ID="91526">Male</DetailReference></DetailReferenceValues>
<FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="9">Place of Birth</FeatureType>
<FeatureType ID="10">Nationality Country</FeatureType><FeatureType ID="25">Location</FeatureType>
<FeatureType ID="224">Gender</FeatureType><FeatureType ID="13">SWIFT/BIC</FeatureType>
<FeatureType ID="104">Secondary sanctions risk:</FeatureType><FeatureType ID="3">Vessel Flag</FeatureType>
</FeatureTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="1570">Passport</IDRegDocType>
<IDRegDocType ID="1626">Vessel Registration Identification</IDRegDocType></IDRegDocTypeValues>
<IDRegDocDateTypeValues><IDRegDocDateType ID="1480">Issue Date</IDRegDocDateType></IDRegDocDateTypeValues>
<LegalBasisValues><LegalBasis ID="1">Order of the Harbour</LegalBasis></LegalBasisValues>
<ListValues><List ID="1550">SDN List</List></ListValues>
<LocPartTypeValues><LocPartType ID="1451">ADDRESS1</LocPartType><LocPartType ID="1454">CITY</LocPartType>
</LocPartTypeValues>
<NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType><NamePartType ID="1521">First Name</NamePartType>
<NamePartType ID="1525">Entity Name</NamePartType></NamePartTypeValues>
<PartySubTypeValues><PartySubType ID="1">Vessel</PartySubType><PartySubType ID="3">Entity</PartySubType>
<PartySubType ID="4">Individual</PartySubType></PartySubTypeValues>
<RelationTypeValues><RelationType ID="15001">Owned or Controlled By</RelationType></RelationTypeValues>
<SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType><SanctionsType ID="2">Block</SanctionsType>
</SanctionsTypeValues>
<ScriptValues><Script ID="215">Latin</Script><Script ID="220">Cyrillic</Script></ScriptValues>
"""


def _alias(kind: str, script: str, *parts: tuple[str, str], own: bool = False, low: bool = False) -> str:
    values = "".join(
        f'<DocumentedNamePart><NamePartValue NamePartGroupID="{group}" ScriptID="{script}">{text}</NamePartValue>'
        "</DocumentedNamePart>"
        for group, text in parts
    )
    return (
        f'<Alias AliasTypeID="{kind}" Primary="{str(own).lower()}" LowQuality="{str(low).lower()}">'
        f'<DocumentedName ID="1">{values}</DocumentedName></Alias>'
    )


def _period(first: tuple[int, int, int], last: tuple[int, int, int], circa: str = "false") -> str:
    def day(tag: str, parts: tuple[int, int, int]) -> str:
        return f"<{tag}><Year>{parts[0]}</Year><Month>{parts[1]}</Month><Day>{parts[2]}</Day></{tag}>"

    start, end = day("From", first) + day("To", first), day("From", last) + day("To", last)
    return (
        f'<DatePeriod CalendarTypeID="1"><Start Approximate="{circa}">{start}</Start>'
        f'<End Approximate="{circa}">{end}</End></DatePeriod>'
    )


def _feature(kind: str, inside: str) -> str:
    return f'<Feature FeatureTypeID="{kind}"><FeatureVersion ID="1">{inside}</FeatureVersion></Feature>'


_ADVANCED = f"""<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://lists.example/advanced">
<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>11</Month><Day>3</Day></DateOfIssue>
<ReferenceValueSets>{_VALUES}</ReferenceValueSets>
<Locations>
<Location ID="7"><LocationCountry CountryID="10"/><LocationPart LocPartTypeID="1451"><LocationPartValue Primary="true">
<Value>12 Quay Street</Value></LocationPartValue></LocationPart><LocationPart LocPartTypeID="1454"><LocationPartValue>
<Value>Valletta</Value></LocationPartValue></LocationPart></Location>
<Location ID="8"><LocationCountry CountryID="11"/></Location>
</Locations>
<IDRegDocuments><IDRegDocument ID="1" IDRegDocTypeID="1570" IdentityID="900" IssuedBy-CountryID="11">
<IDRegistrationNo>P0012345</IDRegistrationNo><DocumentDate IDRegDocDateTypeID="1480">
{_period((2010, 5, 5), (2010, 5, 5))}</DocumentDate></IDRegDocument></IDRegDocuments>
<DistinctParties>
<DistinctParty FixedRef="101"><Comment>harbour master</Comment><Profile ID="5101" PartySubTypeID="4">
<Identity ID="900" FixedRef="101" Primary="true" False="false">
{_alias("1403", "215", ("1", "KORVATH"), ("2", "Miro"), own=True)}
{_alias("1400", "220", ("1", "КОРВАТ"), ("2", "Миро"), own=True)}
{_alias("1400", "215", ("1", "THE ADMIRAL"), low=True)}
{_alias("1401", "215", ("1", "HORVATH"), ("2", "Miro"))}
<NamePartGroups><MasterNamePartGroup><NamePartGroup ID="1" NamePartTypeID="1520"/></MasterNamePartGroup>
<MasterNamePartGroup><NamePartGroup ID="2" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups>
</Identity>
{_feature("8", _period((1951, 1, 1), (1951, 12, 31), "true"))}
{_feature("8", _period((1952, 3, 4), (1952, 3, 4)))}
{_feature("8", _period((1955, 1, 1), (1957, 12, 31)))}
{_feature("9", "<VersionDetail>Novi Brod</VersionDetail>")}
{_feature("10", '<VersionLocation LocationID="8"/>')}
{_feature("25", '<VersionLocation LocationID="7"/>')}
{_feature("224", '<VersionDetail DetailReferenceID="91526"/>')}
{_feature("104", "<VersionDetail>section 1 of an order</VersionDetail>")}
</Profile></DistinctParty>
<DistinctParty FixedRef="102"><Profile ID="5102" PartySubTypeID="3"><Identity ID="901" Primary="true">
{_alias("1403", "215", ("1", "BLUE HERON SHIPPING LTD"), own=True)}</Identity>
{_feature("13", "<VersionDetail>BHSLMTMT</VersionDetail>")}
<NewElement kind="of tomorrow">kept</NewElement></Profile></DistinctParty>
</DistinctParties>
<ProfileRelationships><ProfileRelationship ID="1" From-ProfileID="5102" To-ProfileID="5101" RelationTypeID="15001"
Former="false"/></ProfileRelationships>
<SanctionsEntries>
<SanctionsEntry ID="1" ProfileID="5101" ListID="1550"><EntryEvent LegalBasisID="1"><Date>
<Year>2019</Year><Month>7</Month><Day>2</Day></Date></EntryEvent>
<SanctionsMeasure SanctionsTypeID="1"><Comment>BALKANS</Comment></SanctionsMeasure>
<SanctionsMeasure SanctionsTypeID="2"><Comment/></SanctionsMeasure></SanctionsEntry>
</SanctionsEntries></Sanctions>"""


def advanced(folder: Path, text: str) -> Reading:
    file = folder / "sdn_advanced.xml"
    file.write_text(text, encoding="utf-8")
    return read_list("ofac", [file], max_bytes=10**8)


def test_the_advanced_file_has_the_numbers_of_the_old_ones_and_resolves_its_references(
    tmp_path: Path,
) -> None:
    reading = advanced(tmp_path, _ADVANCED)
    assert reading.published == "2026-11-03" and not reading.problems
    entries = by_id(reading)
    miro, firm = entries["101"], entries["102"]
    assert [(name.text, name.quality, name.script) for name in miro.names] == [
        ("KORVATH, Miro", Quality.PRIMARY, "Latin"),
        ("КОРВАТ Миро", Quality.STRONG, "Cyrillic"),
        ("THE ADMIRAL", Quality.WEAK, "Latin"),
        ("HORVATH, Miro", Quality.FORMER, "Latin"),
    ]
    dates = [(str(date.first), str(date.last), date.circa) for date in miro.birth_dates]
    assert dates == [("1951", "1951", True), ("1952-03-04", "1952-03-04", False), ("1955", "1957", False)]
    assert miro.birth_places[0].text == "Novi Brod"
    assert (miro.nationalities, miro.genders, miro.programmes) == (("Serbia",), ("Male",), ("BALKANS",))
    assert str(miro.addresses[0]) == "12 Quay Street, Valletta, Malta"
    assert miro.listed_on == PartialDate(2019, 7, 2)
    passport = miro.identifiers[0]
    assert (passport.scheme, passport.number, passport.country) == (Scheme.PASSPORT, "P0012345", "Serbia")
    assert passport.issued_on == "2010-05-05"
    assert {("legal basis", "Order of the Harbour"), ("list", "SDN List"), ("measure", "Block")} <= set(
        miro.extra
    )
    assert miro.remarks == ("harbour master",)
    assert firm.identifiers[0].scheme is Scheme.BIC
    assert (firm.links[0].role, firm.links[0].name, firm.links[0].entry_id) == (
        "owned or controlled by",
        "KORVATH, Miro",
        "101",
    )
    assert ("NewElement@kind", "of tomorrow") in firm.extra and ("NewElement", "kept") in firm.extra


def test_a_relation_to_nobody_is_a_problem_and_a_file_without_values_another_file(tmp_path: Path) -> None:
    reading = advanced(tmp_path, _ADVANCED.replace('From-ProfileID="5102"', 'From-ProfileID="6000"'))
    assert "6000" in reading.problems[0]
    start, end = _ADVANCED.index("<ReferenceValueSets>"), _ADVANCED.index("<Locations>")
    with pytest.raises(ListUnreadable, match="no ReferenceValueSets"):
        advanced(tmp_path, _ADVANCED[:start] + _ADVANCED[end:])


def test_an_entry_is_the_same_after_the_store(tmp_path: Path) -> None:
    for reading in (advanced(tmp_path, _ADVANCED), ofac(tmp_path, _SDN, _ALT, _ADD)):
        for entry in reading.entries:
            again = read_entry(to_body(entry))
            assert again == entry and again.content_hash == entry.content_hash


def test_a_list_that_sorts_its_aliases_anew_has_changed_nothing(tmp_path: Path) -> None:
    turned = '101,9,"aka","MIRO K.",-0- \n101,8,"aka","KORVAT, Miroslav",-0- \n'
    other = "".join(reversed(turned.splitlines(keepends=True)))
    one, two = (by_id(ofac(tmp_path, _SDN, text, _ADD))["101"] for text in (turned, other))
    assert one.names != two.names
    assert (one.content_hash, one.matter_hash) == (two.content_hash, two.matter_hash)
    new = by_id(ofac(tmp_path, _SDN, turned.replace("MIRO K.", "MIRO KO."), _ADD))["101"]
    assert new.matter_hash != one.matter_hash
    moved = by_id(ofac(tmp_path, _SDN, turned, _ADD.replace("Valletta", "Sliema")))["101"]
    assert moved.content_hash != one.content_hash and moved.matter_hash == one.matter_hash
