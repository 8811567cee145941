"""Messages to customers and staff, the lender's schedule of them, and who may see them and send them anew."""

from importlib import import_module
from typing import Any

import accounts.models.lender
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


VIEW, CHANGE = ("accounts.view_message",), ("accounts.change_message",)
HELD = {"manager": VIEW + CHANGE, "auditor": VIEW}

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.add(*roles.named(apps, alias, HELD[group.name]))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.remove(*roles.named(apps, alias, HELD[group.name]))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0021_statement_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='lender',
            name='reminder_days',
            field=models.CharField(blank=True, default='-3,0,7', help_text='Days before (-3), on (0) and after (7) the due date, with commas. Empty: no reminders.', max_length=60, validators=[accounts.models.lender.schedule_of_days], verbose_name='reminders'),
        ),
        migrations.AddField(
            model_name='lender',
            name='summary_weekday',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, help_text='By mail, on this day. Empty: none.', null=True, verbose_name='weekly summary to managers'),
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipts', models.BooleanField(default=True, verbose_name='payments: a receipt for each, and what became of my notices')),
                ('reminders', models.BooleanField(default=True, verbose_name='reminders of what falls due')),
                ('decisions', models.BooleanField(default=True, verbose_name='decisions on credit that I asked for')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('customer',), name='mail_choice_is_one_a_customer')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('about', models.CharField(max_length=80)),
                ('facts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('dropped', 'not sent'), ('dead', 'given up')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, help_text='Why it was not sent, or not yet.', max_length=300)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('holder', models.CharField(blank=True, max_length=32)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
            ],
            options={
                'abstract': False,
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='message_to_send'), models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='message_given_up'), models.Index(fields=['customer', '-id'], name='message_history'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['customer'], name='message_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', True), ('state__in', ['waiting', 'dropped', 'dead'])), _connector='OR'), name='message_is_sent_when_it_has_its_hour'), models.UniqueConstraint(fields=('customer', 'kind', 'about'), name='message_tells_of_an_event_once')],
            },
        ),
        migrations.CreateModel(
            name='StaffMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('about', models.CharField(max_length=80)),
                ('facts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('dropped', 'not sent'), ('dead', 'given up')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, help_text='Why it was not sent, or not yet.', max_length=300)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('holder', models.CharField(blank=True, max_length=32)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('manager', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.manager')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='staffmessage_to_send'), models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='staffmessage_given_up')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', True), ('state__in', ['waiting', 'dropped', 'dead'])), _connector='OR'), name='staffmessage_is_sent_when_it_has_its_hour'), models.UniqueConstraint(fields=('manager', 'kind', 'about'), name='staff_message_tells_of_an_event_once')],
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
