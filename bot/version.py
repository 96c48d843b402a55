"""Which program this is (程序版本): kept beside whatever it answers, screens or decides."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The version of the installed program; “unknown” where it runs without having been installed."""
    try:
        return version("bonafide")
    except PackageNotFoundError:
        return "unknown"
