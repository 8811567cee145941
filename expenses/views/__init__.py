"""Pages of the private notebook."""
