"""One of everything that the API has an address for, all of it asha's, and a body for each address that takes one."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.hooks import make_endpoint
from accounts.models import Batch, Customer, Delivery, Erasure, Manager
from accounts.programs import open_session
from accounts.tests.cast import PASSWORD
from accounts.tests.programs import Program, program_of
from credit.actions import ask, withdraw
from credit.models import CreditPolicy, CreditRequest, Decision, ScoringModel
from expenses.actions import enter
from expenses.models import Expense, Statement
from ledger import approving
from ledger.actions import add_due, forgive_due, give_loan, record_payment
from ledger.models import Closing, Disbursement, Due, Payment, Upload

TODAY = timezone.localdate()
SOON = (TODAY.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)  # may be asked for past midnight, too
NOTEBOOK = "/api/customer/statements"
BODIES: dict[str, dict[str, Any]] = {
    "/api/manager/login": {"id": 1, "password": "guess"},
    "/api/customer/login": {"id": 101, "password": "guess"},
    "/api/token/refresh": {"refresh_token": "1.x.y"},
    "/api/customer/payment": {"year": 2025, "month": 1, "amount": "1.00", "customer_id": 101},
    "/api/customer/payment/preview": {"year": 2025, "month": 1, "amount": "1.00", "customer_id": 101},
    "/api/customer/credit-request": {
        "year": SOON.year,
        "month": SOON.month,
        "amount": "1.00",
        "method": "percentage",
        "customer_id": 101,
    },
    "/api/customer/expenses": {"day": f"{TODAY}", "amount": "1.00", "category": "Food"},
    "/api/customer/expenses/{expense_id}": {"day": f"{TODAY}", "amount": "1.00", "category": "Food"},
    "/api/customer/statements/{statement_id}/answers": {"answers": {}},
    "/api/customer/statements/{statement_id}/decisions": {},
    "/api/customer/statements/{statement_id}/undo": {},
    "/api/customers": {"name": "Dara Cole"},
    "/api/customers/{customer_id}": {"phone": "+254 700 000 199"},
    "/api/customers/{customer_id}/invitation": {"again": True},
    "/api/customers/{customer_id}/sign-in": {"active": True},
    "/api/customers/{customer_id}/dues/{due_id}": {"amount": "49.00"},
    "/api/customers/{customer_id}/dues/{due_id}/waive": {"amount": "1.00", "reason": "goodwill"},
    "/api/customers/{customer_id}/dues/{due_id}/charge-off": {"amount": "1.00", "reason": "lost"},
    "/api/customers/{customer_id}/charge-off": {"amount": "30.00", "reason": "lost"},
    "/api/customers/{customer_id}/recovery": {"amount": "1.00"},
    "/api/customers/{customer_id}/loans/{loan_id}/settlement": {"amount": "100.00"},
    "/api/customers/{customer_id}/loans/{loan_id}/take-back": {"reason": "by mistake"},
    "/api/customers/{customer_id}/erasure": {"decision": "refuse", "note": "not yet"},
    "/api/reopenings/{closing_id}": {"decision": "refuse", "note": "not now"},
    "/api/webhooks": {"url": "https://books.example/hooks", "events": ["payment.recorded"]},
    "/api/webhooks/{webhook_id}": {"is_on": False},
    "/api/customers/{customer_id}/refunds": {"amount": "1.00"},
    "/api/customers/{customer_id}/approvals/{approval_id}": {"decision": "confirm"},
    "/api/customers/{customer_id}/credit-requests/{request_id}/decision": {
        "decision": "approve",
        "reason": "known",
        "seen": 999_999,  # no decision of anybody's
    },
    "/api/customers/{customer_id}/dues": {"year": 2025, "month": 2, "amount": "1.00"},
    "/api/customers/{customer_id}/payments": {"amount": "1.00"},
    "/api/customers/{customer_id}/payments/{payment_id}/reversal": {"reason": "bounced"},
}
FILES: dict[str, tuple[dict[str, str], bytes]] = {
    "/api/batches": ({"kind": "dues"}, b"customer,year,month,amount\n101,2025,3,1\n"),
    "/api/customer/statements": ({}, b"Date,Description,Amount\n2026-03-02,CAFE,-4.00\n"),
}


def stock_of(asha: Customer) -> dict[str, int]:
    """One of everything, all of it asha's; a batch that is ready."""
    due = add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(50)))
    payment = record_payment(Payment(customer=asha, amount=Decimal(20)))
    batch = Batch.objects.create(kind="dues", name="one", file_name="dues.csv", sha256="0" * 64, state="ready")
    Upload.objects.create(batch=batch, size=1, is_read=True, lines=1, new=1)
    wanted = CreditRequest(customer=asha, month=SOON, amount=Decimal(9), method="percentage")
    wanted.asked_by = "c101"
    asked = ask(wanted).request.pk
    spent = {"day": TODAY, "amount": Decimal(3), "key": "of-the-notebook"}
    entry = enter(Expense(customer=asha, **spent), "Food")
    file = Statement.objects.create(customer=asha, file_name="bank.csv", sha256="0" * 64)
    waiver = Payment(customer=asha, kind="waiver", amount=Decimal(1), note="goodwill", recorded_by="m1")
    waits = approving.ask(approving.to_pay("waive", waiver, due)).pk
    lost = add_due(Due(customer=asha, month=datetime.date(2025, 3, 1), amount=Decimal(10)))
    forgive_due(lost, Payment(customer=asha, kind="charge_off", amount=Decimal(10), note="lost"))
    private = {"expense_id": entry.pk, "statement_id": file.pk}
    known = private | {"request_id": asked, "customer_id": asha.pk, "payment_id": payment.pk, "batch_id": batch.pk}
    more = {"due_id": due.pk, "approval_id": waits, "model_id": a_model().pk}
    return {**known, **more, **wishes(asha), "year": 2025}


