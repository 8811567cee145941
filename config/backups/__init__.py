"""Backups: taken while the books are in use, proven before they are believed, and put back whole."""
