"""What the owner's own programs may do with the notebook."""
