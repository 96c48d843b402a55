"""Which kind of number a list means by its own words: Cedula No., 统一社会信用代码, Numéro de passeport …"""

from __future__ import annotations

import re

from knowledge.watchlists.entry import Scheme

#: Words of lists (patterns without case) by kind; the first kind that fits counts.
_WORDS: tuple[tuple[Scheme, tuple[str, ...]], ...] = (
    (Scheme.USCC, ("uni(fi|t)ed social", r"\buscc\b", "usccode", "统一社会信用代码")),
    (Scheme.PASSPORT, ("passport", "passeport", "pasaporte", "travel document", "护照")),
    (Scheme.LEI, (r"\blei\b", "leicode", "legal entity (identifier|number)")),
    (Scheme.BIC, ("swift", r"\bbic\b")),
    (Scheme.DUNS, ("d-u-n-s", r"\bduns")),
    (Scheme.MMSI, ("mmsi", "maritime mobile")),
    (Scheme.IMO, (r"\bimo\b", "imonumber", "maritime organization", "vessel registration identification")),
    (Scheme.CRYPTO, ("digital currency", "publickey", "wallet")),
    (Scheme.AIRCRAFT, ("aircraft", "serial ?number", "construction number", r"\bicao\b")),
    (Scheme.EMAIL, ("e-?mail", "邮箱")),
    (Scheme.WEBSITE, ("web ?site", "网址", "^web$")),
    (Scheme.PHONE, ("phone", r"\bfax\b", r"\btel\b", "电话")),
    (Scheme.ACCOUNT, (r"\biban\b", r"\baccount\b")),
    (
        Scheme.TAX,
        (
            *(
                r"\btax\b",
                "taxnumber",
                "fiscal",
                "steuer",
                "tributaria",
                "纳税人识别号",
                r"\bfein\b",
                r"\btin\b",
            ),
            *(
                r"\bvat\b",
                "vatcode",
                r"v\.a\.t",
                r"\binn\b",
                "inncode",
                r"\bpan\b",
                r"\bcnpj\b",
                r"c\.n\.p\.j",
            ),
            *(r"\bnit\b", r"\brfc\b", r"r\.f\.c", r"\bruc\b", r"\brif\b", r"\brtn\b", r"\brut\b"),
            *(r"\bcui[tl]\b", r"c\.u\.i\.t", r"c\.i\.f"),
        ),
    ),
    (
        Scheme.NATIONAL_ID,
        (
            *(
                "national i",
                "nationalid",
                "national no",
                "identification n",
                "identification$",
                "identification card",
            ),
            *(
                "id card",
                "^id$",
                "idnumber",
                "identity",
                "identidad",
                "personal (id|number)",
                "foreign id",
                "kenyan id",
            ),
            *(
                "c[eé]dula",
                r"c\.u\.r\.p",
                r"\bcurp\b",
                r"\bssn\b",
                "socialsecurity",
                r"\bd\.?n\.?i\b",
                r"\bc\.?p\.?f\b",
            ),
            *(
                "birth certificate",
                "electoral",
                "residen",
                "citizen's card",
                r"\bcui\b",
                r"c\.u\.i\.$",
                r"i\.f\.e",
            ),
            *("servicio militar", r"\ble number", "stateless", "refugee", "身份证", "公民身份号码"),
            *("numéro national", "número nacional"),
        ),
    ),
    (Scheme.LICENCE, ("licen[cs]e", "permit", "执照")),
    (
        Scheme.REGISTRATION,
        (
            *(
                "regist",
                "company (n|id)",
                r"\bc\.?r\.? no",
                "commercial",
                "matricula",
                "folio",
                "chamber of comm",
            ),
            *(
                "enterprise n",
                "business n",
                "trade n",
                "branch unit",
                "government gazette",
                "注册号",
                "组织机构代码",
            ),
            *(r"\bogrn", r"\bbik", r"\bokpo", r"\bkpp", "cikcode"),
        ),
    ),
)
_PATTERNS = tuple((re.compile("|".join(words), re.I), scheme) for scheme, words in _WORDS)


def scheme_of(words: str) -> Scheme:
    """The kind of number that these words of a list mean; `other` where they say none that we know."""
    return next((scheme for pattern, scheme in _PATTERNS if pattern.search(words)), Scheme.OTHER)


def scheme_of_number(scheme: Scheme, number: str) -> Scheme:
    """The same, seen in the light of the number: a registration number that begins with IMO is a vessel's."""
    if scheme in (Scheme.REGISTRATION, Scheme.OTHER) and re.match(r"IMO\s*\d{7}$", number, re.I):
        return Scheme.IMO
    return scheme
