"""Addresses of the second factor, below second-factor/. The names are those that allauth's code reverses."""

from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from django.urls import path
from django.views.decorators.cache import never_cache

from accounts.second_factor import views

# Each page is never kept by the browser: some show secrets, and all say how the door is secured.
urlpatterns = [
    path(route, never_cache(view), name=name)
    for route, view, name in (
        ("", views.overview, "mfa_index"),
        ("code/", views.SecondStepView.as_view(), "mfa_authenticate"),
        ("confirm/", views.ConfirmView.as_view(), "mfa_reauthenticate"),
        ("app/", views.ActivateView.as_view(), "mfa_activate_totp"),
        ("app/remove/", totp_views.deactivate_totp, "mfa_deactivate_totp"),
        ("codes/", code_views.view_recovery_codes, "mfa_view_recovery_codes"),
        ("codes/new/", code_views.generate_recovery_codes, "mfa_generate_recovery_codes"),
        ("codes/recovery-codes.txt", code_views.download_recovery_codes, "mfa_download_recovery_codes"),
        ("passkeys/add/", views.AddPasskeyView.as_view(), "mfa_add_webauthn"),
        ("passkeys/confirm/", views.ConfirmPasskeyView.as_view(), "mfa_reauthenticate_webauthn"),
        ("passkeys/<int:pk>/remove/", views.RemovePasskeyView.as_view(), "mfa_remove_webauthn"),
    )
]
