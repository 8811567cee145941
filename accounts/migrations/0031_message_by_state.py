"""An index by which the staff's list finds mails in one state, the newest first."""

from django.db import migrations, models

from accounts.migrating import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0030_user_by_address")]

    operations = [AddIndexSafely("message", models.Index(fields=["state", "-id"], name="message_by_state"))]
