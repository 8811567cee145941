"""The invariants of the books, each as a question in SQL whose right answer is no row."""

from collections.abc import Iterator

from django.db import connection

from accounts.audit_proof import trail_breaks
from ledger.figures import FROM_THE_BOOKS

BOOKS = {
    # The first three add up both sides in one pass: a join would be at the mercy of the planner's statistics.
    "a payment's applied part is not the sum of its allocations": """
        SELECT customer_id, 'payment', id, SUM(stored), SUM(summed)
        FROM (SELECT customer_id, id, applied AS stored, 0 AS summed FROM ledger_payment
              UNION ALL
              SELECT customer_id, payment_id, 0, amount FROM ledger_allocation) sides
        GROUP BY customer_id, id HAVING SUM(stored) <> SUM(summed)""",
    "a due's paid and forgiven parts are not the sum of its allocations": """
        SELECT customer_id, 'due', id, SUM(stored), SUM(summed)
        FROM (SELECT customer_id, id, paid + forgiven AS stored, 0 AS summed FROM ledger_due
              UNION ALL
              SELECT customer_id, due_id, 0, amount FROM ledger_allocation WHERE due_id IS NOT NULL) sides
        GROUP BY customer_id, id HAVING SUM(stored) <> SUM(summed)""",
    "a due's forgiven part is not what waivers and charge-offs gave it": """
        SELECT customer_id, 'due', id, SUM(stored), SUM(summed)
        FROM (SELECT customer_id, id, forgiven AS stored, 0 AS summed FROM ledger_due WHERE forgiven <> 0
              UNION ALL
              SELECT a.customer_id, a.due_id, 0, a.amount
              FROM ledger_allocation a
              JOIN ledger_payment p ON p.id = a.payment_id AND p.customer_id = a.customer_id
              LEFT JOIN ledger_payment o ON o.id = p.reverses_id AND o.customer_id = p.customer_id
              WHERE a.due_id IS NOT NULL AND COALESCE(o.kind, p.kind) IN ('waiver', 'charge_off')) sides
        GROUP BY customer_id, id HAVING SUM(stored) <> SUM(summed)""",
    "an allocation joins two customers": """
        SELECT a.customer_id, 'allocation', a.id, p.customer_id, COALESCE(d.customer_id, c.customer_id)
        FROM ledger_allocation a
        LEFT JOIN ledger_payment p ON p.id = a.payment_id
        LEFT JOIN ledger_due d ON d.id = a.due_id
        LEFT JOIN ledger_payment c ON c.id = a.counterpart_id
        WHERE p.customer_id IS NULL OR p.customer_id <> a.customer_id
           OR COALESCE(d.customer_id, c.customer_id, -1) <> a.customer_id""",
    "money handed from payment to payment does not add to nothing": """
        SELECT a.customer_id, 'payment', MIN(a.payment_id), SUM(a.amount), 0
        FROM ledger_allocation a WHERE a.counterpart_id IS NOT NULL
        GROUP BY a.customer_id, CASE WHEN a.payment_id < a.counterpart_id THEN a.payment_id ELSE a.counterpart_id END,
                 CASE WHEN a.payment_id < a.counterpart_id THEN a.counterpart_id ELSE a.payment_id END
        HAVING SUM(a.amount) <> 0""",
    "credit is held beside an open due that its policy may fill": """
        SELECT p.customer_id, 'payment', p.id, p.amount - p.applied, MIN(d.id)
        FROM ledger_payment p
        JOIN ledger_due d ON d.customer_id = p.customer_id AND d.amount > d.paid + d.forgiven
         AND d.withdrawn_at IS NULL
         AND (p.policy <> 'forward' OR p.starting IS NULL OR d.month >= p.starting)
        WHERE p.amount > p.applied
        GROUP BY p.customer_id, p.id, p.amount, p.applied""",
    "a reversal is not the mirror of what it reverses": """
        SELECT r.customer_id, 'payment', r.id, r.amount, COALESCE(-p.amount, 0)
        FROM ledger_payment r
        LEFT JOIN ledger_payment p ON p.id = r.reverses_id AND p.customer_id = r.customer_id
        WHERE r.kind = 'reversal'
          AND (p.id IS NULL OR r.amount + p.amount <> 0 OR r.applied <> r.amount OR NOT p.reversed
               OR p.kind = 'reversal')""",
    "a payment and its reversal leave something on a due": """
        SELECT p.customer_id, 'payment', MIN(p.id), SUM(a.amount), 0
        FROM ledger_payment p
        JOIN ledger_allocation a ON a.payment_id = p.id AND a.customer_id = p.customer_id AND a.due_id IS NOT NULL
        WHERE p.reversed OR p.kind = 'reversal'
        GROUP BY p.customer_id, COALESCE(p.reverses_id, p.id), a.due_id
        HAVING SUM(a.amount) <> 0""",
    "a payment is marked reversed and no mirror stands beside it": """
        SELECT p.customer_id, 'payment', p.id, p.amount, 0
        FROM ledger_payment p
        LEFT JOIN ledger_payment r ON r.reverses_id = p.id AND r.customer_id = p.customer_id
        WHERE p.reversed AND r.id IS NULL""",
    "a refund or reversal has money that waits": """
        SELECT p.customer_id, 'payment', p.id, p.amount, p.applied
        FROM ledger_payment p WHERE p.amount < 0 AND p.amount <> p.applied AND NOT p.reversed""",
    "a key is used twice": """
        SELECT p.customer_id, 'payment', MIN(p.id), COUNT(*), 1
        FROM ledger_payment p WHERE p.key <> '' GROUP BY p.customer_id, p.key HAVING COUNT(*) > 1""",
    "a due is paid or forgiven beyond its amount": """
        SELECT d.customer_id, 'due', d.id, d.paid + d.forgiven, d.amount
        FROM ledger_due d WHERE d.paid < 0 OR d.forgiven < 0 OR d.paid + d.forgiven > d.amount""",
    "a payment is applied beyond its amount": """
        SELECT p.customer_id, 'payment', p.id, p.applied, p.amount
        FROM ledger_payment p
        WHERE (p.amount > 0 AND (p.applied < 0 OR p.applied > p.amount))
           OR (p.amount < 0 AND (p.applied > 0 OR p.applied < p.amount))""",
}

