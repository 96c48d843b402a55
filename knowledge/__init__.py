"""The evidence: found, read, linked, searched."""
