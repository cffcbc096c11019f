"""For any WSGI server: `gunicorn wsgi:app`."""

from server.app import create_app
from server.config import Config
from server.instance.log import start_logging

start_logging()
app = create_app(Config.from_environment())
