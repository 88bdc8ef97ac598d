from django.urls import path

from beside.care import views

app_name = "care"
_CONCERN = "desk/<slug:key>/"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/hours/", views.hours, name="hours"),
    path("desk/hours/<slug:key>/", views.not_there, name="not_there"),
    path(_CONCERN, views.concern, name="concern"),
    path(_CONCERN + "take-up/", views.take_up, name="take_up"),
    path(_CONCERN + "bring-in/", views.bring_in, name="bring_in"),
    path(_CONCERN + "write/", views.write, name="write"),
    path(_CONCERN + "note/", views.note, name="note"),
    path(_CONCERN + "close/", views.close, name="close"),
    path(_CONCERN + "later/", views.ask_later, name="ask_later"),
    path(_CONCERN + "later/agree/", views.agree_later, name="agree_later"),
    path("reports/new/<slug:post_key>/", views.tell, name="tell"),
    path("reports/of-words/<slug:greeting_key>/", views.tell_of_greeting, name="tell_of_greeting"),
    path("reports/<slug:key>/", views.report, name="report"),
    path("letters/<slug:key>/", views.letter, name="letter"),
    path("g/<slug:group_key>/ask/", views.ask, name="ask"),
    path("g/<slug:group_key>/where/", views.where, name="where"),
]
