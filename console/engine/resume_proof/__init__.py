"""The proof that a run resumes exactly: what it recorded, replayed from a checkpoint."""
