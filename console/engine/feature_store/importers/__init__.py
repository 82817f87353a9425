"""Importers: each turns one raw format into a canonical table that ``import_dataset`` reads."""
