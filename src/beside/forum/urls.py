from django.urls import path

from beside.forum import views

app_name = "forum"
_TALK = "g/<slug:group_key>/talk/"
_POST = _TALK + "<slug:topic_key>/<slug:post_key>/"
urlpatterns = [
    path(_TALK, views.talk, name="talk"),
    path(_TALK + "new/", views.new, name="new"),
    path(_TALK + "<slug:topic_key>/", views.topic, name="topic"),
    path(_POST + "feel/", views.feel, name="feel"),
    path(_POST + "withdraw/", views.withdraw, name="withdraw"),
    path(_POST + "seen/", views.seen, name="seen"),
]
