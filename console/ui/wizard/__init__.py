"""The import of data in four steps: files, format, columns, name."""
