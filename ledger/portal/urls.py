"""The addresses of one customer's book, below admin/customer/."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from ledger.portal import (
    cases,
    colleagues,
    data,
    dues,
    giving_up,
    loans,
    messages,
    money,
    months,
    notices,
    papers,
    people,
    requests,
    start,
    trail,
    views,
    worklist,
)

View = Callable[..., HttpResponseBase]

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("", "customer_search", views.search),
    ("<int:number>/", "customer_book", views.book),
    ("<int:number>/statement/", "customer_statement", views.statement),
    ("<int:number>/statement.pdf", "customer_statement_pdf", papers.statement),
    ("<int:number>/payments/<int:payment>.pdf", "customer_payment_pdf", papers.receipt),
    ("<int:number>/payments/<int:payment>/", "customer_receipt", views.receipt),
    ("<int:number>/payments/<int:payment>/reverse/", "customer_reverse", money.reverse_payment),
    ("<int:number>/pay/", "customer_pay", money.pay),
    ("<int:number>/refund/", "customer_refund", money.refund),
    ("<int:number>/case/", "customer_case", cases.case),
    ("<int:number>/letter/", "customer_letter", cases.letter),
    ("<int:number>/months/<int:year>/<int:month>/", "customer_month", dues.month),
    ("<int:number>/dues/<int:due>/", "customer_due", dues.due),
    ("<int:number>/dues/<int:due>/change/", "customer_due_change", dues.change),
    ("<int:number>/dues/<int:due>/waive/", "customer_due_waive", dues.waive),
    ("<int:number>/dues/<int:due>/charge-off/", "customer_due_charge_off", dues.charge_off),
    ("<int:number>/loans/<int:loan>/", "customer_loan", loans.one),
    ("<int:number>/loans/<int:loan>/settle/", "customer_loan_settle", loans.settle),
    ("<int:number>/loans/<int:loan>/take-back/", "customer_loan_take_back", loans.take_back),
    ("<int:number>/charge-off/", "customer_charge_off", giving_up.charge_off_all),
    ("<int:number>/recovery/", "customer_recovery", giving_up.recovery),
    ("<int:number>/requests/<int:approval>/", "customer_request", requests.one),
    ("<int:number>/notices/<int:notice>/", "customer_notice", notices.one),
    ("<int:number>/notices/<int:notice>/photo/", "customer_notice_photo", notices.photo),
    ("<int:number>/invite/", "customer_invite", people.invite),
    ("<int:number>/login/", "customer_login", people.login),
    ("<int:number>/data/", "customer_data", data.data),
    ("<int:number>/data/download/", "customer_export", data.download),
    ("<int:number>/audit/", "customer_trail", trail.customer_trail),
)

# Lists over all customers, below admin/ itself.
LISTS: tuple[tuple[str, str, View], ...] = (
    ("requests/", "requests", requests.requests),
    ("notices/", "notices", notices.notices),
    ("months/", "months", months.months),
    ("months/report.pdf", "month_report", months.report),
    ("mails/", "mails", messages.mails),
    ("worklist/", "worklist", worklist.worklist),
    ("start/", "start", start.start),
    ("start/lender/", "start_lender", start.lender),
    ("colleague/", "colleague", colleagues.colleague),
    ("help/", "help", start.guide),
)


def list_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    return [path(route, guard(view), name=name) for route, name, view in LISTS]


def book_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in VIEWS]
