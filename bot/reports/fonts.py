"""The fonts of the PDF and of pictures (字体): Source Sans and Serif for Latin, Noto Sans and Serif SC for Chinese.

All four come as wheels under the SIL Open Font License, so nothing of the system is needed and the same report has
the same bytes everywhere. Signs that they lack (Korean, Arabic, emoji) are taken from the system's fonts where it
has them; without the wheels the system's Chinese fonts stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reports.errors import FontMissing
from prompts.phrasebook import Phrasebook

if TYPE_CHECKING:
    from typst import Fonts

#: Package → the folder of fonts in it.
_WHEELS = {"pylopdf_fonts_zh_cn": ".", "font_source_sans_pro": "files", "font_source_serif_pro": "files"}
#: Families with simplified Chinese, of the wheel and of systems.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimSun",
)
#: What the wheels do not have, roughly: everything but Latin, Greek, Cyrillic, signs and Chinese.
_BEYOND = re.compile(
    "[^\u0000-\u024f\u02b0-\u03ff\u0400-\u052f\u1e00-\u1eff\u2000-\u22ff\u2460-\u25ff\u2605\u2606\u2713\u2e80-\u312f"
    "\u31a0-\u31bf\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
)


def fonts_for(text: str, language: str) -> Fonts:
    """The fonts that a document with this text needs; raises `FontMissing` in the language of the document."""
    fonts = _load(_BEYOND.search(text) is not None)
    if not set(fonts.families()) & set(FAMILIES):
        fonts = _load(True)
    require_chinese(fonts.families(), language)
    return fonts


def require_chinese(families: Iterable[str], language: str) -> None:
    """Raise `FontMissing`, with what to do, when none of the families has simplified Chinese."""
    if not set(families) & set(FAMILIES):
        raise FontMissing(
            Phrasebook.nearest(language).say("reports.font.missing", package="pylopdf-fonts-zh-cn")
        )


@cache
def _load(system: bool) -> Fonts:
    """Fonts once a process: reading them takes longer than a report."""
    from typst import Fonts

    return Fonts(include_system_fonts=system, font_paths=_folders())


def _folders() -> list[Path]:
    found = []
    for package, folder in _WHEELS.items():
        spec = find_spec(package)
        if spec is not None and spec.origin:
            found.append(Path(spec.origin).parent / folder)
    return found
