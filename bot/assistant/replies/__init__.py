"""Replies: one module a family of topics, each `reply(context) -> Draft`."""
