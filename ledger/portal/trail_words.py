"""The audit trail in plain words: a name for each act, and its facts as pairs of label and value."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import sign_ins
from ledger import channels
from ledger.money import format_money
from ledger.portal.trail_facts import CODED, CODES, LABELS
from ledger.templatetags.money import day, month_name

ACTS = {
    "record_payment": _("Payment recorded"),
    "reverse_payment": _("Payment reversed"),
    "refund_credit": _("Held credit refunded"),
    "forgive_due": _("Due let off"),
    "add_due": _("Due raised"),
    "change_due": _("Due changed"),
    "withdraw_due": _("Due withdrawn"),
    "give_loan": _("Loan given out"),
    "take_back_loan": _("Loan taken back"),
    "settle_early": _("Loan settled early"),
    "spread_anew": _("Payments spread anew beside a late fee"),
    "open_case": _("Case opened"),
    "add_note": _("Note on the case"),
    "plan_next": _("Next action planned"),
    "assign_case": _("Case given to a clerk"),
    "take_promise": _("Promise taken"),
    "settle_promise": _("Promise settled"),
    "mark_hardship": _("Case in hardship"),
    "resolve_case": _("Case resolved"),
    "post_batch": _("Rows taken in from a file"),
    "undo_batch": _("File undone"),
    "register_customer": _("Customer added"),
    "update_customer": _("Details changed"),
    "remove_customer": _("Customer taken out again with the file"),
    "invite": _("Invite link made"),
    "hand_out_data": _("All that is held handed out"),
    "ask_to_erase": _("Erasing asked for"),
    "erase_customer": _("Customer erased"),
    "refused_erasure": _("Erasing refused"),
    "withdrawn_erasure": _("Wish to be erased withdrawn"),
    "keep_password": _("Sign-in taken over from an old app"),
    "accept_invitation": _("Password chosen by invite link"),
    "shut_out": _("Sign-in shut"),
    "let_in": _("Sign-in let in again"),
    "set_role": _("Role given"),
    "add_manager": _("Member of staff added"),
    "update_lender": _("Lender’s settings changed"),
    "ask_second_person": _("Second person asked"),
    "confirmed_request": _("Request confirmed"),
    "refused_request": _("Request refused"),
    "withdrawn_request": _("Request withdrawn"),
    "give_notice": _("Notice of payment given"),
    "confirmed_notice": _("Notice of payment confirmed"),
    "refused_notice": _("Notice of payment refused"),
    "move_closed_months": _("Months closed or reopened"),
    "ask_to_reopen": _("Reopening of months asked for"),
    "done_reopening": _("Reopening of months confirmed"),
    "refused_reopening": _("Reopening of months refused"),
    "withdrawn_reopening": _("Reopening of months withdrawn"),
    "ask_credit": _("Credit asked for"),
    "decide_credit": _("Credit decided"),
    "withdraw_credit": _("Request for credit withdrawn"),
    "order_statements": _("Statements of many customers ordered"),
    "set_credit_policy": _("Rules of lending set"),
    "reset_second_factor": _("Second factor reset"),
    "set_seal": _("Audit trail sealed"),
    "ask_to_train": _("Training of scoring models asked for"),
    "train_models": _("Scoring models trained"),
    "ask_to_activate": _("Use of a scoring model asked for"),
    "activate_model": _("Scoring model put to use"),
    "stop_scoring": _("Scoring by model stopped"),
    "refused_activation": _("Use of a scoring model refused"),
    "choose_mails": _("Choice of mails changed"),
    "choose_language": _("Language chosen"),
    "send_again": _("Mail or webhook sent anew"),
    "make_endpoint": _("Webhook added"),
    "change_endpoint": _("Webhook changed"),
    "new_signing_key": _("New secret for a webhook made"),
    "remind": _("Reminded of what falls due"),
    "withdrawn_activation": _("Use of a scoring model withdrawn"),
    "make_token": _("Token for a program made"),
    "revoke_token": _("Token for a program revoked"),
}
AMOUNTS = {
    "amount", "applied", "held", "received", "raised", "refunded", "forgiven", "paid", "withdrawn", "balance",
    "credit_limit", "largest_amount", "override_alone", "round_to", "instalment", "interest", "let_off",
}  # fmt: skip
MONTHS = {"month", "starting"}
NOTHING = _("nothing")
DOORS = {
    "portal": pgettext_lazy("a door", "Portal"),
    "web": pgettext_lazy("a door", "Web"),
    "command": pgettext_lazy("a door", "Command"),
    "api": pgettext_lazy("a door", "Api"),
    "import": pgettext_lazy("a door", "Import"),
}

ACTS |= sign_ins.WORDS


class Told(NamedTuple):
    """One fact; `was` is None where nothing was replaced."""

    label: str
    value: str
    was: str | None = None


def act_words(act: str) -> str:
    return str(ACTS.get(act) or act.replace("_", " ").capitalize())


def door_words(door: str) -> str:
    return str(DOORS.get(door) or door.capitalize())


def told(facts: str) -> list[Told]:
    """The facts of an entry, in the order of their names; what cannot be read is shown as it stands."""
    if facts == "":
        return [Told(str(_("what it told")), str(_("erased with the customer")))]
    try:
        said = json.loads(facts)
        return list(_pairs(said))
    except (AttributeError, TypeError, ValueError):
        return [Told(str(_("as stored")), str(facts))]


def _pairs(said: dict[str, Any]) -> Iterator[Told]:
    for name, value in said.items():
        if name.endswith("_was") and name.removesuffix("_was") in said:
            continue
        was = f"{name}_was"
        label = str(LABELS.get(name) or name.replace("_", " "))
        yield Told(label, words(name, value), words(name, said[was]) if was in said else None)


def words(name: str, value: Any) -> str:
    """An amount as money, a day as people write it, a code by its name, the rest as it is."""
    if value in (None, ""):
        return str(NOTHING)
    try:
        if name in AMOUNTS:
            return format_money(Decimal(str(value)))
        if name in MONTHS:
            return month_name(datetime.date.fromisoformat(value))
        if name.endswith(("_on", "_through")) or name in ("on", "day"):
            return day(datetime.date.fromisoformat(value))
    except (InvalidOperation, TypeError, ValueError):
        pass
    said = str(value)
    if name == "channel":
        return channels.spoken(said)
    return str(CODES.get(said, said)) if name in CODED else said
