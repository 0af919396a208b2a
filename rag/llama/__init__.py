"""llama.cpp: a GGUF file and this machine → tokens, their likelihood, and the memory that they take."""
