"""One customer who left something through every door, each with a word of its own that stands nowhere else."""

import datetime
import json
from decimal import Decimal as D
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Customer, Job, Lender, Message, OldAccount, User
from accounts.personal import opened
from accounts.programs import open_session
from accounts.tests.chores import work
from credit.actions import ask as ask_credit
from credit.models import CreditRequest, Decision
from expenses.tests import canaries
from ledger.actions import add_due, give_loan, record_payment
from ledger.actions.erasing import ask_to_erase, put_away
from ledger.approving import ask, refuse, to_reverse
from ledger.bulk import uploads
from ledger.collecting import add_note
from ledger.models import CaseNote, Disbursement, Due, Notice, OrderedStatement, Payment, StatementOrder
from ledger.noticing import confirm_notice, give_notice, refuse_notice

NUMBER, PASSWORD, YEAR = 777, "green-canal-58", 2024
NAME, EMAIL, PHONE = "Zuleika Quince", "zuleika.q@example.org", "+255 739 111 222"
WORDS = (
    "payref paychan paynote paykey dueref loanref loannote noticeref noticenote noticewhy slipbytes casewords "
    "approvalwhy approvalno overridden creditkey useragent oldname passkeyname erasurenote waitingfile "
    "paperbytes mailreason"
)
MARKS = [NAME, EMAIL, PHONE, *(f"{word}Kanari" for word in WORDS.split()), canaries.WORD]
PHOTO = b"\x89PNG\r\n\x1a\n" + b"slipbytesKanari"


def mark(word: str) -> str:
    found = f"{word}Kanari"
    assert found in MARKS
    return found


def fill(staff: Client) -> Customer:
    """Nothing is owed, held or waiting at the end."""
    Lender.load()
    Lender.objects.update(retention_years=0)
    customer = actions.register_customer(Customer(id=NUMBER, name=NAME, email=EMAIL, phone=PHONE, age=41), PASSWORD)
    for part in (_sign_ins, _books, _second_thoughts, _credit, _notices, _papers, canaries.fill):
        part(customer)
    _files(staff)
    _settle(customer)
    return customer


def _sign_ins(customer: Customer) -> None:
    browser = Client(headers={"User-Agent": mark("useragent")})
    answer = browser.post("/customer/login/", {"login": NUMBER, "password": PASSWORD})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Client().post("/password/reset/", {"email": EMAIL}).status_code == 302
    login = User.objects.get(customer=customer)
    open_session(login, agent=mark("useragent"))
    EmailAddress.objects.create(user=login, email=EMAIL)  # kept where a new password was asked for by an older version
    Authenticator.objects.create(user=login, type="webauthn", data={"name": mark("passkeyname")})
    OldAccount.objects.create(customer=customer, store="credit manager", name=mark("oldname"))


def _books(customer: Customer) -> None:
    month = datetime.date(YEAR, 1, 1)
    add_due(Due(customer=customer, month=month, amount=D(100), reference=mark("dueref")))
    add_due(Due(customer=customer, month=month, amount=D(20), reference="another"))
    loan = Disbursement(customer=customer, amount=D(60), paid_on=month, reference=mark("loanref"))
    loan.note = mark("loannote")
    give_loan(loan, [Due(customer=customer, month=datetime.date(YEAR, 2, 1), amount=D(60), reference=loan.reference)])
    told = {"reference": mark("payref"), "channel": mark("paychan"), "note": mark("paynote"), "key": mark("paykey")}
    record_payment(Payment(customer=customer, amount=D(30), received_on=datetime.date(YEAR, 3, 1), **told))
    add_note(CaseNote(customer=customer, done="note", text=mark("casewords"), recorded_by="m1"))


def _second_thoughts(customer: Customer) -> None:
    payment = Payment.objects.filter(customer=customer).earliest("id")
    refuse(ask(to_reverse(payment, "m1", mark("approvalwhy"))), "m2", mark("approvalno"))
    Lender.objects.update(retention_years=0)


def _credit(customer: Customer) -> None:
    """Declined for want of payments, and declined again by a person with words of his own."""
    month = Lender.load().today().replace(day=1)
    wanted = CreditRequest(customer=customer, month=month, amount=D(500), method="percentage", key=mark("creditkey"))
    wanted.asked_by = "m1"
    first = ask_credit(wanted)
    told = {name: getattr(first, name) for name in ("method", "threshold", "policy", "as_of", "request")}
    told |= {"verdict": "declined", "overrides": first, "decided_by": "m1", "reason": mark("overridden")}
    Decision.objects.create(customer=customer, **told)
    CreditRequest.objects.filter(customer=customer).update(state="declined")


def _notices(customer: Customer) -> None:
    told: dict[str, Any] = {"reference": mark("noticeref"), "note": mark("noticenote")}
    told |= {"customer": customer, "amount": D(10), "paid_on": datetime.date(YEAR, 4, 1)}
    confirm_notice(give_notice(Notice(key="first-of-twenty-letters", **told), PHOTO), "m1")
    refuse_notice(give_notice(Notice(key="second-of-twenty-letters", **told), PHOTO), "m1", mark("noticewhy"))


def _papers(customer: Customer) -> None:
    day = datetime.date(YEAR, 1, 1)
    job = Job.objects.create(kind="statements", state="done", ended_at=timezone.now())
    order = StatementOrder.objects.create(first=day, last=day, job=job, asked_by="m1")
    OrderedStatement.objects.create(customer=customer, order=order, pdf=b"%PDF-" + mark("paperbytes").encode())
    Message.objects.create(customer=customer, kind="receipt", about="999", state="dead", reason=mark("mailreason"))


def _files(staff: Client) -> None:
    """A line that is there already, one posted, one with a number that nobody can read, and a file that waits."""
    _upload("customers", f"customer,name,email,phone\n{NUMBER},{NAME},{EMAIL},{PHONE}\n7x7,{NAME},{EMAIL},{PHONE}\n")
    batch = _upload("dues", f"customer,year,month,amount,reference\n{NUMBER},{YEAR},3,10.00,{mark('dueref')}\n")
    uploads.post(batch, "m1")
    work()
    sheet = f"customer,name,email,phone,age,credit_limit\n{NUMBER},{NAME} {mark('waitingfile')},{EMAIL},{PHONE},41,\n"
    sent = SimpleUploadedFile("customers.csv", sheet.encode())
    assert staff.post("/admin/accounts/customer/import/", {"file": sent}).status_code == 303
    changed = {"name": NAME, "email": EMAIL, "phone": PHONE, "age": 42, "credit_limit": "900"}
    assert staff.post(f"/admin/accounts/customer/{NUMBER}/change/", changed).status_code == 302


def _upload(kind: str, text: str) -> Any:
    batch = uploads.take_upload(uploads.Parcel(ContentFile(text.encode(), name=f"{kind}.csv"), kind, "m1"))
    work()
    return batch


def _settle(customer: Customer) -> None:
    put_away_first = Payment(customer=customer, amount=D(150), received_on=datetime.date(YEAR, 5, 1))
    record_payment(put_away_first)
    put_away(ask_to_erase(customer, f"c{NUMBER}"), "m1", mark("erasurenote"))


def dump() -> str:
    """Every column of every table, with what is packed in sessions and pictures laid open."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            lines += [f"{table}: {_plain(value)}" for row in cursor.fetchall() for value in row]
    lines += [opened(data) for data in Session.objects.values_list("session_data", flat=True)]
    return "\n".join(lines)


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def found(text: str) -> set[str]:
    """Which of the words stand in it, whatever the case."""
    return {one for one in MARKS if one.casefold() in text.casefold()}
