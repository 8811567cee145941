"""Doors to the private notebook."""

from django.urls import path

from expenses.views import notebook

urlpatterns = [
    path("expenses/", notebook.notebook, name="expenses"),
    path("expenses/trash/", notebook.expenses_trash, name="expenses_trash"),
    path("expenses/<int:number>/", notebook.edit_expense, name="edit_expense"),
    path("expenses/<int:number>/delete/", notebook.delete_expense, name="delete_expense"),
    path("expenses/<int:number>/restore/", notebook.restore_expense, name="restore_expense"),
    path("expenses.csv", notebook.expenses_csv, name="expenses_csv"),
]
