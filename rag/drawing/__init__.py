"""Charts as SVG and paragraphs as PDF."""
