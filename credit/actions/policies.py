"""Set the rules of lending: a new row from a day on; no row is ever edited."""

from django.utils.translation import gettext as _

from accounts.audit import Fact, fact, record_house
from accounts.models import Lender
from accounts.transactions import one_transaction
from credit.models import CreditPolicy
from ledger.actions import Refused

AMOUNTS = ("largest_amount", "override_alone", "round_to")


@one_transaction
def set_policy(policy: CreditPolicy, by: str) -> CreditPolicy:
    """Keep the unsaved row. Raises Refused for a day in the past: decisions were made by what stood then."""
    today = Lender.load().today()
    if policy.starts_on < today:
        told = {"day": policy.starts_on}
        raise Refused(_("Rules start today or later, not on %(day)s: what was decided stays as it was decided.") % told)
    before = CreditPolicy.on(policy.starts_on)
    policy.made_by = by
    policy.full_clean()
    policy.save(force_insert=True)
    record_house("set_credit_policy", {"credit_policy": policy.pk, **_changed(before, policy)})
    return policy


def _changed(before: CreditPolicy, after: CreditPolicy) -> dict[str, Fact]:
    """The day it starts, and each rule that differs from the row it takes over from."""
    told: dict[str, Fact] = {"starts_on": fact(after.starts_on)}
    for field in CreditPolicy._meta.concrete_fields:
        if field.name in ("id", "starts_on", "made_by", "made_at"):
            continue
        old, new = getattr(before, field.name), field.to_python(getattr(after, field.name))
        if old != new:
            told |= {f"{field.name}_was": _said(field.name, old), field.name: _said(field.name, new)}
    return told


def _said(name: str, value: object) -> Fact:
    """Amounts with the currency's decimals; a rate keeps its own."""
    return fact(value) if name in AMOUNTS or value is None else str(value)
