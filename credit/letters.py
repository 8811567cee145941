"""What the letter on a decision says, once for its page and its PDF: a sanction with its schedule, or why not."""

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Lender
from accounts.paper import Block, Paper, as_file, heading, pairs, points, table, text
from credit.models import CreditRequest, Decision
from credit.offers import Offer
from credit.pages import decision_context
from ledger.money import apart
from ledger.templatetags.money import day, money

RATE = _(
    "The yearly rate is effective: it counts what you repay, and on which days. You may settle the loan early on any "
    "day: all the principal that is open is paid, with the interest fallen due by then, and interest that falls due "
    "later is let off."
)
DECIDED = {
    "person": _(
        "A person of our staff decided this. You may ask that a person look at it again, and you may see and correct "
        "the figures that we hold of you."
    ),
    "rules": _(
        "Our rules of lending decided this, from your dues and payments alone. Your sex, age, marital status, origin "
        "and belief are never looked at. You may ask that a person look at it again, and you may see and correct the "
        "figures that we hold of you."
    ),
    "model": _(
        "Our rules of lending decided this, by a model of how our customers repay, from your dues and payments alone. "
        "Your sex, age, marital status, origin and belief are never looked at. You may ask that a person look at it "
        "again, and you may see and correct the figures that we hold of you."
    ),
}


def letter_of(asked: CreditRequest, lender: Lender) -> Paper | None:
    """None where nothing is decided, or the request was withdrawn: a letter belongs to an approval or a decline."""
    told, amount = decision_context(asked, lender.today()), {"amount": money(asked.amount)}
    match asked.state:
        case CreditRequest.State.APPROVED:
            title, blocks = gettext("Your credit of %(amount)s is sanctioned") % amount, _sanction(asked, told, lender)
        case CreditRequest.State.DECLINED:
            title, blocks = gettext("We cannot lend you %(amount)s now") % amount, _adverse(asked, told, lender)
        case _:
            return None
    kind_regards = text(gettext("With kind regards"), lender.name)
    on = _day(told["latest"].decided_at, lender)
    dear = text(gettext("Dear %(name)s,") % {"name": asked.customer.name})
    return Paper(title, lender, on, asked.customer, [dear, *blocks, kind_regards])


def letter_file(asked: CreditRequest, lender: Lender) -> HttpResponse:
    """The PDF; 404 where there is no letter."""
    letter = letter_of(asked, lender)
    if letter is None:
        raise Http404
    return as_file(letter.pdf(), f"letter-{asked.pk}")


def _sanction(asked: CreditRequest, told: dict[str, Any], lender: Lender) -> Iterator[Block]:
    sheet, offer = told["sheet"], told["offer"]
    yield text(gettext("You asked us for %(amount)s on %(day)s. We lend it to you.") % _asked(asked, lender))
    if sheet and sheet.loan.reversed:
        yield text(gettext("This loan was taken back since. Nothing is owed for it."), look="strong")
    elif offer:
        if sheet:
            given = {"day": day(sheet.loan.paid_on), "reference": apart(sheet.loan.reference)}
            yield text(gettext("Given on %(day)s, reference %(reference)s. You repay it as follows.") % given)
        yield from _schedule(offer)
        yield text(str(RATE))
    yield text(
        gettext(
            "Please name your number %(number)s with each payment. If a month becomes hard to pay, talk to us before "
            "its day."
        )
        % {"number": asked.customer_id}
    )


def _schedule(offer: Offer) -> Iterator[Block]:
    plan = offer.plan
    principal, interest, whole = money(plan.principal), money(plan.total_interest), money(plan.total)
    yield pairs([
        (gettext("Given"), principal),
        (gettext("Interest in all"), interest),
        (gettext("Repaid in all"), whole),
        (gettext("Yearly rate, effective"), offer.rate),
    ], sums=True)  # fmt: skip
    rows = [
        [str(row.number), day(row.due_on), *map(money, (row.principal, row.interest, row.payment, row.balance))]
        for row in plan.rows
    ]
    names = (
        gettext("No."),
        gettext("Falls due on"),
        gettext("Principal"),
        gettext("Interest"),
        gettext("Instalment"),
        pgettext("of a loan", "Left"),
    )
    marks = (">", "*", ">", ">", ">", ">")
    columns = "|".join(name + mark for name, mark in zip(names, marks, strict=True))
    yield table(columns, rows, [pgettext("instalments", "All"), "", principal, interest, whole, ""])


def _adverse(asked: CreditRequest, told: dict[str, Any], lender: Lender) -> Iterator[Block]:
    first, latest, changes = told["decision"], told["latest"], told["changes"]
    yield text(
        gettext(
            "You asked us for %(amount)s on %(day)s. We looked at it with care, and cannot lend it to you now. Nothing "
            "was added to what you owe."
        )
        % _asked(asked, lender)
    )
    yield heading(gettext("The reasons"))
    yield points(_reasons(first, latest, told["reasons"]), numbered=True)
    yield heading(gettext("What would change it"))
    if changes:
        yield text(_by_our_rules(len(changes)) % {"day": day(first.as_of)})
        yield points(changes)
        yield text(gettext("Then ask again."))
    else:
        yield text(gettext("Please talk to us. We will tell you what we looked at, and look for a way together."))
    yield text(_who_decided(first, latest))


def _by_our_rules(ways: int) -> str:
    if ways > 1:
        return gettext("By our rules and your figures of %(day)s, any one of these:")
    return gettext("By our rules and your figures of %(day)s:")


def _reasons(first: Decision, latest: Decision, found: list[str]) -> Iterator[str]:
    """The rule's own reasons, unless a person declined what it had not."""
    if latest.reason:
        yield latest.reason
    if not latest.decided_by or first.verdict == Decision.Verdict.DECLINED:
        yield from found


def _who_decided(first: Decision, latest: Decision) -> str:
    by_model = first.method == Decision.Method.MODEL
    return str(DECIDED["person" if latest.decided_by else "model" if by_model else "rules"])


def _asked(asked: CreditRequest, lender: Lender) -> dict[str, str]:
    return {"amount": money(asked.amount), "day": _day(asked.asked_at, lender)}


def _day(instant: datetime.datetime, lender: Lender) -> str:
    return day(timezone.localtime(instant, ZoneInfo(lender.time_zone)))
