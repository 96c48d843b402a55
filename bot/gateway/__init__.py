"""Inbox and outbox: written down before acknowledged, written down before sent."""
