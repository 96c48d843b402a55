"""HTML and SVG whose text is escaped by construction: only `Markup` passes as it is, all else is data."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "col", "hr", "img", "link", "meta", "wbr"})


class Markup(str):
    """Text that is markup already; made by `element` and `join`, never from what others wrote."""

    __slots__ = ()


#: What may stand within an element; None and empty text leave nothing behind.
Child = "Markup | str | int | None | Iterable[Child]"


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """`<name …>children</name>` with every text and value escaped.

    A trailing underscore of an attribute is dropped (`class_`), others become hyphens (`aria_label`); None leaves the
    attribute out and True leaves its value out.
    """
    written = "".join(
        f" {_attribute(key)}" + ("" if value is True else f'="{escape(str(value), quote=True)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[object], between: str = "") -> Markup:
    """Children side by side, flattened and escaped."""
    return Markup(escape(between).join(part for child in children if (part := _written(child))))


def _written(child: object) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child, quote=False)
    if isinstance(child, Iterable):
        return join(child)
    return escape(str(child), quote=False)


#: SVG has attributes in camel case, which no keyword argument should have to guess.
_CAMEL = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}


def _attribute(key: str) -> str:
    name = key.rstrip("_").replace("_", "-")
    return _CAMEL.get(name, name)
