"""The app's name."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "credit"
