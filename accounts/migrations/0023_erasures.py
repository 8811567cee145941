"""Erasures, how long data is kept, and who hands it out or erases it."""

from importlib import import_module
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.db import migrations, models

CODES = ("accounts.export_customer", "accounts.erase_customer")

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    held = roles.named(apps, alias, CODES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name="manager"):
        group.permissions.add(*held)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    held = roles.named(apps, alias, CODES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name="manager"):
        group.permissions.remove(*held)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_messages'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='customer',
            options={'permissions': [('export_customer', 'Can hand out all that is held on a customer'), ('erase_customer', 'Can erase what is personal of a customer')]},
        ),
        migrations.AddField(
            model_name='lender',
            name='erase_alone',
            field=models.BooleanField(default=True, help_text='Without it a second one confirms.', verbose_name='one person may erase a customer'),
        ),
        migrations.AddField(
            model_name='lender',
            name='retention_years',
            field=models.PositiveSmallIntegerField(default=7, help_text="After a customer's last entry in the books, as your law on accounts asks. No earlier is a customer erased.", validators=[django.core.validators.MaxValueValidator(100)], verbose_name="years to keep customers' data"),
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='waiting', max_length=10)),
                ('asked_by', models.CharField(max_length=150)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.CharField(blank=True, max_length=150)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ErasedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
                ('erasure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='accounts.erasure')),
            ],
            options={
                'verbose_name_plural': 'erased entries',
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('customer',), name='erasure_waits_once_a_customer'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'done')), fields=('customer',), name='erasure_is_done_once'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', ''), _negated=True), name='erasure_has_an_asker'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('state__in', ['done', 'refused', 'withdrawn']), models.Q(('decided_by', ''), _negated=True)), _connector='OR'), name='erasure_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='erasedentry',
            constraint=models.UniqueConstraint(fields=('customer', 'number'), name='erased_entry_is_named_once'),
        ),
        migrations.AddConstraint(
            model_name='erasedentry',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='erased_entry_is_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='erasedentry',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('hash'), 64), name='erased_entry_hash_is_whole'),
        ),
        migrations.RunPython(grant, revoke),
    ]
