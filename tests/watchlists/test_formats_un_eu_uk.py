"""The lists of the UN, the EU and the UK; all names are made up, the shapes are the publishers'."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.watchlists.entry import Kind, ListEntry, Quality, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import read_list
from knowledge.watchlists.formats.shapes import Reading
from store.dates import PartialDate

Read = Callable[[str, str], Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """read(format, text): the list in a file of this text."""

    def build(format: str, text: str) -> Reading:
        file = tmp_path / "list"
        file.write_text(text, encoding="utf-8")
        return read_list(format, [file], max_bytes=10**8)

    return build


def by_id(reading: Reading) -> dict[str, ListEntry]:
    return {entry.id: entry for entry in reading.entries}


def names(entry: ListEntry) -> list[tuple[str, str]]:
    return [(name.text, str(name.quality)) for name in entry.names]


_UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>700</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>TEMUR</FIRST_NAME><SECOND_NAME>SALIMOV</SECOND_NAME>
<UN_LIST_TYPE>Harbour</UN_LIST_TYPE><REFERENCE_NUMBER>HAi.001</REFERENCE_NUMBER><LISTED_ON>2015-04-07-04:00</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>Темур Салимов</NAME_ORIGINAL_SCRIPT><GENDER>Male</GENDER><COMMENTS1>A made-up man.</COMMENTS1>
<TITLE><VALUE>Mullah</VALUE></TITLE><DESIGNATION><VALUE>Governor</VALUE><VALUE>Envoy</VALUE></DESIGNATION>
<NATIONALITY><VALUE>Nowhere</VALUE></NATIONALITY>
<LAST_DAY_UPDATED><VALUE>2016-10-13</VALUE><VALUE>2018-01-02</VALUE></LAST_DAY_UPDATED>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Timur Salim</ALIAS_NAME><DATE_OF_BIRTH>1961</DATE_OF_BIRTH>
<CITY_OF_BIRTH>Oldport</CITY_OF_BIRTH><NOTE>nom de guerre</NOTE></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Timka</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ADDRESS><STREET>1 Sea Road</STREET><CITY>Newport</CITY><COUNTRY>Nowhere</COUNTRY><NOTE>until 2016</NOTE>
</INDIVIDUAL_ADDRESS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1960</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1958</FROM_YEAR><TO_YEAR>1963</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1960-05-06</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_PLACE_OF_BIRTH><CITY>Oldport</CITY><COUNTRY>Nowhere</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>N 1122</NUMBER>
<ISSUING_COUNTRY>Nowhere</ISSUING_COUNTRY><CITY_OF_ISSUE>Newport</CITY_OF_ISSUE></INDIVIDUAL_DOCUMENT>
<FAVOURITE_COLOUR>blue</FAVOURITE_COLOUR>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>701</DATAID><FIRST_NAME>HARBOUR FUND</FIRST_NAME>
<UN_LIST_TYPE>Harbour</UN_LIST_TYPE><LISTED_ON>2018-03-30</LISTED_ON>
<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>PORT FUND</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ADDRESS><CITY>Newport</CITY></ENTITY_ADDRESS></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""


def test_the_un_with_every_field(read: Read) -> None:
    reading = read("un", _UN)
    assert reading.published == "2026-02-27T00:00:09.554Z"
    man, fund = by_id(reading)["700"], by_id(reading)["701"]
    assert names(man) == [
        ("TEMUR SALIMOV", "primary"),
        ("Темур Салимов", "strong"),
        ("Timur Salim", "strong"),
        ("Timka", "weak"),
    ]
    assert man.names[0].parts == (("first", "TEMUR"), ("second", "SALIMOV"))
    assert man.names[2].note == "nom de guerre"
    dates = {(str(date.first), str(date.last), date.circa) for date in man.birth_dates}
    assert dates == {
        ("1961", "1961", False),
        ("1960", "1960", True),
        ("1958", "1963", False),
        ("1960-05-06", "1960-05-06", False),
    }
    assert man.birth_dates[0].note == "as Timur Salim"
    assert (man.titles, man.genders, man.nationalities) == (
        ("Mullah", "Governor", "Envoy"),
        ("Male",),
        ("Nowhere",),
    )
    assert man.listed_on == PartialDate(2015, 4, 7)
    assert (man.addresses[0].city, man.addresses[0].note) == ("Newport", "until 2016")
    passport = man.identifiers[0]
    assert (passport.scheme, passport.number, passport.issuer) == (Scheme.PASSPORT, "N 1122", "Newport")
    assert {("updated on", "2018-01-02"), ("reference number", "HAi.001")} <= set(man.extra)
    assert ("FAVOURITE_COLOUR", "blue") in man.extra
    assert (fund.kind, names(fund)[1]) == (Kind.ORGANISATION, ("PORT FUND", "former"))


_EU = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://lists.example/export" generationDate="2026-08-05T16:47:04.449+02:00" globalFileId="184961">
<sanctionEntity designationDetails="" unitedNationId="HAi.001" euReferenceNumber="EU.7.3" logicalId="83"
designationDate="2019-07-02"><remark>harbour basis</remark>
<regulation regulationType="amendment" organisationType="council" publicationDate="2019-07-03"
entryIntoForceDate="2019-07-04" numberTitle="2019/7 (OJ L1)" programme="HAR" logicalId="1">
<publicationUrl>https://law.example/7</publicationUrl></regulation>
<subjectType code="person" classificationCode="P"/>
<nameAlias firstName="Temur" middleName="" lastName="Salimov" wholeName="Temur Salimov" function="Governor" title="Dr"
gender="M" nameLanguage="EN" strong="true" regulationLanguage="en" logicalId="5"><regulationSummary
regulationType="regulation" publicationDate="2019-07-03" numberTitle="2019/7"/></nameAlias>
<nameAlias wholeName="Темур Салимов" nameLanguage="RU" strong="true" logicalId="6"/>
<nameAlias wholeName="Timka" strong="false" logicalId="7"><remark>in the port only</remark></nameAlias>
<citizenship region="" countryIso2Code="NW" countryDescription="NOWHERE" logicalId="8"/>
<birthdate circa="true" calendarType="GREGORIAN" city="Oldport" zipCode="" region="" place="" year="1960"
countryIso2Code="NW" countryDescription="NOWHERE" logicalId="9"/>
<birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1958" yearRangeTo="1963" countryIso2Code="00"
countryDescription="UNKNOWN" logicalId="10"/>
<birthdate circa="false" calendarType="GREGORIAN" birthdate="1960-05-06" dayOfMonth="6" monthOfYear="5" year="1960"/>
<address city="Newport" street="1 Sea Road" poBox="7" zipCode="NW1" region="Shore" place="" asAtListingTime="true"
contactInfo="" countryIso2Code="NW" countryDescription="NOWHERE" logicalId="11"><contactInfo key="PHONE"
value="+99 1"/></address>
<identification diplomatic="false" knownExpired="true" knownFalse="false" issuedBy="Town hall" number="N 1122"
identificationTypeCode="passport" identificationTypeDescription="National passport" countryIso2Code="NW"
countryDescription="NOWHERE" logicalId="12"/>
</sanctionEntity>
<sanctionEntity logicalId="84" euReferenceNumber="EU.8.1"><subjectType code="enterprise" classificationCode="E"/>
<nameAlias wholeName="Harbour Fund" strong="true"/></sanctionEntity></export>"""

