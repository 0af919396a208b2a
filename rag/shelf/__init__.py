"""Model files as a person sees them: which there are, whether they fit and are whole, which is chosen."""
