"""Charts: data to shapes on the page."""
