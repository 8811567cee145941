"""Forms to sign in, to register, and to choose passwords; none of them stores anything itself but through an act."""

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as allauth_forms
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.backends import CUSTOMERS, STAFF
from accounts.models import Customer, User
from accounts.resets import ask_for_links
from ledger.money import MoneyFormField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GOOD_ENOUGH = _("At least 8 characters, not digits alone, and not one of the passwords everybody uses.")
PASSWORD = _("Password")


class PasswordInput(forms.PasswordInput):
    """A password field with the button that shows what was typed (static/js/password-eye.js)."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        return render_to_string("accounts/password_input.html", {"input": field, "id": (attrs or {}).get("id", "")})


class PasswordField(forms.CharField):
    def __init__(
        self, label: "StrOrPromise" = PASSWORD, autocomplete: str = "current-password", help_text: "StrOrPromise" = ""
    ) -> None:
        widget = PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, widget=widget, help_text=help_text, strip=False, max_length=1000)


class NewPasswordField(PasswordField):
    def __init__(self, label: "StrOrPromise" = PASSWORD) -> None:
        super().__init__(label, "new-password", GOOD_ENOUGH)


class DoorForm(allauth_forms.LoginForm):
    door: ClassVar[str]
    name_label: "ClassVar[StrOrPromise]"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True})
        self.fields["login"] = forms.CharField(label=self.name_label, max_length=254, widget=widget)
        self.fields["password"] = PasswordField()

    def user_credentials(self) -> dict[str, str]:
        data = self.cleaned_data
        return {"username": data["login"], "password": data["password"], "door": self.door}


class CustomerDoorForm(DoorForm):
    door = CUSTOMERS
    name_label = _("Customer number or e-mail address")


class ManagerDoorForm(DoorForm):
    door = STAFF
    name_label = _("Staff number or e-mail address")


class RegisterForm(forms.ModelForm):
    """Builds the customer; a new one has no number yet."""

    phone = forms.RegexField(
        label=_("Phone"),
        regex=r"^\+?[0-9][0-9 ()./-]{3,38}$",
        error_messages={"invalid": _("Write the phone number in digits, such as +254 700 000 000.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    age = forms.IntegerField(label=_("Age (you may leave this empty)"), required=False, min_value=1, max_value=130)
    password = NewPasswordField()

    class Meta:
        model = Customer
        fields = ("name", "email", "phone", "age")
        labels = {"name": _("Name"), "email": _("E-mail address")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "password" in data:
            _check_new(self, "password", User(username=data.get("name", ""), email=data.get("email", "")))
        return data


class CustomerForm(forms.ModelForm):
    """A customer as the staff adds and changes one."""

    credit_limit = MoneyFormField(min_value=0, required=False, label=_("Credit limit"))

    class Meta:
        model = Customer
        fields = ("id", "name", "email", "phone", "age", "credit_limit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "id" in self.fields:
            self.fields["id"].required = False
            self.fields["id"].help_text = _("Leave it empty to give the next number.")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ChoosePasswordForm(forms.Form):
    """The first password of somebody invited."""

    password = NewPasswordField()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        if "password" in self.cleaned_data:
            _check_new(self, "password", self.user)
        return self.cleaned_data


def _check_new(form: forms.BaseForm, field: str, user: User) -> None:
    try:
        validate_password(form.cleaned_data[field], user)
    except forms.ValidationError as error:
        form.add_error(field, error)


class _NewPasswordOnce(forms.Form):
    """Typed once: the eye shows it."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"] = NewPasswordField(_("New password"))

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "password1" in self.cleaned_data:
            _check_new(self, "password1", self.user)
        return self.cleaned_data


class ChangePasswordForm(_NewPasswordOnce, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = PasswordField(_("Your password now"))


class ResetPasswordKeyForm(_NewPasswordOnce, allauth_forms.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """The worker mails every active login of the address a link of its own. Nothing goes to an address that is
    nobody's: the page answers alike, and as fast."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        self.fields["email"] = forms.EmailField(label=_("E-mail address"), widget=widget)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        ask_for_links(email)
        return email


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField()


class EndSessionsForm(forms.Form):
    """Ends the one session named, or every other one."""

    session = forms.ModelChoiceField(UserSession.objects.none(), required=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = UserSession.objects.filter(user_id=request.user.pk)
        self.fields["session"].queryset = self.own  # type: ignore[attr-defined]

    def save(self, request: HttpRequest) -> None:
        one = self.cleaned_data["session"]
        others = self.own.exclude(session_key=request.session.session_key)
        end_sessions(request, [one] if one else list(others))
