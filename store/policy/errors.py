"""What is wrong with a policy file."""

from __future__ import annotations

from store.errors import StoreError


class PolicyError(StoreError):
    """The policy file cannot be used; the message names file, line, key, and what is allowed there."""
