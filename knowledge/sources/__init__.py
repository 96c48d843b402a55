"""Where evidence comes from, one file a source: rows of tables, files and folders."""
