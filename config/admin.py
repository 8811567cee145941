"""What the admin registers that needs more than one room: customers, with their ways in and out by file."""

from django.contrib import admin

from accounts.admin import CustomerAdmin
from accounts.models import Customer
from config.roundtrip.pages import WayBack, WayOut


@admin.register(Customer)
class CustomerWithFilesAdmin(WayBack, WayOut, CustomerAdmin):
    """The list, its forms, and the round trip by CSV."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    actions = ("export_chosen",)
