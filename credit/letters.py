"""What the letter on a decision says, once for its page and its PDF: a sanction with its schedule, or why not."""

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.models import Lender
from accounts.paper import Block, Paper, as_file, heading, pairs, points, table, text
from credit.models import CreditRequest, Decision
from credit.offers import Offer
from credit.pages import decision_context
from ledger.templatetags.money import day, money

RATE = (
    "The yearly rate is effective: it counts what you repay, and on which days. You may settle the loan early on any "
    "day: all the principal that is open is paid, with the interest fallen due by then, and interest that falls due "
    "later is let off."
)
RIGHTS = "You may ask that a person look at it again, and you may see and correct the figures that we hold of you."
NEVER_SEEN = "Your sex, age, marital status, origin and belief are never looked at."


def letter_of(asked: CreditRequest, lender: Lender) -> Paper | None:
    """None where nothing is decided, or the request was withdrawn: a letter belongs to an approval or a decline."""
    told = decision_context(asked, lender.today())
    match asked.state:
        case CreditRequest.State.APPROVED:
            title, blocks = f"Your credit of {money(asked.amount)} is sanctioned", _sanction(asked, told, lender)
        case CreditRequest.State.DECLINED:
            title, blocks = f"We cannot lend you {money(asked.amount)} now", _adverse(asked, told, lender)
        case _:
            return None
    kind_regards = text("With kind regards", lender.name)
    on = _day(told["latest"].decided_at, lender)
    dear = text(f"Dear {asked.customer.name},")
    return Paper(title, lender, on, asked.customer, [dear, *blocks, kind_regards])


def letter_file(asked: CreditRequest, lender: Lender) -> HttpResponse:
    """The PDF; 404 where there is no letter."""
    letter = letter_of(asked, lender)
    if letter is None:
        raise Http404
    return as_file(letter.pdf(), f"letter-{asked.pk}")


def _sanction(asked: CreditRequest, told: dict[str, Any], lender: Lender) -> Iterator[Block]:
    sheet, offer = told["sheet"], told["offer"]
    yield text(f"You asked us for {money(asked.amount)} on {_day(asked.asked_at, lender)}. We lend it to you.")
    if sheet and sheet.loan.reversed:
        yield text("This loan was taken back since. Nothing is owed for it.", look="strong")
    elif offer:
        if sheet:
            given, reference = day(sheet.loan.paid_on), sheet.loan.reference
            yield text(f"Given on {given}, reference {reference}. You repay it as follows.")
        yield from _schedule(offer)
        yield text(RATE)
    yield text(
        f"Please name your number {asked.customer_id} with each payment. "
        "If a month becomes hard to pay, talk to us before its day."
    )


def _schedule(offer: Offer) -> Iterator[Block]:
    plan, rate = offer.plan, offer.yearly_rate
    principal, interest, whole = money(plan.principal), money(plan.total_interest), money(plan.total)
    yield pairs([
        ("Given", principal),
        ("Interest in all", interest),
        ("Repaid in all", whole),
        ("Yearly rate, effective", "–" if rate is None else f"{rate} %"),
    ])  # fmt: skip
    rows = [
        [str(row.number), day(row.due_on), *map(money, (row.principal, row.interest, row.payment, row.balance))]
        for row in plan.rows
    ]
    columns = "No.>|Falls due on*|Principal>|Interest>|Instalment>|Left>"
    yield table(columns, rows, ["All", "", principal, interest, whole, ""])


def _adverse(asked: CreditRequest, told: dict[str, Any], lender: Lender) -> Iterator[Block]:
    first, latest = told["decision"], told["latest"]
    yield text(
        f"You asked us for {money(asked.amount)} on {_day(asked.asked_at, lender)}. We looked at it with care, and "
        "cannot lend it to you now. Nothing was added to what you owe."
    )
    yield heading("The reasons")
    yield points(_reasons(first, latest), numbered=True)
    yield heading("What would change it")
    if first.changes:
        any_one = ", any one of these" if len(first.changes) > 1 else ""
        yield text(f"By our rules and your figures of {day(first.as_of)}{any_one}:")
        yield points(change["text"] for change in first.changes)
        yield text("Then ask again.")
    else:
        yield text("Please talk to us. We will tell you what we looked at, and look for a way together.")
    yield text(f"{_who_decided(first, latest)} {RIGHTS}")


def _reasons(first: Decision, latest: Decision) -> Iterator[str]:
    """The rule's own reasons, unless a person declined what it had not."""
    if latest.reason:
        yield latest.reason
    if not latest.decided_by or first.verdict == Decision.Verdict.DECLINED:
        yield from (reason["text"] for reason in first.reasons)


def _who_decided(first: Decision, latest: Decision) -> str:
    if latest.decided_by:
        return "A person of our staff decided this."
    by_model = "by a model of how our customers repay, " if first.method == Decision.Method.MODEL else ""
    return f"Our rules of lending decided this, {by_model}from your dues and payments alone. {NEVER_SEEN}"


def _day(instant: datetime.datetime, lender: Lender) -> str:
    return day(timezone.localtime(instant, ZoneInfo(lender.time_zone)))
