"""Reports of background checks as documents: a page or a PDF (背调报告)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.reports.composing import compose
from prompts.phrasebook import Phrasebook


class Reports:
    """Makes documents from rendered checks (the JSON of `bonafide check --json`); reads and writes nothing else.

    Whoever hands over a check has made sure that the reader may see it.
    """

    def render_html(self, check: Mapping[str, Any], language: str, *, asked_by: str | None = None) -> str:
        """The report as one self-contained page."""
        from bot.reports.page.document import write_page

        words = Phrasebook.nearest(language)
        return write_page(compose(check, words, asked_by=asked_by), words)

    def render_pdf(self, check: Mapping[str, Any], language: str, *, asked_by: str | None = None) -> bytes:
        """The report as PDF; raises `FontMissing` when no font with Chinese characters is installed."""
        from bot.reports.print import write_pdf

        words = Phrasebook.nearest(language)
        return write_pdf(compose(check, words, asked_by=asked_by), words)

    def render_picture(self, kind: str, check: Mapping[str, Any], language: str) -> bytes | None:
        """One drawing of the report as PNG; see `bot.reports.pictures`."""
        from bot.reports.pictures import render_png

        return render_png(kind, check, language)


def file_name(check: Mapping[str, Any], extension: str) -> str:
    """A name for the document that any system takes: `C-1024-B-12-2026-11-28.pdf`."""
    parts = (check.get("customer"), check.get("code"), str(check["made_at"])[:10])
    kept = (re.sub(r"[^A-Za-z0-9-]", "", str(part)) for part in parts if part)
    return "-".join(part for part in kept if part) + f".{extension}"
