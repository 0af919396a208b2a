"""Question and passages → what is quoted of them, to the letter."""
