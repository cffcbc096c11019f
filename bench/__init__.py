"""Commands that print figures and ratios. They ask faster than any phone, and are not what Heed keeps out."""

import os

os.environ.setdefault("HEED_REQUESTS_A_SECOND", "100000")
