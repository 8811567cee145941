"""An index by which a sign-in finds an e-mail address, whatever its letters."""

from django.db import migrations, models
from django.db.models.functions import Lower

from accounts.migrating import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0029_logo")]

    operations = [AddIndexSafely("user", models.Index(Lower("email"), name="user_by_address"))]
