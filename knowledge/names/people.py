"""Names of people (人名): their words without titles and particles, and how two of them compare.

Order says nothing between lists (family name first or last), so it is not used. What one list leaves out (a
patronymic, a second given name) speaks little against a match; what both say differently speaks much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.names.alignment import Alignment, Word, align
from knowledge.names.keys import words
from knowledge.names.phonetics import usual
from knowledge.names.scripts import ABJADS, latin, scripts_of, split_words

#: Titles and honorifics: they are left out.
_TITLES = frozenset(
    words(
        """
        mr mrs ms miss dr prof sir dame lord lady haji hajji hadji haj hajj maulavi mawlawi maulana mullah
        mullo shaykh sheikh sheik shaikh sayyid sayed seyed qari ustad imam ayatollah general gen colonel col
        captain capt major jr sr ii iii iv esq phd hon rev
        """
    )
)
#: Particles that come and go: they weigh little.
_PARTICLES = frozenset(
    words(
        """
        al el ul ad ar as ash az an at bin ben ibn bint abu abou ould ag de da di do dos das del della la le
        les van von der den ter y e zu zur of und i bn abw
        """
    )
)
_PARTICLE_WEIGHT = 0.15
_LINEAGE = frozenset({"bin", "ben", "ibn", "bn", "bint", "ould"})


@lru_cache(maxsize=65_536)
def person_words(name: str) -> tuple[Word, ...]:
    """The words of a person's name with their weights; longer words tell more."""
    found = []
    for given in _pieces(name):
        written = latin(given)
        if not written or written in _TITLES:
            continue
        weight = _PARTICLE_WEIGHT if written in _PARTICLES else _weight(written)
        others = _korean(written) if _HANGUL.match(given) else usual("nicknames").get(written, ())
        if _ABDUL.match(written):
            written, others = "abd", (*others, written)
        found.append(Word(given, written, bool(scripts_of(given) & ABJADS), weight, others))
    return tuple(found)


def _pieces(name: str) -> list[str]:
    """The words, Korean ones syllable by syllable and Arabic compounds with their parts: Abdulrahman → Abd, Rahman."""
    pieces: list[str] = []
    if name.count(",") == 1:
        # LAVROV, Sergei Viktorovich: the family name goes to the end, so that a father's name stays behind its own.
        last, first = name.split(",")
        name = f"{first} {last}"
    for word in split_words(name.replace("-", " ").replace("·", " ").replace("•", " ")):
        if _HANGUL.fullmatch(word):
            pieces.extend(word)
        elif word.startswith("عبدال") and len(word) > 6:
            pieces += ["عبد", word[3:]]
        elif (servant := _SERVANT.match(word)) and servant["rest"].lower() not in _GOD:
            pieces.append("Abd" if servant["rest"] else word)
            pieces.extend(part for part in (servant["rest"],) if part)
        else:
            pieces.append(word)
    return pieces


_HANGUL = re.compile("[\uac00-\ud7af]{1,5}")
#: McCune-Reischauer and the spelling of the North beside the South's: Gim, Kim; Jeong, Chong; Li, Ri.
_KOREAN_STARTS = {"g": "k", "d": "t", "b": "p", "j": "ch", "l": "r"}


def _korean(syllable: str) -> tuple[str, ...]:
    start = _KOREAN_STARTS.get(syllable[:1], syllable[:1]) + syllable[1:]
    end = (
        start[:-1] + {"g": "k", "b": "p"}.get(start[-1:], start[-1:])
        if not syllable.endswith("ng")
        else start
    )
    return tuple(dict.fromkeys(form for form in (start, end) if form != syllable))


_SERVANT = re.compile(
    r"^abd(?:o?u|e|a|i)(?:l|(?=(?P<twin>[rszntd])(?P=twin)))(?:l(?=l))?(?P<rest>.*)$", re.IGNORECASE
)


#: Abdullah stays one word: a letter that is wrong in it is not to be lost between two.
_GOD = frozenset({"lah", "la", "ah", "llah", "lla", "allah", "alah"})
#: Abdul, Abdel, before their other half is Abd.
_ABDUL = re.compile("^abd(?:o?u|e|a|i)l?$")


def _weight(written: str) -> float:
    return 0.45 if len(written) == 1 else math.sqrt(min(len(written), 8) / 5)


def person_features(left: Sequence[Word], right: Sequence[Word]) -> tuple[Alignment, dict[str, float]]:
    """The alignment of two names and what of it speaks for or against one person.

    `differs` is the mean unlikeness of the pairs, `worst` that of the worst pair, `conflict` the weight that both
    sides say differently, `extra` what one side says alone (both by the weight of the shorter name), `shared` the
    weight that is shared, `alone` whether only one word is shared.
    """
    found = align(left, right)
    pairs = [pair for pair in found.pairs if pair.weight > _PARTICLE_WEIGHT]
    shared = sum(pair.weight for pair in found.pairs)
    mine = sum(word.weight for word in found.left)
    theirs = sum(word.weight for word in found.right)
    whole = min(shared + mine, shared + theirs) or 1.0
    lost = [(1 - pair.likeness, pair.weight) for pair in found.pairs]
    return found, {
        "differs": sum(loss * weight for loss, weight in lost) / (shared or 1.0),
        "worst": max((loss for loss, weight in lost if weight > _PARTICLE_WEIGHT), default=1.0),
        "conflict": min(mine, theirs) / whole,
        "extra": abs(mine - theirs) / (whole + abs(mine - theirs)),
        "shared": math.log1p(shared),
        "alone": float(len(pairs) <= 1 and max(len(left), len(right)) > 1),
        "initials": float(any(pair.how == "initial" for pair in found.pairs)),
        "nothing": float(not pairs),
        "lone_extra": float(len(pairs) <= 1) * abs(mine - theirs) / (whole + abs(mine - theirs)),
        "lineage": float(_lineage_differs(left, right, found)),
    }


def is_particle(word: str) -> bool:
    """Whether a word only joins the others: al, bin, von."""
    return latin(word) in _PARTICLES


def telling_pairs(found: Alignment) -> int:
    """How many words both names share beyond particles and initials."""
    return sum(pair.weight > _PARTICLE_WEIGHT and pair.how != "initial" for pair in found.pairs)


def _lineage_differs(left: Sequence[Word], right: Sequence[Word], found: Alignment) -> bool:
    """Whether both name a father (bin, ben) and the names before him are not each other's: Ahmad bin Hasan is not
    Hasan bin Ahmad.
    """
    if not all(any(word.latin in _LINEAGE for word in side) for side in (left, right)):
        return False
    first_left = next((word for word in left if word.weight > _PARTICLE_WEIGHT), None)
    first_right = next((word for word in right if word.weight > _PARTICLE_WEIGHT), None)
    return not any(first_left in pair.left and first_right in pair.right for pair in found.pairs)
