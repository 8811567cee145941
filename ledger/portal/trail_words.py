"""The audit trail in plain words: a name for each act, and its facts as pairs of label and value."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from accounts import sign_ins
from ledger.money import format_money
from ledger.templatetags.money import day, month_name

ACTS = {
    "record_payment": "Payment recorded",
    "reverse_payment": "Payment reversed",
    "refund_credit": "Held credit refunded",
    "forgive_due": "Due let off",
    "add_due": "Due raised",
    "change_due": "Due changed",
    "withdraw_due": "Due withdrawn",
    "give_loan": "Loan given out",
    "take_back_loan": "Loan taken back",
    "settle_early": "Loan settled early",
    "spread_anew": "Payments spread anew beside a late fee",
    "open_case": "Case opened",
    "add_note": "Note on the case",
    "plan_next": "Next action planned",
    "assign_case": "Case given to a clerk",
    "take_promise": "Promise taken",
    "settle_promise": "Promise settled",
    "mark_hardship": "Case in hardship",
    "resolve_case": "Case resolved",
    "post_batch": "Rows taken in from a file",
    "undo_batch": "File undone",
    "register_customer": "Customer added",
    "update_customer": "Details changed",
    "remove_customer": "Customer taken out again with the file",
    "invite": "Invite link made",
    "hand_out_data": "All that is held handed out",
    "ask_to_erase": "Erasing asked for",
    "erase_customer": "Customer erased",
    "refused_erasure": "Erasing refused",
    "withdrawn_erasure": "Wish to be erased withdrawn",
    "keep_password": "Sign-in taken over from an old app",
    "accept_invitation": "Password chosen by invite link",
    "shut_out": "Sign-in shut",
    "let_in": "Sign-in let in again",
    "set_role": "Role given",
    "add_manager": "Member of staff added",
    "update_lender": "Lender’s settings changed",
    "ask_second_person": "Second person asked",
    "confirmed_request": "Request confirmed",
    "refused_request": "Request refused",
    "withdrawn_request": "Request withdrawn",
    "give_notice": "Notice of payment given",
    "confirmed_notice": "Notice of payment confirmed",
    "refused_notice": "Notice of payment refused",
    "move_closed_months": "Months closed or reopened",
    "ask_to_reopen": "Reopening of months asked for",
    "done_reopening": "Reopening of months confirmed",
    "refused_reopening": "Reopening of months refused",
    "withdrawn_reopening": "Reopening of months withdrawn",
    "ask_credit": "Credit asked for",
    "decide_credit": "Credit decided",
    "withdraw_credit": "Request for credit withdrawn",
    "order_statements": "Statements of many customers ordered",
    "set_credit_policy": "Rules of lending set",
    "reset_second_factor": "Second factor reset",
    "set_seal": "Audit trail sealed",
    "ask_to_train": "Training of scoring models asked for",
    "train_models": "Scoring models trained",
    "ask_to_activate": "Use of a scoring model asked for",
    "activate_model": "Scoring model put to use",
    "stop_scoring": "Scoring by model stopped",
    "refused_activation": "Use of a scoring model refused",
    "choose_mails": "Choice of mails changed",
    "choose_language": "Language chosen",
    "send_again": "Mail or webhook sent anew",
    "make_endpoint": "Webhook added",
    "change_endpoint": "Webhook changed",
    "new_signing_key": "New secret for a webhook made",
    "remind": "Reminded of what falls due",
    "withdrawn_activation": "Use of a scoring model withdrawn",
}
AMOUNTS = {
    "amount", "applied", "held", "received", "raised", "refunded", "forgiven", "paid", "withdrawn", "balance",
    "credit_limit", "largest_amount", "override_alone", "round_to", "instalment", "interest", "let_off",
}  # fmt: skip
MONTHS = {"month", "starting"}
LABELS = {
    "due": "due number", "payment": "payment number", "reverses": "takes back payment",
    "starting": "first month to fill", "on": "dated", "channel": "came by", "batch": "file", "email": "e-mail",
    "login": "sign-in", "first_on": "first due on", "last_on": "last due on", "loan": "loan number",
    "waiver": "waiver number", "case": "case number", "casenote": "note number", "promise": "promise number",
    "delivery": "webhook telling number",
    "since_on": "received since", "erasure": "erasure number", "blanked": "entries that lost their facts",
}  # fmt: skip
NOTHING = "nothing"

ACTS |= sign_ins.WORDS


class Told(NamedTuple):
    """One fact; `was` is None where nothing was replaced."""

    label: str
    value: str
    was: str | None = None


def act_words(act: str) -> str:
    return ACTS.get(act) or act.replace("_", " ").capitalize()


def told(facts: str) -> list[Told]:
    """The facts of an entry, in the order of their names; what cannot be read is shown as it stands."""
    if facts == "":
        return [Told("what it told", "erased with the customer")]
    try:
        said = json.loads(facts)
        return list(_pairs(said))
    except (AttributeError, TypeError, ValueError):
        return [Told("as stored", str(facts))]


def _pairs(said: dict[str, Any]) -> Iterator[Told]:
    for name, value in said.items():
        if name.endswith("_was") and name.removesuffix("_was") in said:
            continue
        was = f"{name}_was"
        label = LABELS.get(name) or name.replace("_", " ")
        yield Told(label, words(name, value), words(name, said[was]) if was in said else None)


def words(name: str, value: Any) -> str:
    """An amount as money, a day as people write it, the rest as it is."""
    if value in (None, ""):
        return NOTHING
    try:
        if name in AMOUNTS:
            return format_money(Decimal(str(value)))
        if name in MONTHS:
            return month_name(datetime.date.fromisoformat(value))
        if name.endswith(("_on", "_through")) or name in ("on", "day"):
            return day(datetime.date.fromisoformat(value))
    except (InvalidOperation, TypeError, ValueError):
        return str(value)
    return str(value).replace("_", " ") if name.endswith("policy") else str(value)
