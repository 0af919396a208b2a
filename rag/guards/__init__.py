"""What stands between foreign text and an answer: orders in it, their disguises, and a team's own guards."""
