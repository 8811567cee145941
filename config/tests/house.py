"""The house rules as a walk over the source: which room may use which, how large a thing may be, who may write."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "ledger", "credit", "expenses", "config")
SKIPPED = {".venv", "migrations", "staticfiles", "var", "node_modules"}

# Modules that know nothing of the books, for whichever room has a use for them; they import only each other.
LEAVES = ("ledger.money", "ledger.months", "ledger.charts", "ledger.models.expressions")
# What each room may import of ours beside itself; a name with a dot is one module, not the room.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "accounts": ("ledger.money", "ledger.distribution"),
    "ledger": ("accounts",),
    "credit": ("ledger", "accounts"),
    "expenses": ("accounts", "ledger.one_month", *LEAVES),
    "config": ROOMS,
}
PURE = {
    "accounts/sentences.py",
    "accounts/pictures.py",
    "ledger/distribution.py",
    "ledger/ageing.py",
    "ledger/months.py",
    "ledger/late_fees.py",
    "ledger/promises.py",
    "ledger/reminders.py",
    "ledger/settlement.py",
    "credit/cards.py",
    "credit/cases.py",
    "credit/changes.py",
    "credit/derived.py",
    "credit/features.py",
    "credit/judging.py",
    "credit/measures.py",
    "credit/rules.py",
    "credit/schedule.py",
    "credit/timeline.py",
    "expenses/left.py",
    "expenses/recurrence.py",
    "expenses/shares.py",
    "expenses/importing/matching.py",
}
PURE |= {f"expenses/{name}.py" for name in ("amounts", "currencies", "days", "guesses", "quick")}
PURE_FOLDERS = ("expenses/statement_files/",)
NOT_PURE = {"django", "accounts", "config", "models", "actions"}
PURE_ELSEWHERE = ("accounts.sheets", "accounts.sentences")
LATE = {"credit/scorecard.py": ("sklearn", "joblib")}

MONEY_NOUNS = {"Due", "Payment", "Allocation"}
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create", "update_or_create"}
WRITERS = ("ledger/actions/", "ledger/settling.py", "ledger/bulk/")

LONGEST_FILE, LONGEST_CLASS, LONGEST_FUNCTION = 300, 120, 40

Faults = Iterator[str]


def sources() -> list[Path]:
    """Every Python file of the repository but the generated ones."""
    found = (path for path in ROOT.rglob("*.py") if not SKIPPED & set(path.relative_to(ROOT).parts))
    return sorted(found)


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Each import and the full name it takes: `from ledger import money` takes ledger.money."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def within(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def rooms_keep_their_direction(path: str, tree: ast.Module) -> Faults:
    room = path.split("/")[0]
    if room not in ROOMS or "/tests/" in path:
        return
    allowed = (room, *MAY_IMPORT[room])
    for node, name in imported(tree):
        if name.split(".")[0] in ROOMS and not within(name, allowed):
            yield f"{path}:{node.lineno} {room} may not import {name}"


def leaves_know_no_books(path: str, tree: ast.Module) -> Faults:
    if path.removesuffix(".py").replace("/", ".") in LEAVES:
        for node, name in imported(tree):
            if name.split(".")[0] in ROOMS and not within(name, LEAVES):
                yield f"{path}:{node.lineno} a leaf may not import {name}"


def rules_know_no_django(path: str, tree: ast.Module) -> Faults:
    if path in PURE or path.startswith(PURE_FOLDERS):
        for node, name in imported(tree):
            if NOT_PURE & set(name.split(".")) and not within(name, PURE_ELSEWHERE):
                yield f"{path}:{node.lineno} a rule may not import {name}"


def imports_stand_at_the_top(path: str, tree: ast.Module) -> Faults:
    """Django itself asks that checks are registered in ready(); scikit-learn costs 1.3 s and 100 MB."""
    for function in functions(tree):
        if path.endswith("/apps.py") and function.name == "ready":
            continue
        for node, name in imported(function):
            if not within(name, LATE.get(path, ())):
                yield f"{path}:{node.lineno} {function.name} imports {name} inside itself"


def only_acts_write_money(path: str, tree: ast.Module) -> Faults:
    if path.startswith(WRITERS) or "/tests/" in path or path == "conftest.py":
        return
    for scope in [tree, *functions(tree)]:
        nouns = MONEY_NOUNS | set(variables_of_money(scope))
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and first_name(call.func) in nouns:
                yield f"{path}:{call.lineno} only an act writes to the ledger: {ast.unparse(call.func)}"


def variables_of_money(scope: ast.AST) -> Iterator[str]:
    """Names that hold a noun or a query of it: `due = Due(...)`, `for due in Due.objects...`, `due: Due`."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.For(target=ast.Name(id=name), iter=value):
                if first_name(value) in MONEY_NOUNS:
                    yield name
            case (
                ast.arg(arg=name, annotation=ast.Name(id=kind))
                | ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind))
            ):
                if kind in MONEY_NOUNS:
                    yield name


def first_name(node: ast.AST) -> str:
    """The name a chain starts with: Due in `Due.objects.of(customer).update(...)`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def things_stay_small(path: str, tree: ast.Module) -> Faults:
    for node in ast.walk(tree):
        limit = LONGEST_CLASS if isinstance(node, ast.ClassDef) else LONGEST_FUNCTION
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > limit:
            yield f"{path}:{node.lineno} {node.name} has {length(node)} lines, {limit} are allowed"


def length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def files_say_what_they_are(path: str, tree: ast.Module) -> Faults:
    if tree.body and not ast.get_docstring(tree):
        yield f"{path}:1 has no module docstring"


def files_stay_short(path: str, tree: ast.Module) -> Faults:
    last = max((node.end_lineno or 0 for node in tree.body), default=0)
    if last > LONGEST_FILE:
        yield f"{path}:{LONGEST_FILE} has {last} lines, {LONGEST_FILE} are allowed"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


Rule = Callable[[str, ast.Module], Faults]
RULES: tuple[Rule, ...] = (
    rooms_keep_their_direction,
    leaves_know_no_books,
    rules_know_no_django,
    imports_stand_at_the_top,
    only_acts_write_money,
    things_stay_small,
    files_say_what_they_are,
    files_stay_short,
)
