"""Stand-ins for what is outside; the contract tests hold them to the same promises as the real ones."""
