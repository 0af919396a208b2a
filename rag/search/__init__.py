"""What is behind `rag.retrieve`: signals, their ranking, and how sure they make one."""
