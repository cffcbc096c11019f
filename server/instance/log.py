"""How Heed's own words reach whoever looks after it: one JSON object a line, on standard error, in UTC.

Nothing that a person wrote, no name, password or token is ever in it: what is logged is chosen field by field.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

#: What a log record may carry besides its message. Anything else that a caller hands in is left out.
FIELDS = ("event", "status", "route", "provider", "worker", "device", "session", "address")


class OneLine(logging.Formatter):
    """Writes a record as one line of JSON, so that nothing in it can pretend to be another record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "log": record.name,
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {
            name: str(getattr(record, name)) for name in FIELDS if getattr(record, name, None) is not None
        }
        if record.exc_info and record.exc_info[0]:
            # Where and of what kind, but not its message: it may quote what somebody wrote.
            line["fault"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line)


def start_logging() -> None:
    """Let everything that Heed says of itself be heard, once for this process."""
    ours = logging.getLogger("heed")
    if ours.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False


def _where(record: logging.LogRecord) -> list[str]:
    steps = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return steps
