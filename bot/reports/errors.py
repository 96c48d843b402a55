"""What can go wrong when a report is made.

ReportError
  └─ FontMissing    no font with Chinese characters is at hand for the PDF
"""

from __future__ import annotations


class ReportError(Exception):
    """Base of all errors of this room."""


class FontMissing(ReportError):
    """The PDF needs a font with Chinese characters and none is installed; the message says which to install."""
