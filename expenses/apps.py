"""The app's name, and its start-up checks."""

from django.apps import AppConfig


class ExpensesConfig(AppConfig):
    name = "expenses"
