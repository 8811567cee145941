"""Doors to the books: dashboard, pay, history."""

from django.urls import path

from ledger import data_views, notice_views, views

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("pay/", notice_views.pay, name="pay"),
    path("notices/<int:number>/", notice_views.notice, name="notice"),
    path("notices/<int:number>/photo/", notice_views.photo, name="notice_photo"),
    path("payments/", views.payments, name="payments"),
    path("payments/<int:number>/", views.payment_receipt, name="payment_receipt"),
    path("profile/data/", data_views.my_data, name="my_data"),
    path("payments.csv", views.payments_csv, name="payments_csv"),
]
