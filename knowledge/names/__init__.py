"""Names of firms: keys for comparing, mentions in text, and whom a question means."""