def wishes(asha: Customer) -> dict[str, int]:
    """A loan; an erasure and a reopening that wait; a program that was told something."""
    coming = {"month": TODAY.replace(day=1), "due_on": TODAY, "amount": Decimal(100)}
    loan = give_loan(Disbursement(customer=asha, amount=Decimal(100), reference="loan"), [Due(**coming)])
    Erasure.objects.create(customer=asha, asked_by="c101")
    asked: dict[str, Any] = {"before": datetime.date(2024, 12, 31), "reason": "a slip", "asked_by": "m8"}
    program, _ = make_endpoint("https://books.example/hooks", ["payment.recorded"], "m1")
    told = Delivery.objects.create(customer=asha, endpoint=program, kind="payment.recorded", about="1")
    closing = Closing.objects.create(state="waiting", **asked)
    return {"loan_id": loan.pk, "closing_id": closing.pk, "webhook_id": program.pk, "delivery_id": told.pk}


def a_model() -> ScoringModel:
    told: dict[str, Any] = {"libraries": {}, "features": {}, "metrics": {}, "sha256": "0" * 64, "card": b"{}"}
    seen: dict[str, Any] = {"rows": 2, "bad": 1, "first_as_of": TODAY, "last_as_of": TODAY}
    return ScoringModel.objects.create(kind="scorecard", outcomes="imported", trained_by="m1", **told, **seen)


def more_stock_of(asha: Customer, bo: Customer, mira: Manager) -> tuple[dict[str, dict[str, int]], dict[str, Any]]:
    """Rows in the states in which each address takes a request that is right, and the bodies to them: both by address.

    What `stock_of` has is in no such state where another address needs the opposite.
    """
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), least_dues=50, made_by="m1")
    wanted = CreditRequest(customer=asha, month=SOON, amount=Decimal(8), method="percentage")
    wanted.asked_by = "c101"
    asked = ask(wanted).request.pk
    posted = Batch.objects.create(kind="dues", name="two", file_name="more.csv", sha256="1" * 64, state="posted")
    record_payment(Payment(customer=bo, amount=Decimal(30)))
    notebook = program_of(asha)
    taken = _sent(notebook, "2026-03-03")
    notebook.send(f"{NOTEBOOK}/{taken['id']}/post")
    ready, unclear = _sent(notebook, "2026-05-02"), _sent(notebook, "03/04/2026")  # of three that may wait
    request, file = "/api/customer/credit-requests/{customer_id}/{request_id}", f"{NOTEBOOK}/{{statement_id}}"
    decision = "/api/customers/{customer_id}/credit-requests/{request_id}/decision"
    rows = {
        f"{request}/withdraw": {"request_id": asked},
        decision: {"request_id": asked},
        "/api/batches/{batch_id}/undo": {"batch_id": posted.pk},
        "/api/customers/{customer_id}/refunds": {"customer_id": bo.pk},
        f"{file}/post": {"statement_id": ready["id"]},
        f"{file}/undo": {"statement_id": taken["id"]},
        f"{file}/answers": {"statement_id": unclear["id"]},
        "/api/sessions/{session_id}": {"session_id": open_session(asha.login).session.pk},
    }
    bodies = {
        decision: {"decision": "approve", "reason": "known", "seen": Decision.objects.get(request=asked).pk},
        f"{file}/answers": {"answers": {one["key"]: one["choices"][0]["value"] for one in unclear["questions"]}},
        "/api/manager/login": {"id": mira.pk, "password": PASSWORD},
        "/api/customer/login": {"id": asha.pk, "password": PASSWORD},
        "/api/token/refresh": {"refresh_token": open_session(asha.login).refresh},
        "/api/customers/{customer_id}/approvals/{approval_id}": {"decision": "withdraw"},
    }
    return rows, bodies


def make_room_for_a_request(asha: Customer) -> None:
    """One that waits is what others need, and refuses the next one."""
    for waiting in CreditRequest.objects.of(asha).waiting():
        withdraw(waiting, "c101")


def _sent(notebook: Program, day: str) -> dict[str, Any]:
    file = SimpleUploadedFile("bank.csv", f"Date,Description,Amount\n{day},CAFE,-4.00\n".encode())
    return dict(notebook.post(NOTEBOOK, {"file": file}).json())
