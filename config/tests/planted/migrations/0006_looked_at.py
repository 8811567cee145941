from django.db import migrations

from accounts.migrating import ValidateCheck


class Migration(migrations.Migration):
    dependencies = [("planted", "0005_check")]

    operations = [ValidateCheck("Shelf", "shelf_not_below")]
