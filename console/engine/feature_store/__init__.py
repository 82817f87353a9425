"""Readers of the two older storage layouts: dated Parquet groups, and .npy with .json files."""
