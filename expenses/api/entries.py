"""Endpoints of the notebook's entries and categories."""

import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Schema, Status
from pydantic import Field

from accounts.api.access import ApiRequest, customer_of
from accounts.api.fields import Amount, Before, Body, Day, Id, Limit, Listed, Money, YearMonth, slice_of, text
from accounts.api.problems import Problem, not_found
from accounts.models import Customer
from expenses import actions
from expenses.api.owners import notebook, own
from expenses.forms import EntryForm
from expenses.models import Category, Expense

router = notebook()
Kind = Literal["spending", "refund", "income", "transfer"]
FIELDS = ("kind", "day", "amount", "note", "currency")
Key = Annotated[
    Annotated[str, Field(min_length=16, max_length=100, pattern=r"^[\x21-\x7e]{16,100}$")],
    Header(alias="Idempotency-Key", description="Made by you for one entry, such as a UUID."),
]


class EntryIn(Body):
    """A movement of one's own money; a category that is new is made. Without a currency it is the lender's, and a
    change leaves it as it was."""

    day: Day
    amount: Amount
    category: text(60, 1, pattern=r"^[^\u0000]*\S[^\u0000]*$", examples=["Food"])  # type: ignore[valid-type]
    kind: Kind = "spending"
    note: text(200) = ""  # type: ignore[valid-type]
    currency: text(3, 3, pattern="^[A-Z]{3}$", examples=["EUR"]) | None = None  # type: ignore[valid-type]


class EntryOut(Schema):
    id: Id
    day: datetime.date
    amount: Money
    category: str
    kind: Kind
    note: str
    currency: Annotated[str, Field(examples=["USD"])]


class CategoryOut(Schema):
    id: Id
    name: str
    archived: Annotated[bool, Field(description="It stays on its entries and is offered no more.")]


@router.get("/customer/expenses", response=Listed[EntryOut], auth=own, summary="My entries")
def expenses(request: ApiRequest, month: YearMonth | None = None, before: Before = None, limit: Limit = 25) -> Any:
    """The latest entered first; of one month, or of all."""
    mine = Expense.objects.of(customer_of(request, None)).kept().select_related("category")
    rows, following = slice_of(mine.in_month(month) if month else mine, before, limit)
    return {"items": [shape(row) for row in rows], "next": following}


@router.post("/customer/expenses", response={201: EntryOut}, auth=own, summary="Enter")
def enter_expense(request: ApiRequest, told: EntryIn, key: Key) -> Any:
    """The same key with the same body is one entry, however often it is sent. An entry that was changed since has
    another body (422 `key_reused`, which names it); one that was deleted is not entered again while it lies in the
    trash (409)."""
    form = _form(request, told, key)
    try:
        entry = actions.enter(form.entry(customer_of(request, None)), form.cleaned_data["category"])
    except actions.KeyReused as reused:
        sentence = _("This key stands for entry %(number)s already, with other figures.")
        raise Problem("key_reused", sentence % {"number": reused.entry.pk}) from None
    return Status(201, shape(entry))


@router.get("/customer/expenses/{int:expense_id}", response=EntryOut, auth=own, summary="One entry")
def expense(request: ApiRequest, expense_id: Id) -> Any:
    return shape(_entry(customer_of(request, None), expense_id))


@router.put("/customer/expenses/{int:expense_id}", response=EntryOut, auth=own, summary="Change an entry")
def change_expense(request: ApiRequest, expense_id: Id, told: EntryIn) -> Any:
    owner = customer_of(request, None)
    entry = _entry(owner, expense_id)
    told.currency = told.currency or entry.currency
    form = _form(request, told, entry.key.ljust(16, "-"))  # which no change touches
    actions.change(form.entry(owner, expense_id), form.cleaned_data["category"])
    return shape(_entry(owner, expense_id))


@router.delete("/customer/expenses/{int:expense_id}", response={204: None}, auth=own, summary="Delete an entry")
def delete_expense(request: ApiRequest, expense_id: Id) -> Any:
    """It lies in the trash for 30 days."""
    owner = customer_of(request, None)
    actions.put_in_trash(owner, _entry(owner, expense_id).pk, timezone.now())
    return Status(204, None)


@router.post("/customer/expenses/{int:expense_id}/restore", response=EntryOut, auth=own, summary="Take it out again")
def restore_expense(request: ApiRequest, expense_id: Id) -> Any:
    owner = customer_of(request, None)
    actions.take_out(owner, expense_id, timezone.now())
    return shape(_entry(owner, expense_id))


@router.get("/customer/categories", response=Listed[CategoryOut], auth=own, summary="My categories")
def categories(request: ApiRequest, before: Before = None, limit: Limit = 25) -> Any:
    """The newest first. An entry may name a new one, which is made then."""
    rows, following = slice_of(Category.objects.of(customer_of(request, None)).unmerged(), before, limit)
    return {"items": rows, "next": following}


def _form(request: ApiRequest, told: EntryIn, key: str) -> EntryForm:
    """The form of the page, which has the last word on days and names."""
    form = EntryForm(
        {**told.model_dump(exclude_none=True), "amount": str(told.amount), "key": key}, today=request.lender.today()
    )
    if not form.is_valid():
        sentences = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
        raise Problem("refused", " ".join(sentences))
    return form


def _entry(owner: Customer, number: int) -> Expense:
    """404 for another's, as for one that is not there or lies in the trash."""
    row = Expense.objects.of(owner).kept().select_related("category").filter(pk=number).first()
    if row is None:
        raise not_found()
    return row


def shape(row: Expense) -> dict[str, Any]:
    """Its currency is told by name, the lender's too."""
    told = {name: getattr(row, name) for name in FIELDS}
    return {**told, "id": row.pk, "category": row.category.name, "currency": row.currency or settings.CURRENCY}
