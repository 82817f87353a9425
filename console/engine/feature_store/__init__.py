"""Our own feature store, and readers of the two older layouts: dated Parquet groups, and .npy."""