LENT = {
    "a loan is not the principal that its dues bring back": """
        SELECT customer_id, 'loan', id, SUM(given), SUM(owed)
        FROM (SELECT customer_id, id, CASE WHEN reversed THEN 0 ELSE amount END AS given, 0 AS owed
              FROM ledger_disbursement WHERE reverses_id IS NULL
              UNION ALL
              SELECT customer_id, loan_id, 0, amount FROM ledger_due
              WHERE loan_id IS NOT NULL AND kind = 'principal' AND withdrawn_at IS NULL) sides
        GROUP BY customer_id, id HAVING SUM(given) <> SUM(owed)""",
    "a loan and its mirror do not fit": """
        SELECT l.customer_id, 'loan', l.id, l.amount, COALESCE(-m.amount, 0)
        FROM ledger_disbursement l
        LEFT JOIN ledger_disbursement m ON m.reverses_id = l.id AND m.customer_id = l.customer_id
        WHERE l.reverses_id IS NULL AND (l.reversed <> (m.id IS NOT NULL) OR l.amount + m.amount <> 0)""",
    "a due does not carry the reference of its loan": """
        SELECT d.customer_id, 'due', d.id, d.loan_id, l.id
        FROM ledger_due d LEFT JOIN ledger_disbursement l ON l.id = d.loan_id AND l.customer_id = d.customer_id
        WHERE d.loan_id IS NOT NULL AND (l.id IS NULL OR l.reference <> d.reference)""",
}

DONE = {  # what is confirmed
    "a confirmed request has no such payment": """
        SELECT a.customer_id, 'request', a.id, COALESCE(ABS(p.amount), 0), a.amount
        FROM ledger_approval a
        LEFT JOIN ledger_payment p ON p.id = a.made AND p.customer_id = a.customer_id
        WHERE a.state = 'confirmed' AND a.act NOT IN ('lower', 'take_back', 'override')
          AND COALESCE(ABS(p.amount), 0) <> a.amount""",
    "a confirmed request took no loan back": """
        SELECT a.customer_id, 'request', a.id, COALESCE(l.amount, 0), a.amount
        FROM ledger_approval a
        LEFT JOIN ledger_disbursement l ON l.id = a.loan AND l.customer_id = a.customer_id AND l.reversed
        WHERE a.state = 'confirmed' AND a.act = 'take_back' AND COALESCE(l.amount, 0) <> a.amount""",
    "a confirmed notice has no such payment": """
        SELECT n.customer_id, 'notice', n.id, COALESCE(p.amount, 0), n.amount
        FROM ledger_notice n
        LEFT JOIN ledger_payment p ON p.id = n.payment AND p.customer_id = n.customer_id
        WHERE n.state = 'confirmed' AND COALESCE(p.amount, 0) <> n.amount""",
}

SUMMED = {  # what the first screen reads
    "a customer's standing is not what the open dues come to": """
        SELECT customer_id, 'standing', MIN(oldest), SUM(stored), SUM(summed)
        FROM (SELECT customer_id, outstanding AS stored, 0 AS summed, oldest_due_on AS oldest FROM ledger_standing
              UNION ALL
              SELECT customer_id, 0, amount - paid - forgiven, due_on
              FROM ledger_due WHERE amount > paid + forgiven AND withdrawn_at IS NULL) sides
        GROUP BY customer_id
        HAVING SUM(stored) <> SUM(summed)
            OR MIN(CASE WHEN stored > 0 THEN oldest END) <> MIN(CASE WHEN stored = 0 THEN oldest END)""",
    "a day's figure is not what the books come to": f"""
        SELECT NULL, figure, day, SUM(stored), SUM(summed)
        FROM (SELECT figure, day, amount AS stored, 0 AS summed FROM ledger_tally
              UNION ALL
              SELECT figure, day, 0, amount FROM ({FROM_THE_BOOKS}) books) sides
        GROUP BY figure, day HAVING SUM(stored) <> SUM(summed)""",  # noqa: S608  our own words
}
PROOFS = BOOKS | LENT | DONE | SUMMED
ELSEWHERE: dict[str, str] = {}  # proofs of other rooms, which enter them when they are ready


def differences() -> Iterator[str]:
    """One line for each row that breaks an invariant, amounts in minor units as stored; then one for each break of
    the audit trail."""
    for claim, question in (PROOFS | ELSEWHERE).items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            while rows := cursor.fetchmany(1000):
                for customer, noun, row, found, expected in rows:
                    owner = f"customer {customer}, " if customer else ""
                    yield f"{owner}{noun} {row}: {claim} ({found}, {expected})"
    yield from trail_breaks()
