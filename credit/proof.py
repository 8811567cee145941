"""What check_books asks besides: each approval gave its loan, and what was confirmed was decided."""

PROOFS = {
    "an approved request has no loan of its amount": """
        SELECT r.customer_id, 'credit request', r.id, COALESCE(MAX(l.amount), 0), r.amount
        FROM credit_creditrequest r
        LEFT JOIN ledger_disbursement l ON l.customer_id = r.customer_id AND l.reverses_id IS NULL
         AND l.reference = 'credit-' || r.id AND l.amount = r.amount
        WHERE r.state = 'approved'
        GROUP BY r.customer_id, r.id, r.amount HAVING COUNT(l.id) = 0""",
    "the state of a request is not what was decided last": """
        SELECT r.customer_id, 'credit request', r.id, r.state, d.verdict
        FROM credit_creditrequest r
        JOIN credit_decision d ON d.request_id = r.id AND d.customer_id = r.customer_id
        WHERE r.state <> 'withdrawn' AND r.state <> CASE d.verdict WHEN 'referred' THEN 'waiting' ELSE d.verdict END
          AND NOT EXISTS (SELECT 1 FROM credit_decision o WHERE o.overrides_id = d.id AND o.customer_id = d.customer_id)
        """,
    "a confirmed request approved no credit": """
        SELECT a.customer_id, 'request', a.id, COALESCE(a.made, 0), a.amount
        FROM ledger_approval a
        LEFT JOIN credit_decision d ON d.id = a.made AND d.customer_id = a.customer_id
         AND d.verdict = 'approved' AND d.decided_by = a.asked_by AND d.confirmed_by = a.decided_by
        WHERE a.state = 'confirmed' AND a.act = 'override' AND d.id IS NULL""",
    "a second person stands for an approval that nobody confirmed": """
        SELECT d.customer_id, 'decision', d.id, d.confirmed_by, 0
        FROM credit_decision d
        LEFT JOIN ledger_approval a ON a.made = d.id AND a.customer_id = d.customer_id
         AND a.act = 'override' AND a.state = 'confirmed' AND a.decided_by = d.confirmed_by
        WHERE d.confirmed_by <> '' AND a.id IS NULL""",
}
