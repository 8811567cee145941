"""Endpoints of the books: what a customer may see and do, and what the staff may."""
