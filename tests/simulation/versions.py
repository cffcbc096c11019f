"""Forms of which more versions are published: an app that is two behind writes the first, and one that is ahead of the
server writes one that the server does not know.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from flask import Flask

from server.services.form import FormShelf
from tests.simulation.phone import NEWEST

#: What each version asks beside what the one before it did.
MORE = {"type": "string", "title": "Anything else?", "maxLength": 1000}


def publish_more_versions(app: Flask) -> None:
    """From now on Heed knows the visit note up to the newest version, each with one question more."""
    with tempfile.TemporaryDirectory() as folder:
        schemas = Path(folder) / "schemas"
        shutil.copytree(app.extensions["config"].schemas, schemas)
        for version in range(2, NEWEST + 1):
            form = json.loads((schemas / "visit-note" / f"v{version - 1}.json").read_bytes())
            form |= {"$id": f"urn:heed:form:visit-note:{version}", "x-version": version}
            form["properties"][f"more_{version}"] = MORE
            (schemas / "visit-note" / f"v{version}.json").write_text(json.dumps(form))
        app.extensions["forms"] = FormShelf.from_folder(schemas)
