"""What a web page holds but does not show: it is taken out, so that a hidden instruction never becomes text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Elements whose content is no text for readers.
_NEVER_SHOWN = (
    "script, style, noscript, template, iframe, frame, object, embed, applet, svg, canvas, math annotation, audio, "
    "video, select, input, textarea, button, datalist, dialog:not([open]), [hidden], [type=hidden]"
)
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|content-visibility:hidden|opacity:0*\.?0*(?:%|;|!|$)"
    r"|font-size:0*(?:\.\d+|[01](?:\.\d+)?)?(?:px|pt|em|rem|%)?(?:;|!|$)"
    r"|(?:^|;)(?:max-)?(?:width|height):0*[01]?(?:px|pt|em|%)?(?:;|!|$)"
    r"|text-indent:-\d{3,}|(?:^|;)(?:left|top|right|bottom|margin-left|margin-top):-\d{3,}"
    r"|clip:rect\((?:0|1)(?:px)?[, ]|clip-path:(?:inset\((?:50|100)%|circle\(0)|transform:scale\(0"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_WHITE = frozenset(
    ["white", "#fff", "#ffffff", "#ffff", "#ffffffff", "snow", "ivory", "#fefefe", "rgb(255,255,255)",
     "rgba(255,255,255,1)", "hsl(0,0%,100%)"]
)  # fmt: skip
#: Rules of style sheets looked at; a page with more is no page for reading.
_MAX_RULES = 5_000


def remove_unseen(tree: LexborHTMLParser) -> int:
    """Take out all that is not shown, in place, and return how many stretches of hidden text there were.

    Looks at elements, attributes, inline styles and plain rules of the page's own style sheets (outside ``@media``
    and the like); white on white, transparent and text in the colour of its background count as hidden. Style
    sheets and scripts that lie elsewhere are not fetched.
    """
    hiding = _hiding_selectors(tree)
    for node in tree.css(_NEVER_SHOWN):
        node.decompose()
    hidden: list[LexborNode] = []
    for selector in hiding:
        try:
            hidden += tree.css(selector)
        except ValueError:  # a selector that this engine does not know
            continue
    for node in tree.css("[style], font[color]"):
        style = _squeezed(node.attributes.get("style") or "")
        colour = node.attributes.get("color")
        if colour and "color:" not in style:
            style += f";color:{colour.lower().strip()}"
        if _HIDING.search(style) or _invisible_ink(node, style):
            hidden.append(node)
    count = 0
    for node in hidden:
        if node.tag in ("html", "body", None):
            continue
        count += bool((node.text(deep=True) or "").strip())
        node.decompose()
    return count


def _squeezed(style: str) -> str:
    return re.sub(r"\s*([:;,(])\s*", r"\1", _COMMENT.sub("", style).lower()).strip()


def _hiding_selectors(tree: LexborHTMLParser) -> list[str]:
    found: list[str] = []
    for sheet in tree.css("style"):
        for selector, body in _RULE.findall(_outside_at_rules(_COMMENT.sub("", sheet.text(deep=True) or "")))[
            :_MAX_RULES
        ]:
            style = _squeezed(body)
            colour, ground = _COLOUR.search(style), _BACKGROUND.search(style)
            same = colour and ground and colour[1].strip() == ground[1].strip()
            bare_white = colour and not ground and colour[1].strip() in _WHITE | {"transparent"}
            if (_HIDING.search(style) or same or bare_white) and ":" not in selector:
                found.append(selector.strip())
    return found


def _outside_at_rules(sheet: str) -> str:
    """The sheet without ``@media {…}`` and the like, whose rules may not apply to what a reader sees."""
    kept: list[str] = []
    at = 0
    for match in re.finditer(r"@[a-z-]+[^{};]*(?:\{|;)", sheet):
        if match.start() < at:
            continue
        kept.append(sheet[at : match.start()])
        at = match.end()
        depth = 1 if match.group().endswith("{") else 0
        while depth and at < len(sheet):
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
    kept.append(sheet[at:])
    return "".join(kept)


def _invisible_ink(node: LexborNode, style: str) -> bool:
    colour = _COLOUR.search(style)
    if not colour:
        return False
    ink = colour[1].strip()
    if ink == "transparent" or re.fullmatch(r"(?:rgba|hsla)\(.*,0(?:\.0+)?\)", ink):
        return True
    at: LexborNode | None = node
    while at is not None and at.tag not in (None, "-undef", "html"):
        own = style if at is node else _squeezed(at.attributes.get("style") or "")
        ground = _BACKGROUND.search(own)
        said = ground[1].strip() if ground else (at.attributes.get("bgcolor") or "").lower().strip()
        if said and said not in ("transparent", "none", "inherit"):
            return said == ink or {said, ink} <= _WHITE
        at = at.parent
    return ink in _WHITE
