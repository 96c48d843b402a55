"""Policy is data: standards, limits, terms and rights as one versioned file that people read and change (政策)."""

from __future__ import annotations

from store.policy.errors import PolicyError
from store.policy.loading import DEFAULT, load_policy
from store.policy.types import Policy

__all__ = ["DEFAULT", "Policy", "PolicyError", "load_policy"]
