"""Pages that take a bank's file into the notebook: send, answer, look row by row, import, take back."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.seeing import see_other
from accounts.sentences import said
from accounts.telling import told
from expenses.importing import reading, taking
from expenses.importing.taking import Outcome
from expenses.models import Expense, Statement, StatementRow
from expenses.recent import categories_of
from expenses.statement_files import BadFile
from expenses.statement_files.nouns import LARGEST_FILE, TOO_LARGE
from expenses.views.pages import ACT, ASK, OwnerRequest, owner_of, owners_page

NO_FILE = said("Choose a file first: the statement that your bank lets you download as CSV, OFX or QIF.")
ON_A_PAGE = 100
SHOWN = 30  # files in the list
# Possible duplicates first: they need an answer.
FIRST = Case(When(standing="near", then=Value(0)), When(standing="new", then=Value(1)), default=Value(2))
SAID = {
    Outcome.UNDECIDED: gettext_lazy("Say first of each possible duplicate whether it is another purchase or the same."),
    Outcome.CHANGED: gettext_lazy(
        "Your notebook has changed since this list was made. Look at the list again, then import."
    ),
    Outcome.NOT_READY: gettext_lazy("This file has a question first."),
}


@owners_page(*ASK)
def statements(request: OwnerRequest) -> HttpResponse:
    """The files taken in so far, and the form that sends one."""
    owner = owner_of(request)
    if request.method != "POST":
        return _files(request, owner)
    try:
        statement = reading.send(owner, *_sent(request), request.lender.today())
    except BadFile as why:
        return _files(request, owner, told(why))
    return _to(statement.pk)


def _files(request: OwnerRequest, owner: Customer, error: str = "") -> HttpResponse:
    files = Statement.objects.of(owner).order_by("-sent_at", "-pk")[:SHOWN]
    context = {"files": files, "error": error}
    return render(request, "expenses/statements.html", context, status=422 if error else 200)


def _sent(request: OwnerRequest) -> tuple[str, bytes]:
    """The file's name and bytes. Raises BadFile for none, and for one that is too large, unread."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise BadFile(NO_FILE)
    if (file.size or 0) > LARGEST_FILE:
        raise BadFile(TOO_LARGE)
    return file.name or "", file.read()


@owners_page(*ASK)
def statement(request: OwnerRequest, number: int) -> HttpResponse:
    """One file: its questions, its rows before they are imported, or what became of it."""
    owner = owner_of(request)
    found = get_object_or_404(Statement.objects.of(owner), pk=number)
    if request.method == "POST":
        return _said(request, owner, found)
    if found.state == Statement.State.READY and "answers" not in request.GET:
        return _preview(request, owner, found)
    if found.state in (Statement.State.READY, Statement.State.ASKING):
        return _questions(request, found)
    context = {"statement": found, "changed": _changed(owner, found), "kept": found.added - found.removed}
    return render(request, "expenses/statement_taken.html", context)


def _changed(owner: Customer, found: Statement) -> list[Expense]:
    if found.state != Statement.State.TAKEN:
        return []
    numbers = taking.changed_since(owner, found)
    return list(Expense.objects.of(owner).filter(pk__in=list(numbers)[:ON_A_PAGE]).order_by("day", "pk"))


def _said(request: OwnerRequest, owner: Customer, found: Statement) -> HttpResponse:
    """Answers to the file's questions."""
    keys = [question["key"] for question in found.asked]
    answers = {key: request.POST[key] for key in keys if request.POST.get(key)}
    if missing := [key for key in keys if key not in answers]:
        return _questions(request, found, missing)
    try:
        reading.answer(owner, found.pk, answers, request.lender.today())
    except (BadFile, Statement.DoesNotExist) as why:
        gone = _("This file was imported or put away already.")
        messages.error(request, told(why) if isinstance(why, BadFile) else gone)
    return _to(found.pk)


def _questions(request: OwnerRequest, found: Statement, missing: list[str] | None = None) -> HttpResponse:
    header, *sample = found.sample or [[]]
    context = {"statement": found, "header": header, "sample": sample, "missing": missing or []}
    return render(request, "expenses/statement_questions.html", context, status=422 if missing else 200)


def _preview(request: OwnerRequest, owner: Customer, found: Statement) -> HttpResponse:
    mine = StatementRow.objects.of(owner).filter(statement=found)
    page = Paginator(mine.order_by(FIRST, "place"), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    twins = Expense.objects.of(owner).in_bulk([row.entry for row in rows if row.entry])
    context = {
        "statement": found,
        "page": page,
        "rows": [(row, twins.get(row.entry or 0)) for row in rows],
        "new": mine.taken_over().count(),
        "there": mine.filter(standing="there").count(),
        "near": mine.filter(standing="near").count(),
        "undecided": mine.undecided().count(),
        "categories": categories_of(owner),
        "answered": [question | {"said": _label(question)} for question in found.asked],
    }
    return render(request, "expenses/statement_preview.html", context)


def _label(question: dict[str, Any]) -> str:
    labels = (choice["label"] for choice in question["choices"] if choice["value"] == question["answer"])
    return str(next(labels, question["answer"]))


@owners_page(*ACT)
def take_statement(request: OwnerRequest, number: int) -> HttpResponse:
    """Keep what was said about the rows of one page; then, if asked, import the file."""
    owner = owner_of(request)
    found = get_object_or_404(Statement.objects.of(owner), pk=number)
    reading.decide(owner, found.pk, _by_row(request.POST, "category"), _by_row(request.POST, "decision"))
    reading.decide_the_rest(owner, found.pk, request.POST.get("rest", ""))
    if "take" not in request.POST:
        return _to(found.pk, request.POST.get("page", ""))
    outcome = taking.take(owner, found.pk, timezone.now())
    if outcome != Outcome.TAKEN:
        messages.warning(request, SAID[outcome])
    return _to(found.pk)


def _by_row(sent: QueryDict, name: str) -> dict[int, str]:
    """Fields such as category-17: a row's number and what was said of it."""
    found = {}
    for key, value in sent.items():
        field, _, number = key.partition("-")
        if field == name and number.isascii() and number.isdigit() and len(number) < 19:
            found[int(number)] = str(value).replace("\0", "")
    return found


@owners_page(*ACT)
def put_away_statement(request: OwnerRequest, number: int) -> HttpResponse:
    owner = owner_of(request)
    get_object_or_404(Statement.objects.of(owner), pk=number)
    reading.put_away(owner, number)
    messages.info(request, _("The file is put away; nothing of it was imported."))
    return see_other(reverse("statements"))


@owners_page(*ACT)
def revert_statement(request: OwnerRequest, number: int) -> HttpResponse:
    owner = owner_of(request)
    get_object_or_404(Statement.objects.of(owner), pk=number)
    taking.revert(owner, number, timezone.now(), also_changed="also_changed" in request.POST)
    return _to(number)


def _to(number: int, page: str = "") -> HttpResponse:
    address = reverse("statement", args=[number])
    return see_other(f"{address}?page={page}" if page.isascii() and page.isdigit() else address)
