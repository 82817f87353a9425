"""What an import would make of files, from their first rows only: format, columns, mapping."""
