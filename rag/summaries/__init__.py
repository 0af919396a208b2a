"""A document or several → what they say in short, quoted or written."""
