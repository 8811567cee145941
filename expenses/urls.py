"""Doors to the private notebook."""

from django.urls import path

from expenses.views import mine, notebook, quick, receipts, rules

urlpatterns = [
    path("expenses/", notebook.notebook, name="expenses"),
    path("expenses/trash/", notebook.expenses_trash, name="expenses_trash"),
    path("expenses/<int:number>/", notebook.edit_expense, name="edit_expense"),
    path("expenses/<int:number>/delete/", notebook.delete_expense, name="delete_expense"),
    path("expenses/<int:number>/restore/", notebook.restore_expense, name="restore_expense"),
    path("expenses.csv", notebook.expenses_csv, name="expenses_csv"),
    path("expenses/quick/", quick.quick_expense, name="quick_expense"),
    path("expenses/quick/waiting/", quick.waiting_expense, name="waiting_expense"),
    path("expenses/quick/offline/", quick.quick_offline, name="quick_offline"),
    path("expenses/worker.js", quick.notebook_worker, name="notebook_worker"),
    path("expenses/notebook.webmanifest", quick.notebook_manifest, name="notebook_manifest"),
    path("expenses/<int:number>/receipt/", receipts.receipt, name="receipt"),
    path("expenses/<int:number>/receipt/delete/", receipts.delete_receipt, name="delete_receipt"),
    path("expenses/<int:number>/split/", receipts.split_expense, name="split_expense"),
    path("expenses/<int:number>/join/", receipts.join_expense, name="join_expense"),
    path("expenses/rules/", rules.expense_rules, name="expense_rules"),
    path("expenses/rules/decline/", rules.decline_rule, name="decline_rule"),
    path("expenses/rules/<int:number>/delete/", rules.delete_rule, name="delete_rule"),
    path("expenses/mine/", mine.my_notebook, name="my_notebook"),
    path("expenses/mine/erase/", mine.erase_notebook, name="erase_notebook"),
    path("expenses.json", mine.expenses_json, name="expenses_json"),
]
