"""Bugs to plant in the acts: each must be found by the random histories (test_histories.py)."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest import mock

from ledger import acting, figures, settling
from ledger.actions import dues, payments, refusing, reversing
from ledger.models import Due, Payment


def without(module: Any, name: str, replacement: Callable[..., Any]) -> Any:
    return mock.patch.object(module, name, replacement)


def half_released(excess: Any) -> None:
    genuine_release({key: (amount / 2).quantize(Decimal("0.01")) for key, amount in excess.items() if amount > 1})


def ignores_the_key(payment: Payment) -> None:
    return None


def any_request_is_the_same(first: Payment, again: Payment) -> bool:
    return True


def one_way_hand_over(giver: Payment, taker: Payment, amount: Decimal) -> list[Any]:
    return genuine_hand_over(giver, taker, amount)[:1]


def always_oldest(money: Any, dues: Any, policy: str, order: Any) -> Any:
    return genuine_distribute(money, dues, "oldest_first", order)


def a_cent_short(money: Any, dues: Any, policy: str, order: Any) -> Any:
    parts = genuine_distribute(money, dues, policy, order)
    return {due: part - Decimal("0.01") if part > 1 else part for due, part in parts.items()}


def without_the_start(payment: Payment, amount: Decimal) -> Any:
    return settling.Money(amount, payment.received_on, None)


def on_another_day(payment: Payment, amount: Decimal) -> Any:
    return settling.Money(amount, payment.received_on - datetime.timedelta(60), payment.starting)


def all_pass(payments: Any) -> None:
    return None


genuine_release, genuine_hand_over, genuine_distribute = settling.release, settling.hand_over, settling.distribute

PLANTED: dict[str, Callable[[], Any]] = {
    "a lowered due keeps what is too much": lambda: without(dues, "release", lambda excess: None),
    "a lowered due gives back half": lambda: without(dues, "release", half_released),
    "a retry pays again": lambda: without(payments, "recorded_before", ignores_the_key),
    "a key takes another body": lambda: without(refusing, "_same_request", any_request_is_the_same),
    "a reversal leaves what was held": lambda: without(settling, "hand_over", one_way_hand_over),
    "a refund leaves what was held": lambda: without(payments, "hand_over", lambda *args: []),
    "the policy is ignored": lambda: without(settling, "distribute", always_oldest),
    "a cent stays behind": lambda: without(settling, "distribute", a_cent_short),
    "the chosen month is ignored": lambda: without(settling, "money_of", without_the_start),
    "overdue is judged on another day": lambda: without(settling, "money_of", on_another_day),
    "credit is not spread when a due comes": lambda: without(dues, "settle", settle_only_new_money()),
    "a reversed payment may be reversed again": lambda: without(
        reversing, "refuse_irreversible", lambda payments: None
    ),
    "money is received and not tallied": lambda: without(acting.Books, "received", lambda books, payments: None),
    "a due is raised and not tallied": lambda: without(acting.Books, "raised", lambda books, dues, sign=1: None),
    "standings stay behind": lambda: without(figures, "_stand", lambda before, after: None),
}


def settle_only_new_money() -> Callable[..., None]:
    genuine = settling.settle
    return lambda customers, lender: genuine(customers, lender) if _newest_is_a_payment() else None


def _newest_is_a_payment() -> bool:
    newest_due = Due.objects.order_by("-recorded_at").first()
    newest = Payment.objects.order_by("-recorded_at").first()
    return bool(newest and (not newest_due or newest.recorded_at > newest_due.recorded_at))
