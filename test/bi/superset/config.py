"""Superset for a test: on the loopback only, everybody is its administrator."""
import os
import secrets

from flask_login import current_user, login_user

SECRET_KEY = secrets.token_hex(32)
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False


def FLASK_APP_MUTATOR(app):
    @app.before_request
    def everybody_is_the_administrator():
        if not current_user.is_authenticated:
            login_user(app.appbuilder.sm.find_user("admin"))
