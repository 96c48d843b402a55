"""Measuring answers against what is true (评测): question files with gold, scoring, validity of citations and figures.

A question file is JSON Lines in the shape of `ask`, extended by `gold`:

    {"id": "q1", "question": "瀚屿集团2025年营业收入是多少?", "as": "sales", "in": "private", "conversation": "a",
     "as_of": "2025-12-31", "known_at": "2026-03-31T12:00:00Z", "phase": "known_gap", "why": "…",
     "gold": {"outcome": "answer", "says": [["36.42亿", "3,642 million"], ["2025"]], "says_not": ["AAA"],
              "customers": ["hanyu-group"], "ordered": false, "sources": ["zh-hanyu-annual-report.md"],
              "value": {"amount": "36.42", "unit": "亿", "tolerance": "0.01", "currency": "CNY"},
              "language": "zh"}}

`outcome` is answer, unknown, refused or clarify, or a list of those that are right. Of each list in `says` one must
stand in the answer's text; nothing of `says_not` may stand anywhere in what is shown, evidence included. `customers`
(codes, keys, identifiers or exact names) are those that the answer lists, names as choices or stands on, all of them
and no other; with `ordered` in this order. `value` (one or a list) is compared by code: some claim says an amount
within `tolerance` (in the same unit; half of the last place where none is given). Of `sources` every external id is
cited. Questions of one `conversation` are asked in the order of the file.

Scoring is a pure function of an answer as JSON and its gold; what must be looked up stands in `archive`.
"""
