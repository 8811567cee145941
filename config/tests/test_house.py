"""The house rules hold for every file, and each of them catches a small offence."""

import ast

import pytest

from config.tests import house

pytestmark = [pytest.mark.once, pytest.mark.every_case]


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule):
    faults = []
    for path in house.sources():
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        faults += rule(path.relative_to(house.ROOT).as_posix(), tree)
    assert faults == []


def test_the_walk_sees_the_repository():
    seen = {path.relative_to(house.ROOT).as_posix() for path in house.sources()}
    assert {"manage.py", "accounts/models/people.py", "ledger/models/books.py", "config/tests/test_house.py"} <= seen
    assert not any("migrations" in path or ".venv" in path for path in seen)


def faults_of(path, source):
    tree = ast.parse(source)
    return [fault for rule in house.RULES for fault in rule(path, tree)]


DOC = '"""A file."""\n'
LATE_IMPORT = DOC + "def f():\n    import csv\n"

OFFENCES = [
    ("accounts/forms.py", DOC + "from ledger.models import Due", "accounts may not import ledger.models.Due"),
    ("accounts/forms.py", DOC + "from ledger import models", "accounts may not import ledger.models"),
    ("ledger/views.py", DOC + "import credit.models", "ledger may not import credit.models"),
    ("ledger/views.py", DOC + "from config import settings", "ledger may not import config.settings"),
    ("credit/rules.py", DOC + "from expenses.models import Expense", "credit may not import expenses.models.Expense"),
    ("expenses/views.py", DOC + "from ledger.actions import record_payment", "expenses may not import ledger.actions"),
    ("expenses/views.py", DOC + "from ledger.models import Due", "expenses may not import ledger.models.Due"),
    ("ledger/charts.py", DOC + "from ledger.models import Due", "a leaf may not import ledger.models.Due"),
    ("ledger/distribution.py", DOC + "from django.utils import timezone", "a rule may not import django.utils"),
    ("ledger/ageing.py", DOC + "from ledger.models import Due", "a rule may not import ledger.models.Due"),
    ("expenses/statement_files/dates.py", DOC + "import django.utils", "a rule may not import django.utils"),
    ("ledger/views.py", LATE_IMPORT, "f imports csv inside itself"),
    ("ledger/views.py", DOC + "def f():\n    import sklearn\n", "f imports sklearn inside itself"),
    ("ledger/views.py", DOC + "def f():\n" + "    x = 1\n" * 40, "f has 41 lines"),
    ("ledger/views.py", DOC + "class C:\n" + "    x = 1\n" * 120, "C has 121 lines"),
    ("ledger/views.py", DOC + "x = 1\n" * 300, "has 301 lines"),
    ("ledger/views.py", "x = 1\n", "has no module docstring"),
    ("ledger/views.py", DOC + "Due.objects.create(amount=1)", "only an act writes to the ledger: Due.objects.create"),
    ("ledger/views.py", DOC + "Payment.objects.of(c).update(amount=1)", "only an act writes to the ledger: Payment"),
    ("ledger/admin.py", DOC + "Allocation.objects.all().delete()", "only an act writes to the ledger: Allocation"),
    ("ledger/forms.py", DOC + "def f():\n    due = Due()\n    due.save()\n", "writes to the ledger: due.save"),
    ("ledger/forms.py", DOC + "def f(due: Due):\n    due.delete()\n", "writes to the ledger: due.delete"),
    ("ledger/forms.py", DOC + "for due in Due.objects.all():\n    due.save()\n", "writes to the ledger: due.save"),
]


@pytest.mark.parametrize(("path", "source", "sentence"), OFFENCES)
def test_an_offence_is_caught(path, source, sentence):
    assert any(sentence in fault for fault in faults_of(path, source)), faults_of(path, source)


ALLOWED = [
    ("accounts/models/people.py", DOC + "from ledger.money import MoneyField\nfrom ledger.distribution import KINDS"),
    ("ledger/views.py", DOC + "from accounts.models import Customer\nfrom ledger import actions"),
    ("config/urls.py", DOC + "import ledger.urls"),
    ("expenses/this_month.py", DOC + "from ledger.one_month import one_month\nfrom ledger.charts import draw"),
    ("credit/scorecard.py", DOC + "def f():\n    from sklearn.linear_model import LogisticRegression\n"),
    ("ledger/apps.py", DOC + "def ready():\n    from ledger import checks\n"),
    ("ledger/actions/dues.py", DOC + "Due.objects.create(amount=1)"),
    ("ledger/bulk/posting.py", DOC + "Due.objects.bulk_create([])"),
    ("ledger/tests/test_pay.py", DOC + "Due.objects.create(amount=1)"),
    ("ledger/views.py", DOC + "def f(form: Form):\n    form.save()\n"),
    ("ledger/__init__.py", ""),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_passes(path, source):
    assert faults_of(path, source) == []
