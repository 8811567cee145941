"""Doors to the private notebook."""

from django.urls import path

from expenses import views

urlpatterns = [
    path("expenses/", views.notebook, name="expenses"),
    path("expenses/trash/", views.expenses_trash, name="expenses_trash"),
    path("expenses/<int:number>/", views.edit_expense, name="edit_expense"),
    path("expenses/<int:number>/delete/", views.delete_expense, name="delete_expense"),
    path("expenses/<int:number>/restore/", views.restore_expense, name="restore_expense"),
    path("expenses.csv", views.expenses_csv, name="expenses_csv"),
]
