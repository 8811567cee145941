from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_undone_batches'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False)), models.Q(('state__in', ['reading', 'ready', 'posting', 'posted', 'undoing', 'discarded']), ('undone_at__isnull', True)), _connector='OR'), name='batch_is_undone_at_an_instant'),
        ),
    ]
