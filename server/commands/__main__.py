"""`python -m server.commands` is `heed`."""

from server.commands import main

main()
