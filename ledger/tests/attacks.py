"""Statements that would make the books wrong, each with the legal neighbour that differs by one value."""

WHEN = "'2025-01-31 12:00:00+00:00'"
CUSTOMER = {"id": "101", "name": "'Asha'", "email": "''", "phone": "''", "created_at": WHEN}
DUE = {
    "id": "1",
    "customer_id": "101",
    "month": "'2025-01-01'",
    "due_on": "'2025-01-31'",
    "kind": "'principal'",
    "reference": "''",
    "amount": "10000",
    "paid": "0",
    "forgiven": "0",
    "recorded_at": WHEN,
}
PAYMENT = {
    "id": "1",
    "customer_id": "101",
    "amount": "5000",
    "applied": "0",
    "kind": "'receipt'",
    "received_on": "'2025-01-31'",
    "policy": "'forward_then_back'",
    "channel": "''",
    "reference": "'R-1'",
    "note": "''",
    "recorded_by": "''",
    "recorded_at": WHEN,
    "key": "'first-key'",
    "reversed": "false",
}
ALLOCATION = {"id": "1", "customer_id": "101", "payment_id": "1", "due_id": "1", "amount": "700", "recorded_at": WHEN}
REVERSAL = PAYMENT | {"id": "8", "kind": "'reversal'", "amount": "-5000", "reverses_id": "1", "key": "''"}
REVERSAL["reference"] = "''"


def insert(table: str, row: dict[str, str], **changes: str) -> str:
    """An INSERT whose values are SQL literals."""
    row = row | changes
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"  # noqa: S608  the values are the literals above


def due(**changes: str) -> str:
    return insert("ledger_due", DUE, **{"id": "9", "month": "'2025-02-01'"} | changes)


def payment(**changes: str) -> str:
    return insert("ledger_payment", PAYMENT, **{"id": "9", "reference": "''", "key": "''"} | changes)


def allocation(**changes: str) -> str:
    return insert("ledger_allocation", ALLOCATION, **{"id": "9"} | changes)


def reversal(**changes: str) -> str:
    return insert("ledger_payment", REVERSAL, **changes)


def change(table: str, sets: str) -> str:
    return f"UPDATE ledger_{table} SET {sets} WHERE customer_id = 101 AND id = 1"  # noqa: S608


BOOKS = [
    insert("accounts_customer", CUSTOMER),
    insert("accounts_customer", CUSTOMER, id="102", name="'Bo'"),
    insert("ledger_due", DUE),
    insert("ledger_payment", PAYMENT),
    insert("ledger_payment", PAYMENT, id="2", reference="'R-2'", key="'second-key'"),
]

