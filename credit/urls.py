"""The customer's doors to credit."""

from django.urls import path

from credit import views

urlpatterns = [
    path("credit/", views.credit, name="credit"),
    path("credit/request/", views.ask, name="credit_request"),
    path("credit/<int:number>/", views.decision, name="credit_decision"),
    path("credit/<int:number>/letter.pdf", views.letter, name="credit_letter"),
    path("credit/<int:number>/wait/", views.wait, name="credit_wait"),
    path("credit/<int:number>/withdraw/", views.withdraw, name="credit_withdraw"),
]
