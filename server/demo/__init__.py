"""The demo: a provider that nobody runs, with four weeks of what its staff might have written.

The prose is data, in `data/`, by hand. `story` plans every entry from a seed and a moment, `loading` writes
them as phones would: each signed by its writer, in its device's chain, kept by the same services.
"""

from server.demo.cast import passphrase, sign_in_names
from server.demo.loading import load

__all__ = ["load", "passphrase", "sign_in_names"]
