"""The form that narrows the notebook: by day, category, kind, amount and text; its fields are the page's address."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from expenses.forms import capitalized
from expenses.models import Category, Expense, ExpenseQuerySet
from ledger.money import MoneyFormField

SPENT = "spent"
KINDS = {kind.value: [kind] for kind in Expense.Kind} | {SPENT: [Expense.Kind.SPENDING, Expense.Kind.REFUND]}


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], required=False, **kwargs)


class CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """str() of a category tells nothing, on purpose."""
        return _("%(name)s (archived)") % {"name": obj.name} if obj.archived else str(obj.name)


class SearchForm(forms.Form):
    """Every field may stay empty."""

    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    category = CategoryField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=lambda: [("", _("All")), (SPENT, _("Spending and refunds")), *capitalized(Expense.Kind)],
        required=False,
    )
    least = MoneyFormField(label=_("Amount from"), required=False)
    most = MoneyFormField(label=_("Amount to"), required=False)
    text = forms.CharField(
        label=_("Words in the note or category"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "data-search-field": True, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, owner: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.fields["category"].queryset = Category.objects.of(owner).unmerged().order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for low, high in (("since", "until"), ("least", "most")):
            if data.get(low) and data.get(high) and data[low] > data[high]:
                told = {"field": self.fields[low].label}
                self.add_error(high, gettext("This lies before “%(field)s”, so nothing can match.") % told)
        return data

    def rows(self) -> ExpenseQuerySet:
        """What matches, out of the trash; all of it where nothing was asked."""
        data = self.cleaned_data
        asked: dict[str, Any] = {
            "day__gte": data["since"],
            "day__lte": data["until"],
            "category": data["category"],
            "kind__in": KINDS.get(data["kind"]),
            "amount__gte": data["least"],
            "amount__lte": data["most"],
        }
        rows = Expense.objects.of(self.owner).kept().filter(**{name: to for name, to in asked.items() if to})
        if words := data["text"].split():
            names = dict(Category.objects.of(self.owner).values_list("pk", "name"))
            for word in words:
                rows = rows.filter(_has(word, names))
        return rows.select_related("category")

    @property
    def address(self) -> str:
        """What was asked, as it stands in an address; ends in & where it is not empty."""
        asked = urlencode([(name, self.data[name]) for name in self.fields if self.data.get(name)])
        return f"{asked}&" if asked else ""


def _has(word: str, names: dict[int, str]) -> Q:
    """In the note or the category's name. SQLite tells Ä from ä, so both are asked for."""
    found = Q(category__in=[number for number, name in names.items() if word.casefold() in name.casefold()])
    for spelled in {word, word.lower(), word.upper(), word.capitalize()}:
        found |= Q(note__icontains=spelled)
    return found
