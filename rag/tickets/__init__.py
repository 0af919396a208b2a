"""What is particular to tickets: their threads, numbers, lists, solutions, and what is like them."""
