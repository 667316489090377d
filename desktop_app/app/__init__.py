"""Use cases and words: what a person can do with connections, and every sentence they read. No Qt, no network."""
