"""Lending for programs: ask, look, decide, and how well the models tell."""
