from django.db import migrations, models

from accounts.migrating import AddUniqueSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("planted", "0003_index")]

    operations = [
        AddUniqueSafely("Shelf", models.UniqueConstraint(fields=["customer", "place"], name="shelf_has_its_place"))
    ]
