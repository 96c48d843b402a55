"""What can go wrong between the inbox and the outbox.

GatewayError
  ├─ AlreadyRunning     another process of this installation has the role
  └─ JobsUnavailable    the job queue cannot be reached; what arrived stays in the inbox
"""

from __future__ import annotations


class GatewayError(Exception):
    """Base of all errors of the gateway."""


class AlreadyRunning(GatewayError):
    """Another process of this installation already has this role; the message says which."""


class JobsUnavailable(GatewayError):
    """The job queue cannot be reached for the moment; nothing is lost, try again."""
