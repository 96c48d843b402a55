"""The remarks of OFAC's old files (备注), taken apart clause by clause.

The whole text is kept as it stands; what a clause is known to say goes to its field beside that. Names in quotation
marks after `a.k.a.` are what OFAC calls weak aliases: the strong ones stand in the file of aliases.
"""

from __future__ import annotations

import re

from knowledge.watchlists.entry import Link, Quality
from knowledge.watchlists.formats.dates import read_day
from knowledge.watchlists.formats.schemes import scheme_of, scheme_of_number
from knowledge.watchlists.formats.shapes import Draft

_CLAUSE = re.compile(r";\s+")
_ALIAS = re.compile(r"^(?P<kind>[afn]\.k\.a\.)\s+'(?P<name>.+?)'(?:\s*\((?P<note>[^)]*)\))?$", re.I)
#: The last words of what OFAC calls a number.
_KEY = (
    r"(?:No\.?|Number|#|ID|I\.D\.|Card|Code|Identification|Passport|License|Ticker|Document|Mercantil|Certificate|Cedula"
    r"|Address(?: - [A-Z0-9]+)?|\(USCCC?\)|\(MSN\)|\(NUIT\)|\(also called[^)]*\)|\(RU\))"
)
_BARE = (
    r"SSN|R\.F\.C\.|C\.U\.R\.P\.|D\.N\.I\.|C\.U\.I\.T\.|C\.U\.I\.|C\.I\.F\.|I\.F\.E\.|RTN|RUC|NIT|RIF|MMSI|ISIN|US FEIN"
    r"|Fax|FAX|Telephone|PHONE|Phone|Website|SWIFT/BIC|UN/LOCODE|BIK|Credencial electoral|Cartilla de Servicio Militar"
    r" Nacional|Numero de Identidad|Folio Mercantil"
)
_NUMBER = re.compile(
    rf"^(?P<type>(?:[^;:]{{0,70}}?\b)?{_KEY}(?:\s{_KEY})*|{_BARE}(?: No\.?| #)?):?\s+(?P<rest>\S.*)$"
)
_TAIL = re.compile(
    r"^(?P<number>.+?)(?:\s*\((?P<country>[A-Z][^()\d]*)\))?(?:,?\s+issued\s+(?P<issued>.*?))?(?:,?\s+expires\s+(?P<expires>.*))?$"
)
#: A number has a digit, an address a dot; tail numbers and bank codes may be capitals alone.
_CODE = re.compile(r"[\d@./]|^[A-Z][A-Z -]{2,11}$")
_DATED = re.compile(r"^(?P<what>[A-Z][^:;]*? Date(?: \([^)]*\))?):?\s+(?P<day>\S.*)$")
#: Clauses that begin so tell of a vessel or an aircraft, or of something that has no field.
_CRAFT = re.compile(
    r"^(?P<what>Aircraft (?:Model|Operator|Manufacture Date|Mode S Transponder Code)"
    r"|(?:Former |Other |Previous |Current )?Vessel (?:Flag|Type|Call Sign|Year of Build|Owner|Operator|Tonnage"
    r"|Gross Registered Tonnage|Gross Tonnage|Class))\s+(?P<value>.+)$"
)
_LABELLED = re.compile(
    r"^(?P<what>Secondary sanctions risk|Additional Sanctions Information|Transactions Prohibited"
    r"|Executive Order \d+ [^:;]{0,40}?(?=\s-|:)|CAATSA Section 235 Information|Issuer Name|Target Type"
    r"|Organization Type|IFCA Determination|ethnicity|Tribe|Position|Vessel Flag)(?: -|:)?\s*(?P<value>.*)$",
    re.I,
)
_PEOPLE = (
    ("nationality of registration ", "countries"),
    ("nationality ", "nationalities"),
    ("citizen ", "citizenships"),
    ("gender ", "genders"),
)


def read_remarks(draft: Draft, text: str) -> None:
    """Put what the remarks say into the draft."""
    draft.say(draft.remarks, text)
    for clause in _CLAUSE.split(text.strip().removesuffix(".")):
        said = clause.strip()
        plain = re.sub(r"^alt\.\s+", "", said, flags=re.I)
        if plain and not _understood(draft, plain):
            # Free words such as an office held: they are in the remarks as they stand.
            continue


def _understood(draft: Draft, said: str) -> bool:
    low = said.casefold()
    if low.startswith("dob "):
        draft.birth(said[4:])
    elif low.startswith("pob "):
        draft.birth_place(text=said[4:])
    elif low.startswith("linked to:"):
        draft.links.append(Link("linked to", said[10:].strip() or None))
    elif alias := _ALIAS.match(said):
        former = alias["kind"].casefold() == "f.k.a."
        draft.name(alias["name"], Quality.FORMER if former else Quality.WEAK, note=alias["note"])
    elif found := next((pair for pair in _PEOPLE if low.startswith(pair[0])), None):
        draft.say(getattr(draft, found[1]), said[len(found[0]) :])
    elif craft := _CRAFT.match(said):
        draft.craft.append((craft["what"], craft["value"]))
    elif (dated := _DATED.match(said)) and read_day(dated["day"]) is not None:
        draft.more([(dated["what"], dated["day"])])
    elif labelled := _LABELLED.match(said):
        draft.more([(labelled["what"], labelled["value"] or said)])
    else:
        return _is_number(draft, said)
    return True


def _is_number(draft: Draft, said: str) -> bool:
    match = _NUMBER.match(said)
    tail = _TAIL.match(match["rest"]) if match else None
    if match is None or tail is None or not _CODE.search(tail["number"]):
        return False
    if tail["number"].startswith("issued "):
        return False
    scheme = scheme_of_number(scheme_of(match["type"]), tail["number"])
    draft.identifier(
        scheme,
        tail["number"],
        type=match["type"],
        country=tail["country"],
        issued_on=tail["issued"],
        expires_on=tail["expires"],
    )
    return True
