"""A notebook among many: every page goes by the owner's index, and asks as often however much it holds."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.cast import signed_in
from expenses.models import Category
from expenses.planning import set_limit
from expenses.searching import SearchForm
from expenses.tests.june import D, earn, june, on, spend  # noqa: F401
from expenses.tests.test_recurring import rent
from expenses.tests.test_this_month import owes, pays
from ledger.tests.routing import assert_routed

OWNERS, EACH = 1_000, 100
PAGES = [
    "/expenses/",
    "/expenses/?instalment=5",
    "/expenses/?month=2025-05",
    "/expenses/trash/",
    "/expenses/search/",
    "/expenses/search/?since=2025-05-01&until=2025-06-30&kind=spent&least=1&most=9&text=lunch",
    "/expenses/search/?text=lunch&page=2",
    "/expenses/trend/",
    "/expenses/categories/",
    "/expenses/limits/",
    "/expenses/recurring/",
    "/expenses.csv",
    "/expenses.csv?text=lunch",
]
# All rows, or all of them in the order of their keys; a join to a key is neither.
READS_ALL = re.compile(
    r"Seq Scan on expenses_expense\b|expenses_expense_pkey on expenses_expense [^\n]*\n\s*(?!Index Cond)\S"
)
INDEX = "expense_customer_day"


def asked_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer.streaming_content)
    return [query["sql"] for query in queries]


@pytest.fixture
def one_of_many(asha, lender, june):  # noqa: F811
    """A thousand owners with a hundred entries each, in statements of sets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_customer (id, name, email, phone, created_at)"
            " SELECT 100000 + n, 'n', '', '', now() FROM generate_series(1, %s) n",
            [OWNERS],
        )
        cursor.execute(
            "INSERT INTO expenses_category (customer_id, name)"
            " SELECT 100000 + n, 'c' || c FROM generate_series(1, %s) n, generate_series(1, 3) c",
            [OWNERS],
        )
        cursor.execute(
            "INSERT INTO expenses_expense (customer_id, category_id, kind, day, amount, note, key, recorded_at)"
            " SELECT c.customer_id, c.id, 'spending', date '2025-06-15' - (n %% 400), 100 + n, 'lunch ' || n,"
            " md5(n::text), now() FROM generate_series(1, %s) n"
            " JOIN expenses_category c ON c.name = 'c' || (n %% 3 + 1)",
            [EACH],
        )
    fill(asha, 60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return signed_in(asha)


def fill(owner, rows):
    """Some of everything."""
    food = spend(owner, on(6, 1), "5", note="lunch").category
    owes(owner, 6, "300")
    pays(owner, on(6, 10), "100")
    spend(owner, on(6, 11), "100", note="lunch")
    for place in range(3):
        rent(owner, amount=D(800 + place))
    set_limit(owner, food.pk, on(5, 1), D(100))
    for number in range(rows):
        spend(owner, on(3 + number % 4, 1 + number % 28), "7", note="lunch")
        earn(owner, on(3 + number % 4, 1), "70")


def plans_of(client):
    """How each query of each page on entries would be answered."""
    plans = {}
    for path in PAGES:
        for sql in asked_of(client, path):
            if "expenses_expense" in sql and not sql.startswith("DECLARE"):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN {sql}")
                    plans[path, sql] = "\n".join(row[0] for row in cursor.fetchall())
    return plans


def slow_in(plans):
    """Pages with a query that reads other owners' rows, or that does not go by the owner and the day."""
    by_day = {path for (path, _), plan in plans.items() if INDEX in plan}
    return {path for (path, _), plan in plans.items() if path not in by_day or READS_ALL.search(plan)}


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_every_page_goes_by_the_owner_and_the_day(one_of_many, asha):
    """The file's rows come through a cursor of the server's, whose statements are not told. Last comes the control."""
    plans = plans_of(one_of_many)
    assert {path for path, _ in plans} >= {path for path in PAGES if ".csv" not in path}
    assert slow_in(plans) == set()
    form = SearchForm({"text": "lunch"}, owner=asha)
    assert form.is_valid() and INDEX in form.rows().order_by("day", "id").explain()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {INDEX}")
    assert slow_in(plans_of(one_of_many)) == {path for path, _ in plans}


@pytest.mark.parametrize("path", PAGES)
def test_the_number_of_queries_does_not_grow(path, asha, lender, june):  # noqa: F811
    client = signed_in(asha)
    fill(asha, 5)
    few = len(asked_of(client, path))
    for number in range(12):
        set_limit(asha, Category.objects.create(customer=asha, name=f"c{number}").pk, on(6, 1), D(5))
    for number in range(60):
        spend(asha, on(3 + number % 4, 1 + number % 28), "7", f"c{number % 12}", note="lunch")
        if number < 8:
            rent(asha, amount=D(900 + number))
    assert len(asked_of(client, path)) <= few


@pytest.mark.parametrize("path", PAGES)
def test_every_query_of_a_page_names_the_owner(path, asha, lender, june):  # noqa: F811
    client = signed_in(asha)
    fill(asha, 5)
    with assert_routed() as seen:
        answer = client.get(path)
        b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert seen
