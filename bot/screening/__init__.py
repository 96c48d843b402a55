"""Screening (名单筛查): who of a customer is on a list, what people decide of it, and looking again after a change."""
