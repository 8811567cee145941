"""Webhooks: the addresses that are told, and each telling."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_languages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500, verbose_name='address')),
                ('events', models.JSONField(default=list)),
                ('is_on', models.BooleanField(default=True, verbose_name='on')),
                ('sealed', models.TextField()),
                ('sealed_before', models.TextField(blank=True)),
                ('before_until', models.DateTimeField(blank=True, null=True)),
                ('overdue_from', models.DateField()),
                ('made_by', models.CharField(max_length=150)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ('-is_on', '-id'),
                'default_permissions': ('view', 'change'),
                'constraints': [models.CheckConstraint(condition=models.Q(('url', ''), _negated=True), name='endpoint_has_an_address'), models.CheckConstraint(condition=models.Q(('sealed', ''), _negated=True), name='endpoint_has_a_secret'), models.CheckConstraint(condition=models.Q(models.Q(('before_until__isnull', True), ('sealed_before', '')), models.Q(models.Q(('sealed_before', ''), _negated=True), ('before_until__isnull', False)), _connector='OR'), name='endpoint_secret_of_before_has_its_end')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
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
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='Of the last answer.', null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.customer')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='accounts.endpoint')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='delivery_to_send'), models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='delivery_given_up'), models.Index(fields=['endpoint', '-id'], name='delivery_history')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', True), ('state__in', ['waiting', 'dropped', 'dead'])), _connector='OR'), name='delivery_is_sent_when_it_has_its_hour'), models.UniqueConstraint(fields=('customer', 'endpoint', 'kind', 'about'), name='delivery_tells_of_an_event_once')],
            },
        ),
    ]