_EU_CSV = """\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_DesignationDate;Entity_Remark;\
Entity_SubjectType;Entity_SubjectType_ClassificationCode;Entity_Regulation_NumberTitle;Entity_Regulation_Programme;\
NameAlias_LastName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_NameLanguage;\
NameAlias_Gender;NameAlias_Function;NameAlias_LogicalId;Address_City;Address_CountryIso2Code;\
Address_CountryDescription;BirthDate_BirthDate;BirthDate_Day;BirthDate_Month;BirthDate_Year;BirthDate_Circa;\
BirthDate_CountryDescription;Identification_Number;Identification_TypeDescription;\
Citizenship_CountryIso2Code;Citizenship_CountryDescription;Tomorrow_Column
05/08/2026;83;EU.7.3;2019-07-02;harbour basis;person;P;2019/7;HAR;Salimov;Temur;;Temur Salimov;EN;M;Governor;5\
;;;;;;;;;;;;;;
05/08/2026;83;EU.7.3;2019-07-02;harbour basis;person;P;2019/7;HAR;;;;Темур Салимов;RU;;;6;;;;;;;;;;;;;;blue
05/08/2026;83;EU.7.3;2019-07-02;;person;P;2019/7;HAR;;;;;;;;;Newport;NW;NOWHERE;1960-05-06;6;5;1960;false;NOWHERE\
;N 1122;National passport;NW;NOWHERE;
05/08/2026;84;EU.8.1;2020-01-01;;enterprise;E;2019/7;HAR;;;;Harbour Fund;EN;;;7;;;;;;;;;;;;;;
"""


