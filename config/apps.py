"""The project itself as an app: commands, checks and the admin site that concern all of it."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from accounts.holdings import AFTERWARDS
        from config import checks  # noqa: F401  registers the checks
        from config.backups.erased import note_down

        AFTERWARDS.append(note_down)


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin_site.DuebookAdminSite"
