"""Forms by which a customer tells of a payment; they build a notice and never save one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ledger.channels import stored
from ledger.forms import ConfirmForm, PayForm
from ledger.models import Notice
from ledger.months import month_from
from ledger.noticing import LARGEST_PHOTO, kind_of
from ledger.portal.forms import DayField


class NoticeForm(PayForm):
    """The first step: what was paid, when and how."""

    paid_on = DayField(label=_("Paid on"))
    channel = forms.CharField(
        max_length=40,
        label=_("How you paid"),
        widget=forms.TextInput(attrs={"list": "channels", "autocomplete": "off"}),
    )
    reference = forms.CharField(
        max_length=100,
        required=False,
        label=_("Reference"),
        help_text=_("The number on the slip or message, if there is one."),
    )
    note = forms.CharField(max_length=300, required=False, label=_("Note"))

    def clean_channel(self) -> str:
        """As the books keep it, whatever language it was chosen in."""
        return stored(self.cleaned_data["channel"])


class ConfirmNoticeForm(ConfirmForm):
    """The notice as it was looked at, and a photo, which no hidden field could carry from step to step."""

    paid_on = DayField(widget=forms.HiddenInput, required=False)
    channel = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    reference = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    note = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    photo = forms.FileField(
        required=False,
        label=_("Photo of the slip"),
        help_text=_("JPEG or PNG, at most 2 MB. You may leave it out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def clean_photo(self) -> bytes:
        """Its bytes, read only where they are few and begin like a picture."""
        given: UploadedFile | None = self.cleaned_data["photo"]
        if given is None:
            return b""
        if given.size is None or given.size > LARGEST_PHOTO:
            raise ValidationError(_("The photo is larger than 2 MB. Take a smaller one."))
        content = given.read()
        kind_of(content)
        return content


def notice_of(form: NoticeForm | ConfirmNoticeForm, customer: Customer) -> Notice:
    """Unsaved; the act completes it."""
    told: dict[str, Any] = form.cleaned_data
    year, month = told.get("year"), told.get("month")
    notice = Notice(
        customer=customer,
        amount=told["amount"],
        starting=month_from(year, month) if year and month else None,
        key=told["key"],
        channel=told["channel"] or "web",
        reference=told["reference"],
        note=told["note"],
    )
    if told["paid_on"]:
        notice.paid_on = told["paid_on"]
    return notice
