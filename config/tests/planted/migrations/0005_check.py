from django.db import migrations, models

from accounts.migrating import AddCheckNotValid


class Migration(migrations.Migration):
    dependencies = [("planted", "0004_unique")]

    operations = [
        AddCheckNotValid("Shelf", models.CheckConstraint(condition=models.Q(place__gte=0), name="shelf_not_below"))
    ]
