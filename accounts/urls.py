"""Doors to who: sign-in, register, profile, sessions. The account_ names are those that allauth's code reverses."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import language_views, logo_views, message_views, program_views, views

urlpatterns = [
    path("customer/login/", views.CustomerDoorView.as_view(), name="account_login"),
    path("manager/login/", views.ManagerDoorView.as_view(), name="manager_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-in-closed/", allauth_views.account_inactive, name="account_inactive"),
    path("register/", views.register, name="register"),
    path("register/", views.register, name="account_signup"),
    path("welcome/", views.welcome, name="welcome"),
    path("invite/<int:uid>/<str:token>/", views.invitation, name="invitation"),
    path("home/", views.home, name="home"),
    path("profile/", views.profile, name="profile"),
    path("profile/mails/", message_views.mail_choices, name="mail_choices"),
    path("profile/language/", language_views.choose, name="choose_language"),
    path("language/", language_views.pick, name="pick_language"),
    path("logo/<str:name>", logo_views.logo, name="logo"),
    path("messages/", message_views.inbox, name="messages"),
    path("unsubscribe/<str:token>/", message_views.unsubscribe, name="unsubscribe"),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("programs/", program_views.overview, name="programs"),
    path("programs/new-token/", program_views.new_token, name="new_token"),
    path("confirm-password/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("second-factor/", include("accounts.second_factor.urls")),
    path("password/change/", views.ChangePasswordView.as_view(), name="account_change_password"),
    # Nobody is signed in without a password, but allauth reverses the name; a first one is chosen by mail.
    path("password/set/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("password/reset/", views.ResetPasswordView.as_view(), name="account_reset_password"),
    path("password/reset/sent/", allauth_views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.ResetPasswordFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
]
