from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_laid_money")]

    operations = [
        migrations.CreateModel(
            "Shelf",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("place", models.IntegerField()),
                ("customer", models.ForeignKey("accounts.Customer", models.CASCADE)),
            ],
        ),
    ]
