"""Names that are ordinary words (普通词): 太平洋, 机器人, Target. A bare mention of one says nothing of the firm."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.names.keys import HAN, has_han, shared_words, words

#: English words that firms are called by and that stand in any text.
COMMON_ENGLISH = frozenset(
    words(
        """
    able access active advance alliance ally alpha amber anchor angel apex apple arc arch arena ark arrow
    art aspect atlas aurora avenue axis bank basic bay beacon bear bell best beta better big bird black
    block bloom blue board bold bond book boot bow box brave bridge bright brook brother build bull buy
    cable cake camp canon capital card care carrier cart case castle cat cause cell center centre century
    chain champion chance charge chart chase check chip choice circle city clean clear click clock close
    cloud club coach coal coast cola cold compass concept contact core corner cosmos country cover craft
    crane cream credit crest cross crown cube current custom cyber dash data dawn day deal deep delta depot
    design digital direct discover dollar door dot double dragon dream drive dynamic eagle earth east easy
    echo eclipse edge element elite emerald energy engine enterprise equity essential ever every evolution
    exact express eye fair falcon family farm fast favor field fire first fish five flag flash flex flow fly
    focus food force ford forest forever form fort forward fountain four fox frame free fresh friend front
    frontier fuel full fun fusion future galaxy game gap garden gate gem gene general generation genesis
    giant glass global gold golden good grace grand graphic great green grid ground grove grow growth
    guardian guide gulf hall halo hand harbor harmony hawk head health heart heritage hero high hill home
    honest honor hope horizon house hub human icon idea image impact independent indigo infinity inner
    insight integrity intelligent inter international island jet journey joy jump junction key kind king
    kite knight lab lake land large laser leader leaf league legacy legend liberty life light lime line link
    lion liquid live logic long loop lotus love lucky lumber lunar macro magic magnet main major mandate
    maple marathon mark market mars master match matrix max maximum medal media mega mercury meridian meta
    metal metro micro mile mill mind mint mirror mobile modern monster moon motion mountain move music
    national native nature nest net network new next nice night noble nomad north nova novel now oak oasis
    ocean olive omega omni one open optimal option oracle orange orbit orchard order organic origin outlook
    oxford pace pacific pack palm panda paper paradigm paragon park partner path pathfinder peak pearl
    people perfect phoenix photo pilot pine pioneer planet platinum play plus point polar port post power
    premier present prime princess prism pro progress prologis prospect prosper pulse pure quest quick quiet
    radiant rail rain rainbow ranger rapid reach ready real red reform regal region relay reliable
    renaissance republic rescue resource result rex ridge right ring ripple rise rival river road rock
    rocket root rose ross round royal run safe sail salt sand saturn save scale scout sea seal search second
    secure select sense serene seven shade share shell shield shift shop shore sierra sight sigma signal
    signature silk silver simple single six sky slack small smart smile snap snow social solar solid
    solution sonic source south space spark special spectrum speed sphere spirit splash spot spring sprint
    square stable staff stage standard star start state station steel stellar step sterling stone storm
    strategic stream street stride strong studio summit sun super superior supply support sure surge swift
    switch symbol synergy system target team tech tempo ten terra thor three tiger time titan today top
    torch total touch tower town track trade trail train transfer travel tree trend triangle trinity true
    trust twin two ultra union unique unit united unity universal universe urban valley value vanguard vault
    vector venture verge vertex victory view village vine visa vision vista vital vivid voice volt voyage
    wave way web well west wheel white wide wild wind window wing wise wish wolf wonder wood word work world
    yard yellow young zebra zen zero zone zoom
        """
    )
)

#: What beside a name shows that a firm is meant.
_CHINESE_CONTEXT = re.compile(
    r"公司|集团|股份|控股|科技有限|有限|企业|厂商|董事|总裁|高管|股东|股票|股价|证券|上市|财报|年报|营收|净利|公告|子公司|旗下|客户|供应商|品牌|招股"
)
_LATIN_CONTEXT = re.compile(
    r"\b(?:inc|corp|corporation|company|co|ltd|limited|plc|llc|group|holdings?|shares?|stock|nasdaq|nyse|ceo|cfo"
    r"|earnings|revenue|quarterly|annual report|subsidiar\w+|customer|supplier|retailer|shareholders?|investors?)\b"
)

#: So many characters on both sides of a name are its context.
NEAR_HAN = 8
NEAR_LATIN = 40


@lru_cache(maxsize=65_536)
def is_ordinary(core: str) -> bool:
    """Whether a folded name is an ordinary word, or so short that it stands in other words."""
    if has_han(core):
        han = re.sub(f"[^{HAN}]", "", core)
        if (len(han) <= 2 and len(core) <= 3) or all(shared_words(core)):
            return True
        if len(core) > 4:
            return False
        import rjieba

        tagged = rjieba.tag(core)
        return len(tagged) == 1 and tagged[0][1] in ("n", "ns", "s", "l", "i", "t", "v", "vn", "a", "d")
    return all(word in COMMON_ENGLISH for word in core.split()) or len(core) <= 2 or core.isdigit()


def in_context(folded: str, start: int, end: int, *, han: bool) -> bool:
    """Whether the text around a name shows that a firm is meant."""
    if han:
        around = folded[max(0, start - NEAR_HAN) : start] + "\n" + folded[end : end + NEAR_HAN]
        if _CHINESE_CONTEXT.search(around):
            return True
        quoted = folded[start - 1 : start] + folded[end : end + 1]
        return quoted in ("《》", "“”", "「」", '""')
    around = folded[max(0, start - NEAR_LATIN) : start] + "\n" + folded[end : end + NEAR_LATIN]
    return _LATIN_CONTEXT.search(around) is not None
