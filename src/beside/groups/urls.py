from django.urls import path

from beside.groups import views

app_name = "groups"
urlpatterns = [
    path("first-visit/", views.first_visit, name="first_visit"),
    path("groups/<slug:slug>/", views.face, name="face"),
    path("g/", views.mine, name="mine"),
    path("g/open/", views.open_group, name="open"),
    path("g/<slug:key>/", views.talk, name="talk"),
    path("g/<slug:key>/join/", views.join, name="join"),
    path("g/<slug:key>/agreement/", views.agreement, name="agreement"),
    path("g/<slug:key>/agreement/write/", views.write_agreement, name="write_agreement"),
    path("g/<slug:key>/people/", views.people, name="people"),
    path("g/<slug:key>/people/<slug:persona>/answer/", views.answer_asking, name="answer_asking"),
    path("g/<slug:key>/people/<slug:persona>/know/", views.know, name="know"),
    path("g/<slug:key>/people/<slug:persona>/remove/", views.remove, name="remove"),
    path("g/<slug:key>/people/<slug:persona>/part/", views.change_part, name="change_part"),
    path("g/<slug:key>/leave/", views.leave, name="leave"),
]
