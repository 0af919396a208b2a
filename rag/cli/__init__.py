"""`python -m rag`: flags, commands, what they print."""
