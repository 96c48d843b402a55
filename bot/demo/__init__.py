"""The demo: a fictional portfolio of customers, and how it is laid out for a given day."""
