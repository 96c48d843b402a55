"""Revision files, `0001_first_tables.py` and on."""
