"""A message that leans on the conversation → what it asks for."""
