"""Questions with known places → how well the search finds them."""
