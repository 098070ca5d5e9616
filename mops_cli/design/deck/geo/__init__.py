"""Maps: places and borders to shapes on the page."""
