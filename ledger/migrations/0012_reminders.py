"""Which steps of the lender's schedule were told of which due."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_messages'),
        ('ledger', '0011_statement_orders'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.BigIntegerField()),
                ('step', models.SmallIntegerField(help_text='Days after the due date; negative before it.')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('customer', 'due', 'step'), name='reminder_is_told_once')],
            },
        ),
    ]
