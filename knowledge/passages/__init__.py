"""Passages: splitting, terms, ranking and the vector index."""
