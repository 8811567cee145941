"""Moving in: the stores of the three apps that Duebook replaces, read, posted by the acts, and compared."""
