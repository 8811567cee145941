from django.db import migrations, models

from accounts.migrating import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("planted", "0002_slow")]

    operations = [AddIndexSafely("Shelf", models.Index(fields=["place"], name="shelf_by_place"))]
