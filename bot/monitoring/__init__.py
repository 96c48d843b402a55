"""Monitoring (监控预警): rules over what changed, alerts and what becomes of them, reminders and digests."""