# What is attacked: (a wrong statement, its legal neighbour, what the refusal names).
Attack = tuple[str, str, str]
CHECKS: dict[str, Attack] = {
    "overpay a due": (change("due", "paid = 10001"), change("due", "paid = 10000"), "due_never_overpaid"),
    "pay a due by one cent too much in steps": (
        change("due", "paid = paid + 5000, forgiven = forgiven + 5001"),
        change("due", "paid = paid + 5000, forgiven = forgiven + 5000"),
        "due_never_overpaid",
    ),
    "forgive a due beyond its amount": (
        change("due", "forgiven = 10001"),
        change("due", "forgiven = 10000"),
        "due_never_overpaid",
    ),
    "lower a due below what was paid": (
        change("due", "amount = 400, paid = 401"),
        change("due", "amount = 400, paid = 400"),
        "due_never_overpaid",
    ),
    "raise an overpaid due": (due(paid="10001"), due(paid="10000"), "due_never_overpaid"),
    "pay a due less than nothing": (change("due", "paid = -1"), change("due", "paid = 1"), "due_parts_not_negative"),
    "forgive a due less than nothing": (
        change("due", "forgiven = -1"),
        change("due", "forgiven = 1"),
        "due_parts_not_negative",
    ),
    "hide an overpayment behind negative forgiving": (
        change("due", "paid = 10001, forgiven = -1"),
        change("due", "paid = 9999, forgiven = 1"),
        "due_",
    ),
    "raise a due of nothing": (due(amount="0"), due(amount="1"), "due_amount_positive"),
    "raise a negative due": (due(amount="-1"), due(amount="1"), "due_amount_positive"),
    "raise a due of an unknown kind": (due(kind="'gift'"), due(kind="'fee'"), "due_kind_is_known"),
    "raise a due for the middle of a month": (
        due(month="'2025-02-02'"),
        due(month="'2025-02-01'"),
        "due_month_is_a_first_day",
    ),
    "move a due to the last day of a month": (
        change("due", "month = '2025-01-31'"),
        change("due", "month = '2025-03-01'"),
        "due_month_is_a_first_day",
    ),
    "withdraw a due that holds money": (
        change("due", f"paid = 1, withdrawn_at = {WHEN}"),
        change("due", f"paid = 0, withdrawn_at = {WHEN}"),
        "due_withdrawn_holds_nothing",
    ),
    "over-apply a payment": (
        change("payment", "applied = 5001"),
        change("payment", "applied = 5000"),
        "payment_never_over_applied",
    ),
    "apply a payment less than nothing": (
        change("payment", "applied = -1"),
        change("payment", "applied = 0"),
        "payment_never_over_applied",
    ),
    "apply a reversal beyond its mirror": (
        reversal(applied="-5001"),
        reversal(applied="-5000"),
        "payment_never_over_applied",
    ),
    "apply a reversal the wrong way": (reversal(applied="1"), reversal(applied="-1"), "payment_never_over_applied"),
    "receive nothing": (payment(amount="0"), payment(amount="1"), "payment_"),
    "receive less than nothing": (payment(amount="-1"), payment(amount="1"), "payment_sign_fits_its_kind"),
    "refund more than nothing": (
        payment(kind="'refund'", amount="1"),
        payment(kind="'refund'", amount="-1"),
        "payment_sign_fits_its_kind",
    ),
    "record an unknown kind of payment": (
        payment(kind="'gift'"),
        payment(kind="'waiver'"),
        "payment_sign_fits_its_kind",
    ),
    "reverse nothing in particular": (
        reversal(reverses_id="NULL"),
        reversal(reverses_id="1"),
        "payment_sign_fits_its_kind",
    ),
    "receive money that reverses": (
        payment(reverses_id="1"),
        payment(reverses_id="NULL"),
        "payment_sign_fits_its_kind",
    ),
    "start in the middle of a month": (
        payment(starting="'2025-02-15'"),
        payment(starting="'2025-02-01'"),
        "payment_starting_is_a_first_day",
    ),
    "allocate nothing": (allocation(amount="0"), allocation(amount="-1"), "allocation_moves_money"),
    "allocate to no side": (allocation(due_id="NULL"), allocation(), "allocation_has_one_other_side"),
    "allocate to both sides": (
        allocation(counterpart_id="2"),
        allocation(due_id="NULL", counterpart_id="2"),
        "allocation_has_one_other_side",
    ),
}
UNIQUE: dict[str, Attack] = {
    "use a key twice": (payment(key="'first-key'"), payment(key="'third-key'"), "payment_key_is_used_once"),
    "use a key of another customer": (
        payment(key="'first-key'"),
        payment(key="'first-key'", customer_id="102"),
        "payment_key_is_used_once",
    ),
    "use a reference twice": (payment(reference="'R-1'"), payment(reference="'R-3'"), "payment_reference_is_used_once"),
    "use a reference that was not reversed": (
        payment(reference="'R-1'"),
        payment(reference="'R-1'", reversed="true"),
        "payment_reference_is_used_once",
    ),
    "reverse a payment twice": (
        f"{reversal()}; {reversal(id='9')}",
        f"{reversal()}; {reversal(id='9', reverses_id='2')}",
        "payment_is_reversed_once",
    ),
    "raise a due twice": (due(month="'2025-01-01'"), due(month="'2025-01-01'", kind="'fee'"), "due_is_raised_once"),
    "raise a due that was not withdrawn": (
        due(month="'2025-01-01'"),
        due(month="'2025-01-01'", withdrawn_at=WHEN),
        "due_is_raised_once",
    ),
}
MONEY: dict[str, Attack] = {
    f"store {what} as {table}.{column}": (change(table, f"{column} = {value}"), change(table, f"{column} = {same}"), "")
    for table, column, same in (
        ("due", "amount", "10000"),
        ("due", "paid", "10"),
        ("due", "forgiven", "10"),
        ("payment", "amount", "5000"),
        ("payment", "applied", "10"),
    )
    for what, value in (("text", "'abc'"), ("the empty text", "''"), ("nothing", "NULL"))
}
MONEY["allocate text"] = (allocation(amount="'abc'"), allocation(amount="7"), "")
MONEY["allocate nothing known"] = (allocation(amount="NULL"), allocation(amount="7"), "")
MONEY["limit a customer's credit by text"] = (
    "UPDATE accounts_customer SET credit_limit = 'abc' WHERE id = 101",
    "UPDATE accounts_customer SET credit_limit = NULL WHERE id = 101",
    "",
)

WRONG_ON_BOTH = CHECKS | UNIQUE | MONEY
REALS = {
    f"{table}.{column}": change(table, f"{column} = 12.5")
    for table, column in (("due", "amount"), ("due", "paid"), ("due", "forgiven"), ("payment", "applied"))
}
