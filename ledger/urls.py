"""Doors to the books: dashboard, pay, history, papers."""

from django.urls import path

from ledger import data_views, notice_views, paper_views, views

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("pay/", notice_views.pay, name="pay"),
    path("notices/<int:number>/", notice_views.notice, name="notice"),
    path("notices/<int:number>/photo/", notice_views.photo, name="notice_photo"),
    path("payments/", views.payments, name="payments"),
    path("payments/<int:number>/", views.payment_receipt, name="payment_receipt"),
    path("payments/<int:number>.pdf", paper_views.receipt, name="payment_pdf"),
    path("statement/", paper_views.choose_days, name="statement"),
    path("statement.pdf", paper_views.statement, name="statement_pdf"),
    path("profile/data/", data_views.my_data, name="my_data"),
    path("payments.csv", views.payments_csv, name="payments_csv"),
]
