from __future__ import annotations

from django.urls import include, path

from beside.people.views import beginning, joining, leaving, me, reach, signing_in

ours = [
    path("begin/", beginning.first, name="begin"),
    path("join/", joining.join, name="join"),
    path("join/codes/", joining.codes, name="codes"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/code/", signing_in.with_a_code, name="with_a_code"),
    path("sign-in/passkey/", signing_in.ask_passkey, name="ask_passkey"),
    path("sign-in/passkey/answer/", signing_in.by_passkey, name="by_passkey"),
    path("sign-in/rested/", signing_in.rested, name="rested"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("demo/<slug:name>/", signing_in.as_demo, name="as_demo"),
    path("me/", me.me, name="me"),
    path("me/name/", me.name, name="name"),
    path("me/zone/", me.zone, name="zone"),
    path("me/device/", me.device, name="device"),
    path("me/passphrase/", me.passphrase, name="passphrase"),
    path("me/codes/", me.new_codes, name="new_codes"),
    path("me/sessions/end/", me.end_sessions, name="end_sessions"),
    path("me/sessions/<slug:key>/end/", me.end_session, name="end_session"),
    path("me/passkeys/new/", me.new_passkey, name="new_passkey"),
    path("me/passkeys/<slug:key>/remove/", me.remove_passkey, name="remove_passkey"),
    path("me/reach/", reach.reach, name="reach"),
    path("me/reach/code/", reach.verify, name="verify"),
    path("me/reach/code/again/", reach.again, name="code_again"),
    path("me/reach/change/", reach.change, name="change_reach"),
    path("me/reach/remove/", reach.remove, name="remove_reach"),
    path("me/record/", me.record, name="record"),
    path("me/data/", me.my_data, name="my_data"),
    path("me/erase/", leaving.erase, name="erase"),
    path("erased/", leaving.erased, name="erased"),
]

urlpatterns = [
    path("", include((ours, "people"))),
    # allauth asks for its own page by this name.
    path("sign-in/", signing_in.sign_in, name="account_login"),
]
