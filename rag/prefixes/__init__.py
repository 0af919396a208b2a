"""What is around the saved prompts of `rag.prefix`: their keys, their worth, the proof that they can be trusted."""
