from django.urls import path

from beside.home import views

app_name = "home"
urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("today/", views.today, name="today"),
]
