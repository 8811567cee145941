"""Whatever an owner does: total = sum of the categories = sum of the rows, and the percentages add to 100.00."""

import secrets
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.cast import signed_in
from expenses import actions, sorting
from expenses.importing import taking
from expenses.models import Category, Expense
from expenses.own_data import erase_all
from expenses.tests.filing import a_file, taken
from expenses.tests.june import on
from expenses.tests.test_notebook import entry_of

NAMES = ("Food", "Fun", "Rent", "Goats")
NAMED = st.sampled_from(NAMES)
PLACE = st.integers(0, 30)
KIND = st.sampled_from(["spending", "spending", "refund", "income", "transfer"])
ENTER = st.tuples(st.just("enter"), NAMED, KIND, st.integers(1, 99999))
STEPS = st.lists(
    st.one_of(
        ENTER,
        ENTER,
        st.tuples(st.just("change"), PLACE, NAMED, st.integers(1, 99999)),
        st.tuples(st.just("trash"), PLACE),
        st.tuples(st.just("undo"), PLACE),
        st.tuples(st.just("take"), st.lists(st.integers(1, 99999), min_size=1, max_size=4)),
        st.tuples(st.just("revert"), PLACE),
        st.tuples(st.just("merge"), NAMED, NAMED),
        st.tuples(st.just("archive"), NAMED),
        st.tuples(st.just("rename"), NAMED, NAMED),
    ),
    max_size=25,
)
HALF_A_YEAR = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Notebook:
    """One owner's notebook, and beside it a plain list of what it should hold: (category, kind, amount, kept)."""

    def __init__(self, owner):
        self.owner, self.rows, self.files = owner, {}, []

    def called(self, name):
        """The number of the category that the name leads to; no name is lost."""
        found = Category.objects.of(self.owner).filter(name=name).first()
        while found and found.merged_into:
            found = found.merged_into
        return found and found.pk

    def enter(self, name, kind, cents):
        amount = Decimal(cents).scaleb(-2)
        entry = entry_of(self.owner, day=on(6, 1 + len(self.rows) % 28), kind=kind, amount=amount, category=name)
        self.rows[entry.pk] = [entry.category_id, kind, amount, True]

    def pick(self, place):
        numbers = list(self.rows)
        return numbers[place % len(numbers)] if numbers else 0

    def change(self, place, name, cents):
        number = self.pick(place)
        if number and self.rows[number][3]:
            amount, kind = Decimal(cents).scaleb(-2), self.rows[number][1]
            fields = {"day": on(6, 15), "kind": kind, "note": "", "key": secrets.token_urlsafe(24)}
            actions.change(Expense(pk=number, customer=self.owner, amount=amount, **fields), name)
            self.rows[number] = [self.called(name), kind, amount, True]

    def trash(self, place):
        if number := self.pick(place):
            actions.put_in_trash(self.owner, number, timezone.now())
            self.rows[number][3] = False

    def undo(self, place):
        if number := self.pick(place):
            actions.take_out(self.owner, number, timezone.now())
            self.rows[number][3] = True

    def take(self, cents):
        """A bank's file; what looks like a row of the notebook is another purchase."""
        before = set(Expense.objects.of(self.owner).values_list("pk", flat=True))
        day = on(6, 1 + len(self.files) % 28)
        lines = [f"{day},CAFE {number},{-Decimal(one) / 100}" for number, one in enumerate(cents)]
        statement = taken(self.owner, a_file(*lines), "keep")
        made = list(Expense.objects.of(self.owner).exclude(pk__in=before))
        self.rows |= {entry.pk: [entry.category_id, entry.kind, entry.amount, True] for entry in made}
        self.files.append((statement.pk, [entry.pk for entry in made]))

    def revert(self, place):
        if self.files:
            statement, made = self.files[place % len(self.files)]
            taking.revert(self.owner, statement, timezone.now(), also_changed=True)
            self.rows = {number: row for number, row in self.rows.items() if number not in made}

    def merge(self, name, into):
        gone, stays = self.called(name), self.called(into)
        if gone and stays and gone != stays:
            sorting.merge_category(self.owner, gone, stays)
            for row in self.rows.values():
                row[0] = stays if row[0] == gone else row[0]

    def archive(self, name):
        if number := self.called(name):
            sorting.archive_category(self.owner, number, archived=True)

    def rename(self, name, to):
        number = self.called(name)
        if number and not Category.objects.of(self.owner).unmerged().filter(name=to).exists():
            sorting.rename_category(self.owner, number, to)

    def spent(self):
        sums: dict[int, Decimal] = {}
        for category, kind, amount, kept in self.rows.values():
            if kept and kind in ("spending", "refund"):
                sums[category] = sums.get(category, 0) + (amount if kind == "spending" else -amount)
        return sums


@pytest.mark.slow
@HALF_A_YEAR
@given(steps=STEPS)
@pytest.mark.django_db
def test_total_categories_and_rows_agree_and_the_parts_are_a_whole(asha, steps):
    erase_all(asha)
    notebook = Notebook(asha)
    for act, *given_ in steps:
        getattr(notebook, act)(*given_)
    page = signed_in(asha).get("/expenses/?month=2025-06").context
    shown = {number: share.total for share, number in page["shares"]}
    assert shown == notebook.spent()
    assert page["spent"] == sum(shown.values())
    percents = [share.percent for share, _ in page["shares"] if share.percent is not None]
    assert sum(percents) == (100 if percents else 0)
    listed = list(signed_in(asha).get("/expenses/search/").context["page"].paginator.object_list)
    signs = {"spending": 1, "refund": -1}
    assert sum(signs.get(row.kind, 0) * row.amount for row in listed) == page["spent"]
