from django.db import migrations, models

from config.tests.planting import step


class Migration(migrations.Migration):
    """It says where it is, and waits there to be killed."""

    dependencies = [("planted", "0001_first")]

    operations = [
        migrations.RunPython(step, migrations.RunPython.noop),
        migrations.AddField("Shelf", "note", models.CharField(max_length=20, null=True)),
        migrations.RunPython(step, migrations.RunPython.noop),
        migrations.CreateModel(
            "Board",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("shelf", models.ForeignKey("planted.Shelf", models.CASCADE)),
            ],
        ),
        migrations.RunPython(step, migrations.RunPython.noop),
    ]
