"""Two documents → what differs between them."""
