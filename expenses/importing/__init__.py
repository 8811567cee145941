"""From a bank's file to entries of the notebook: read, shown row by row, taken over at once, and taken back."""
