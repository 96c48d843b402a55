"""What is wrong with a value from outside (校验说明), in a plain sentence that says what is allowed.

The library that validates speaks to programmers; what it says reaches people who filled in a sheet or a setting.
Sentences of our own validators pass as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A value that is shown is cut to so many characters.
_SHOWN = 60

#: Kind of mistake → what is allowed; `{name}` are values of the context that comes with the mistake.
_ALLOWED: dict[str, str] = {
    "missing": "it is required",
    "extra_forbidden": "it is not known here; check how it is spelled",
    "none_required": "it is to be left out",
    "string_type": "it is a text",
    "string_too_short": "it has at least {min_length} {characters}",
    "string_too_long": "it has at most {max_length} characters",
    "string_pattern_mismatch": "it does not have the form that is asked for, {pattern}",
    "literal_error": "it is one of {expected}",
    "enum": "it is one of {expected}",
    "too_short": "it has at least {min_length} entries, and there are {actual_length}",
    "too_long": "it has at most {max_length} entries, and there are {actual_length}",
    "list_type": "it is a list",
    "tuple_type": "it is a list",
    "set_type": "it is a list",
    "frozen_set_type": "it is a list",
    "dict_type": "it is a table of names and values",
    "model_type": "it is a table of names and values",
    "model_attributes_type": "it is a table of names and values",
    "mapping_type": "it is a table of names and values",
    "bool_type": "it is true or false",
    "bool_parsing": "it is true or false",
    "int_type": "it is a whole number",
    "int_parsing": "it is a whole number",
    "int_parsing_size": "it is a whole number, and not so large a one",
    "int_from_float": "it is a whole number",
    "float_type": "it is a number",
    "float_parsing": "it is a number",
    "decimal_type": "it is a number",
    "decimal_parsing": "it is a plain number such as 1234.50",
    "decimal_max_digits": "it has at most {max_digits} digits",
    "decimal_max_places": "it has at most {decimal_places} decimal places",
    "finite_number": "it is a finite number",
    "multiple_of": "it is a multiple of {multiple_of}",
    "greater_than": "it is more than {gt}",
    "greater_than_equal": "it is {ge} or more",
    "less_than": "it is less than {lt}",
    "less_than_equal": "it is {le} or less",
    "date_type": "it is a date such as 2026-11-21",
    "date_parsing": "it is a date such as 2026-11-21",
    "date_from_datetime_parsing": "it is a date such as 2026-11-21",
    "date_from_datetime_inexact": "it is a date such as 2026-11-21, without a time",
    "datetime_type": "it is a date and time with its zone, such as 2026-11-21T09:00:00Z",
    "datetime_parsing": "it is a date and time with its zone, such as 2026-11-21T09:00:00Z",
    "datetime_object_invalid": "it is a date and time with its zone, such as 2026-11-21T09:00:00Z",
    "datetime_from_date_parsing": "it is a date and time with its zone, such as 2026-11-21T09:00:00Z",
    "timezone_aware": "it needs a time zone, such as 2026-11-21T09:00:00Z",
    "time_delta_type": "it is a length of time such as 30 days",
    "time_delta_parsing": "it is a length of time such as 30 days",
    "url_type": "it is an address that begins with https://",
    "url_parsing": "it is an address that begins with https://",
    "url_scheme": "it is an address that begins with {expected_schemes}",
    "path_type": "it is the path of a file or folder",
}

_OTHERWISE = "it does not have the form that is asked for"

#: What is not to be repeated: nothing can be seen of the value, or it is too long or has no short form.
_UNSHOWN = frozenset({"missing", "extra_forbidden", "too_short", "too_long"})


def plain_reason(error: Mapping[str, Any], *, show: bool = True) -> str:
    """The sentence for one of `ValidationError.errors()`: what is allowed, and what stands there instead.

    `show=False` leaves out what stands there, for what may be a secret.
    """
    kind = str(error["type"])
    if kind in ("value_error", "assertion_error"):
        return str(error["msg"]).partition(", ")[2]
    context = {name: str(value).replace("'", "") for name, value in (error.get("ctx") or {}).items()}
    context["characters"] = "character" if context.get("min_length") == "1" else "characters"
    given = error.get("input")
    try:
        said = _ALLOWED[kind].format(**context)
    except KeyError:
        # A kind that is not in the table, or one that says less about itself than it used to.
        return _OTHERWISE + _instead(given, show)
    if kind == "string_too_long" and isinstance(given, str):
        return f"{said}, and there are {len(given.strip()):,}"
    return said if kind in _UNSHOWN else said + _instead(given, show)


def _instead(value: Any, show: bool) -> str:
    if not show or not isinstance(value, str | int | float | bool) or str(value).strip() == "":
        return ""
    text = " ".join(str(value).split())
    return f", not “{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