def test_the_eu_as_xml(read: Read) -> None:
    reading = read("eu", _EU)
    assert (reading.published, reading.label) == ("2026-08-05T16:47:04.449+02:00", "184961")
    man, fund = by_id(reading)["83"], by_id(reading)["84"]
    assert names(man) == [("Temur Salimov", "primary"), ("Темур Салимов", "strong"), ("Timka", "weak")]
    assert (man.names[1].language, man.names[2].note) == ("ru", "in the port only")
    dates = [(str(date.first), str(date.last), date.circa) for date in man.birth_dates]
    assert dates == [("1960", "1960", True), ("1958", "1963", False), ("1960-05-06", "1960-05-06", False)]
    assert [str(place) for place in man.birth_places] == ["Oldport, NOWHERE"]
    assert (man.citizenships, man.genders, man.titles) == (("NOWHERE",), ("M",), ("Dr", "Governor"))
    assert str(man.addresses[0]) == "1 Sea Road, P.O. box 7, Newport, Shore, NW1, NOWHERE"
    assert man.addresses[0].note == "at the time of listing"
    kinds = {each.scheme: each for each in man.identifiers}
    assert (kinds[Scheme.PHONE].number, kinds[Scheme.PASSPORT].note) == ("+99 1", "knownExpired")
    assert man.programmes == ("HAR",) and man.listed_on == PartialDate(2019, 7, 2)
    regulation = (
        "2019/7 (OJ L1); amendment; council; published 2019-07-03; in force 2019-07-04; https://law.example/7"
    )
    assert {("regulation", regulation), ("UN id", "HAi.001")} <= set(man.extra)
    assert fund.kind is Kind.ORGANISATION


def test_the_eu_as_csv_says_the_same_of_a_person(read: Read) -> None:
    reading = read("eu", _EU_CSV)
    assert reading.published == "2026-08-05"
    man, xml = by_id(reading)["83"], by_id(read("eu", _EU))["83"]
    assert names(man) == names(xml)[:2]
    assert man.birth_dates == xml.birth_dates[2:]
    assert (man.citizenships, man.genders, man.programmes) == (xml.citizenships, xml.genders, xml.programmes)
    assert man.identifiers[0].scheme is Scheme.PASSPORT
    assert ("Tomorrow_Column", "blue") in man.extra


