"""The proof that nothing calls out."""
