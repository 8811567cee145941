"""Doors to the private notebook."""

from django.urls import path

from expenses.views import notebook, statements

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
    path("expenses.csv", notebook.expenses_csv, name="expenses_csv"),
]
