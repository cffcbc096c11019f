"""Heed on a port of this machine, that can be switched off and on again."""

from __future__ import annotations

import threading

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from tests.browser.road import Road


class Server:
    """Heed on a port of this machine."""

    def __init__(self, app: Flask) -> None:
        self.road = Road(app)
        self._running: tuple[BaseWSGIServer, threading.Thread] | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def switch_on(self) -> None:
        """Serve, always on the same port."""
        server = make_server("127.0.0.1", self.port, self.road, threaded=True)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self._running = (server, thread)

    def switch_off(self) -> None:
        """Stop serving: whoever asks is refused."""
        if self._running is None:
            return
        server, thread = self._running
        server.shutdown()
        thread.join()
        server.server_close()
        self._running = None