_UK = """<?xml version="1.0"?><Designations><DateGenerated>26/08/2026</DateGenerated><Designation>
<LastUpdated>14/04/2026</LastUpdated><DateDesignated>25/01/2019</DateDesignated><UniqueID>HAR0006</UniqueID>
<OFSIGroupID>7172</OFSIGroupID><UNReferenceNumber>HAi.001</UNReferenceNumber><Names>
<Name><Name1>TEMUR</Name1><Name6>SALIMOV</Name6><NameType>Primary name</NameType></Name>
<Name><Name6>Timka</Name6><NameType>Alias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name></Names>
<NonLatinNames><NonLatinName><NameNonLatinScript>Темур Салимов</NameNonLatinScript></NonLatinName></NonLatinNames>
<Titles><Title>Mullah</Title></Titles><RegimeName>The Harbour Regulations 2019</RegimeName>
<IndividualEntityShip>Individual</IndividualEntityShip><SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
<UKStatementofReasons>He ran the harbour.</UKStatementofReasons><OtherInformation>N/A</OtherInformation>
<Addresses><Address><AddressLine1>1 Sea Road</AddressLine1><AddressLine6>Newport</AddressLine6>
<AddressCountry>Nowhere</AddressCountry></Address></Addresses>
<PhoneNumbers><PhoneNumber>+99 1</PhoneNumber></PhoneNumbers>
<IndividualDetails><Individual><DOBs><DOB>dd/mm/1960</DOB><DOB>06/05/1960</DOB></DOBs>
<Nationalities><Nationality>Nowhere</Nationality></Nationalities><Positions><Position>Governor</Position></Positions>
<BirthDetails><Location><TownOfBirth>Oldport</TownOfBirth><CountryOfBirth>Nowhere</CountryOfBirth></Location>
</BirthDetails><PassportDetails><Passport><PassportNumber>N 1122</PassportNumber>
<PassportAdditionalInformation>expired</PassportAdditionalInformation></Passport></PassportDetails></Individual>
</IndividualDetails></Designation>
<Designation><UniqueID>HAR0007</UniqueID><Names><Name><Name6>GREY HERON</Name6><NameType>Primary Name</NameType></Name>
</Names><RegimeName>R</RegimeName><IndividualEntityShip>Ship</IndividualEntityShip><ShipDetails><Ship>
<IMONumbers><IMONumber>9187629</IMONumber></IMONumbers><CurrentOwnerOperators>
<CurrentOwnerOperator>Blue Heron Ltd</CurrentOwnerOperator></CurrentOwnerOperators>
<CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Malta</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips>
</Ship></ShipDetails></Designation></Designations>"""

_UK_HEAD = (
    "Last Updated,Unique ID,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Name non-latin script,"
    "Regime Name,Designation Type,UK Statement of Reasons,Address Line 1,Address Country,Date Designated,D.O.B,"
    "Nationality(/ies),Passport number,Passport additional information,Town of birth,Country of birth,Parent company,"
    "IMO number,Sanctions Imposed"
)
_UK_CSV = f"""Report Date: 11-Sep-2026
{_UK_HEAD}
04/08/2026,HAR0006,SALIMOV,TEMUR,,,,,Primary Name,,,R,Individual,He ran it,1 Sea Road,Nowhere,25/01/2019,dd/mm/1960,\
(1) Nowhere (2) Elsewhere,(1) N 1122 (2) N 1133,(1) expired (2) lost,Oldport,Nowhere,,,Asset freeze
04/08/2026,HAR0006,Timka,,,,,,Alias,Low quality a.k.a,Темур,R,Individual,He ran it,1 Sea Road,Nowhere,25/01/2019,,\
,,,,,,,Asset freeze
04/08/2026,HAR0008,HARBOUR FUND,,,,,,Primary Name,,,R,Entity,,,,,,,,,,,Blue Heron Ltd,N/A,
"""
_OFSI_CSV = """Last Updated,03/06/2026
Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,DOB,Town of Birth,Country of Birth,Nationality,Passport Number,\
Address 1,Country,Other Information,Group Type,Alias Type,Alias Quality,Regime,Listed On,Group ID
SALIMOV,TEMUR,,,,,Mullah,00/05/1960,Oldport,Nowhere,Nowhere,N 1122,1 Sea Road,Nowhere,ran it,Individual,Primary name,\
,Harbour,25/01/2019,7172
SALIM,TIMUR,,,,,Mullah,00/05/1960,Oldport,Nowhere,Nowhere,N 1122,1 Sea Road,Nowhere,ran it,Individual,AKA,Good,Harbour,\
25/01/2019,7172
"""


