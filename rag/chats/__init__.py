"""Conversations kept on disk, counted, searched and exported."""
