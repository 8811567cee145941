"""The project itself as an app: commands, checks and the admin site that concern all of it."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig

IN_THE_PORTAL = ("accounts", "ledger", "credit")  # rooms whose tables the staff may look at


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from accounts.holdings import AFTERWARDS
        from accounts.nouns import name_in_words
        from config import checks  # noqa: F401  registers the checks
        from config.backups.erased import note_down

        AFTERWARDS.append(note_down)
        for room in IN_THE_PORTAL:
            name_in_words(apps.get_app_config(room).get_models())


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin_site.DuebookAdminSite"
