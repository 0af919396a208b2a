"""Choice and candidates → Plan: what is read, to the token, and what is left out."""
