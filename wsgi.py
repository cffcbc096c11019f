"""For any WSGI server: `gunicorn wsgi:app`."""

from server.app import create_app
from server.config import Config
from server.instance.log import start_logging
from server.instance.login import demand_held_login

start_logging()
config = Config.from_environment()
if config.production:
    demand_held_login(config.database_url)
app = create_app(config)
