"""What can be wrong with a question file (评测错误).

EvaluationError
  └─ LineUnusable    one line cannot be asked or scored; it is set aside with its number
"""


class EvaluationError(Exception):
    """An evaluation cannot be done as it was asked for; the message says why and what to change."""


class LineUnusable(EvaluationError):
    """A line of a question file cannot be asked or scored."""
