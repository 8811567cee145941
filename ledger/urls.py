"""Doors to the books: dashboard, pay, history."""

from django.urls import path

from ledger import views

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("pay/", views.pay, name="pay"),
    path("payments/", views.payments, name="payments"),
    path("payments/<int:number>/", views.payment_receipt, name="payment_receipt"),
    path("payments.csv", views.payments_csv, name="payments_csv"),
]
