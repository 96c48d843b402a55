"""Colours, fonts and the frame of a drawing; a status has a form beside its colour."""

from __future__ import annotations

from bot.reports.markup import Markup, element

INK = "#1b2b38"
NAVY = "#1f3a4d"
STEEL = "#5b7387"
MUTED = "#5f6b76"
RULE = "#d5dbe0"
PAPER = "#ffffff"
MIST = "#f3f5f7"
SAND = "#c49a5a"

#: Status → (mark, colour on white, pale ground); the marks differ in form, for readers without colours.
STATUS: dict[str, tuple[str, str, str]] = {
    "pass": ("●", "#2b6a53", "#e9f2ee"),
    "warn": ("▲", "#8f5f0f", "#faf1e0"),
    "fail": ("■", "#9c2f28", "#f9e9e7"),
    "unknown": ("○", "#596570", "#eef0f2"),
}

#: First what the typesetter brings along, then what systems have.
FONTS = "'Source Sans Pro', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def picture(width: float, height: float, title: str, description: str, *children: object) -> Markup:
    """The frame of a drawing; `title` and `description` are what is read aloud instead of it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewbox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=f"{title}. {description}",
        font_family=FONTS,
    )


def text(
    x: float,
    y: float,
    said: str,
    *,
    size: float = 11,
    colour: str = INK,
    anchor: str = "start",
    weight: str | None = None,
) -> Markup:
    """A line of text with its base line at y."""
    return element(
        "text",
        said,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        font_size=f"{size:g}",
        fill=colour,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=weight,
    )


def box(x: float, y: float, width: float, height: float, **attributes: object) -> Markup:
    """A rectangle."""
    return element(
        "rect", x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}", **attributes
    )


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """A straight line."""
    return element("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", **attributes)
