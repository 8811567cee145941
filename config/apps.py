"""The project itself as an app: commands, checks and the admin site that concern all of it."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers the checks


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin_site.DuebookAdminSite"
