"""Make the figures of books that were kept before there were any; the questions are those of ledger/figures.py then."""

from django.db import migrations

OPEN = "FROM ledger_due WHERE withdrawn_at IS NULL AND amount > paid + forgiven"
BOOKS = f"""
    SELECT 'open' AS figure, due_on AS day, amount - paid - forgiven AS amount {OPEN}
    UNION ALL
    SELECT 'at_risk', MIN(due_on), SUM(amount - paid - forgiven) {OPEN} GROUP BY customer_id
    UNION ALL
    SELECT 'raised', due_on, amount FROM ledger_due WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT 'held', received_on, amount - applied
    FROM ledger_payment WHERE amount > applied AND kind NOT IN ('waiver', 'charge_off')
    UNION ALL
    SELECT 'received', p.received_on, p.amount
    FROM ledger_payment p
    LEFT JOIN ledger_payment o ON o.id = p.reverses_id AND o.customer_id = p.customer_id
    WHERE COALESCE(o.kind, p.kind) NOT IN ('waiver', 'charge_off')"""
FILL = [
    "INSERT INTO ledger_standing (customer_id, outstanding, oldest_due_on)"
    f" SELECT customer_id, SUM(amount - paid - forgiven), MIN(due_on) {OPEN} GROUP BY customer_id",
    "INSERT INTO ledger_tally (figure, day, amount)"
    f" SELECT figure, day, SUM(amount) FROM ({BOOKS}) books GROUP BY figure, day HAVING SUM(amount) <> 0",
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_figures")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
