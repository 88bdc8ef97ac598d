"""Every setting of Beside, in one file, read from the environment.

Nothing needs to be set for `./beside run`. What an operator may set is told in
`docs/reference/settings.md`; a house test keeps that page complete.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from beside.host import database, home, reach

HOME = home.here()
SRC = Path(__file__).resolve().parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "yes", "true", "on"}


DEBUG = _flag("BESIDE_DEBUG")
DEMO = HOME.is_demo
SECRET_KEY = os.environ.get("SECRET_KEY") or HOME.secret("django")

PUBLIC_URL = os.environ.get("PUBLIC_URL", "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
LISTENS_ON = os.environ.get(reach.ENVIRON, "")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = []
if _public.hostname:
    ALLOWED_HOSTS.append(_public.hostname)
    CSRF_TRUSTED_ORIGINS.append(f"{_public.scheme}://{_public.netloc}")
if _flag("BESIDE_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ROOT_URLCONF = "beside.urls"
APPEND_SLASH = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "js_lib_leaflet",
    "lucide",
    "procrastinate.contrib.django",
    "template_partials",
    "beside.kernel",
    "beside.look",
    "beside.wire",
    "beside.wall",
    "beside.vault",
    "beside.ledger",
    "beside.people",
    "beside.notices",
    "beside.signposts",
    "beside.groups",
    "beside.meetings",
    "beside.rooms",
    "beside.forum",
    "beside.care",
    "beside.finding",
    "beside.exchange",
    "beside.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "beside.people.middleware.present",
    "beside.wall.middleware.acting",
    "beside.people.middleware.closed_door",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "beside.look.middleware.quiet",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "beside.look.context.page",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "beside.look.templatetags.look",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **database.connection(HOME, as_owner=_flag("BESIDE_AS_OWNER")),
        "ENGINE": "beside.wall.backend",
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 600,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "clock"
PROCRASTINATE_IMPORT_PATHS = ["beside.host.jobs"]

AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/"
# Where "Leave this site quickly" goes: somewhere nobody wonders about.
LEAVE_TO = os.environ.get("LEAVE_TO", "https://www.bbc.co.uk/weather")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["sign_in"]},
    },
]

SESSION_COOKIE_NAME = "beside"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "beside_form"
CSRF_FAILURE_VIEW = "beside.look.views.form_expired"
if _public.scheme == "https":
    SECURE_HSTS_SECONDS = 31_536_000

# What a person may send in one form; the live part and the worker never see a body.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

X_FRAME_OPTIONS = "DENY"
# Sites whose pages may show our public timetable in a frame; nothing else can be framed.
EMBED_ORIGINS = os.environ.get("EMBED_ORIGINS", "").split()
SECURE_REFERRER_POLICY = "same-origin"  # other hosts are told nothing; our forms need an origin
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Maps show tiles of this server alone, named by the operator; without one they are drawn here.
MAP_TILES = os.environ.get("MAP_TILES", "")
MAP_CREDIT = os.environ.get("MAP_CREDIT", "© OpenStreetMap contributors")
_tiles = urlsplit(MAP_TILES)
MAP_ORIGIN = f"{_tiles.scheme}://{_tiles.netloc}" if _tiles.scheme in {"http", "https"} else ""

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [SRC / "locale"]
FORMAT_MODULE_PATH = "beside.look.formats"
LANGUAGE_COOKIE_NAME = "beside_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("BESIDE_STATIC_ROOT", HOME.root / "static"))
STATICFILES_DIRS = [
    (name, folder)
    for name, folder in [("fonts", SRC.parent.parent / "node_modules" / "@fontsource-variable")]
    if folder.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "beside.look.storage.Assets"},
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(HOME.mail)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "noreply@localhost")

# Texts to people without an account go through the operator's gateway, or not at all.
TEXT_GATEWAY_URL = os.environ.get("TEXT_GATEWAY_URL", "")
TEXT_GATEWAY_BODY = os.environ.get("TEXT_GATEWAY_BODY", "")
TEXT_GATEWAY_HEADER = os.environ.get("TEXT_GATEWAY_HEADER", "")

# Logs name the route, never the address that was asked for: an address can name a group.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"routes": {"()": "beside.kernel.logs.RoutesNotPaths"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["routes"], "formatter": "plain"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "beside": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

# allauth serves the sign-in with a passphrase and nothing else (docs/decisions/0007).
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "beside.people.allauth.Adapter"
# Its own limits would keep addresses in the clear; tries are counted in people.throttle.
ACCOUNT_RATE_LIMITS = False
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

# Calls go through a relay, or not at all; none ever goes straight from browser to browser.
RELAY_URLS = os.environ.get("RELAY_URLS", "").split()
RELAY_SECRET = os.environ.get("RELAY_SECRET") or HOME.secret("relay")
RELAY_HOST = os.environ.get("RELAY_HOST", "") or (_public.hostname or "")
RELAY_PORT = int(os.environ.get("BESIDE_RELAY_PORT", "0"))
# Width, height, pictures a second and kbit/s of one camera in a circle.
ROOM_PICTURE = tuple(int(each) for each in os.environ.get("ROOM_PICTURE", "320 240 15 150").split())
