"""Doors to the private notebook."""

from django.urls import path

from expenses.views import categories, limits, months, notebook, recurring, search, statements

urlpatterns = [
    path("expenses/", notebook.notebook, name="expenses"),
    path("expenses/trash/", notebook.expenses_trash, name="expenses_trash"),
    path("expenses/<int:number>/", notebook.edit_expense, name="edit_expense"),
    path("expenses/<int:number>/delete/", notebook.delete_expense, name="delete_expense"),
    path("expenses/<int:number>/restore/", notebook.restore_expense, name="restore_expense"),
    path("expenses/statements/", statements.statements, name="statements"),
    path("expenses/statements/<int:number>/", statements.statement, name="statement"),
    path("expenses/statements/<int:number>/take/", statements.take_statement, name="take_statement"),
    path("expenses/statements/<int:number>/put-away/", statements.put_away_statement, name="put_away_statement"),
    path("expenses/statements/<int:number>/revert/", statements.revert_statement, name="revert_statement"),
    path("expenses/search/", search.expenses_search, name="expenses_search"),
    path("expenses.csv", search.expenses_csv, name="expenses_csv"),
    path("expenses/trend/", months.expenses_trend, name="expenses_trend"),
    path("expenses/categories/", categories.expenses_categories, name="expenses_categories"),
    path("expenses/categories/<int:number>/", categories.expenses_category, name="expenses_category"),
    path("expenses/limits/", limits.expenses_limits, name="expenses_limits"),
    path("expenses/recurring/", recurring.expenses_recurring, name="expenses_recurring"),
    path("expenses/recurring/<int:number>/", recurring.expenses_recurring_one, name="expenses_recurring_one"),
    path("expenses/recurring/<int:number>/day/", recurring.expenses_recurring_day, name="expenses_recurring_day"),
    path("expenses/same-payment/", recurring.expenses_same_payment, name="expenses_same_payment"),
]
