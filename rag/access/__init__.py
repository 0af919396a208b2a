"""A password for the page, tries at it, and passes for who had it right."""