def test_the_uk_as_xml(read: Read) -> None:
    reading = read("uk", _UK)
    assert reading.published == "2026-08-26"
    man, ship = by_id(reading)["HAR0006"], by_id(reading)["HAR0007"]
    assert names(man) == [("TEMUR SALIMOV", "primary"), ("Timka", "weak"), ("Темур Салимов", "strong")]
    assert [(str(date.first), date.text) for date in man.birth_dates] == [
        ("1960", "dd/mm/1960"),
        ("1960-05-06", "06/05/1960"),
    ]
    assert (man.titles, man.listed_on) == (("Mullah", "Governor"), PartialDate(2019, 1, 25))
    assert man.remarks == ("He ran the harbour.",)
    assert man.identifiers[1].note == "expired" and man.identifiers[0].scheme is Scheme.PHONE
    assert ("SanctionsImposed", "Asset freeze|Travel Ban") in man.extra
    assert ship.kind is Kind.VESSEL and ship.craft == (("flag", "Malta"),)
    assert (ship.identifiers[0].scheme, ship.links[0].name) == (Scheme.IMO, "Blue Heron Ltd")


def test_the_uk_as_csv_old_and_new(read: Read) -> None:
    reading = read("uk", _UK_CSV)
    man, fund = by_id(reading)["HAR0006"], by_id(reading)["HAR0008"]
    assert reading.published == "2026-09-11"
    assert names(man) == [("TEMUR SALIMOV", "primary"), ("Timka", "weak"), ("Темур", "strong")]
    assert man.nationalities == ("Nowhere", "Elsewhere")
    assert [(each.number, each.note) for each in man.identifiers] == [
        ("N 1122", "expired"),
        ("N 1133", "lost"),
    ]
    assert (fund.links[0].role, fund.links[0].name) == ("owner", "Blue Heron Ltd")
    old = read("uk", _OFSI_CSV)
    one = by_id(old)["7172"]
    assert old.published == "2026-06-03"
    assert names(one) == [("TEMUR SALIMOV", "primary"), ("TIMUR SALIM", "strong")]
    assert [str(date.first) for date in one.birth_dates] == ["1960-05"]
    assert one.names[0].quality is Quality.PRIMARY


@pytest.mark.parametrize(
    ("format", "text", "reason"),
    [
        ("un", _UN.replace("CONSOLIDATED_LIST", "SOMETHING"), "begins with <SOMETHING> and not with"),
        ("un", _UN.replace("DATAID", "NUMBER"), "has no DATAID"),
        ("un", _UN[:900], "the file breaks off"),
        ("un", _UN.replace("</TITLE>", "</TITEL>"), "mismatched tag"),
        ("eu", _EU.replace("logicalId", "key").replace("euReferenceNumber", "ref"), "has no logicalId"),
        ("eu", _EU_CSV.replace("NameAlias_WholeName", "Wholename"), "columns NameAlias_WholeName"),
        ("eu", _EU_CSV[: _EU_CSV.rindex("enterprise")], "the file is damaged or cut short"),
        ("uk", _UK_CSV.replace("Name 6", "Surname"), "columns Name 6"),
        ("uk", _UK_CSV.replace("HAR0008", ""), "without Unique ID"),
        ("un", _UK_CSV, "the format un is an XML file"),
    ],
)
def test_a_list_that_changed_in_format_is_refused(read: Read, format: str, text: str, reason: str) -> None:
    with pytest.raises(ListUnreadable, match=reason):
        read(format, text)


def test_records_of_a_kind_that_is_not_known_are_named(read: Read) -> None:
    reading = read("un", _UN.replace("<ENTITY>", "<BODY>").replace("</ENTITY>", "</BODY>"))
    assert len(reading.entries) == 1
    assert any(
        "HARBOUR FUND" in problem and "no entry that is known" in problem for problem in reading.problems
    )
