"""What peers do, as shares of raw PostgreSQL on the machine and in the hour in which they were measured.

Measured on 23 and 24 November 2026 with the harness of the first comparison: two cores, 24 GiB, PostgreSQL 15 with
default durability, entries of about a kilobyte, 8 clients, everything on loopback, medians of three runs. Not
measured again by this bench, so only the shares can be set beside ours. Raw there is psycopg's executemany into one
JSONB table, and one SELECT a page; ours is the same with the bytes as they are. Kinto: one collection each client.
CouchDB: `_bulk_docs`. RxDB server and PouchDB server check and derive nothing, and CouchDB and Kinto derive nothing.
"""

from __future__ import annotations

#: Entries per second at batches of 1, 25 and 100; none where a peer knows no batches.
RAW_SEND = {1: 5_494, 25: 35_566, 100: 47_906}
SEND: dict[str, dict[int, int]] = {
    "Kinto": {1: 193, 25: 245, 100: 214},
    "ODK Central": {1: 166},
    "CouchDB": {1: 544, 25: 3_311, 100: 5_314},
    "PouchDB server": {1: 662, 25: 6_828, 100: 11_716},
    "RxDB server": {1: 2_931, 25: 12_256, 100: 15_517},
}
#: Entries per second of 8 clients who fetch 1,000 a page.
RAW_FETCH = 254_910
FETCH = {
    "Kinto": 38_974,
    "ODK Central": 5_512,
    "CouchDB": 11_184,
    "PouchDB server": 10_204,
    "RxDB server": 40_664,
}
#: Median of an empty poll with 8 clients, in milliseconds, and of the bare Flask prototype beside them.
POLL = {"Kinto": 20.7, "ODK Central": 15.5, "CouchDB": 7.8, "PouchDB server": 3.9, "RxDB server": 30.1}
POLL_PROTOTYPE = 3.8


def print_peers() -> None:
    """Their shares of raw, one line each."""
    print("Peers, measured elsewhere and earlier, as shares of raw PostgreSQL measured beside them:")
    print(f"{'':18}{'send 1':>8}{'send 25':>9}{'send 100':>10}{'fetch':>8}{'empty poll ms':>15}")
    for name in SEND:
        shares = [
            f"{SEND[name][batch] / RAW_SEND[batch]:.2f}" if batch in SEND[name] else "-" for batch in RAW_SEND
        ]
        line = f"{name:18}{shares[0]:>8}{shares[1]:>9}{shares[2]:>10}"
        print(f"{line}{FETCH[name] / RAW_FETCH:8.2f}{POLL[name]:15.1f}")
    print(f"{'(bare prototype)':18}{'':35}{POLL_PROTOTYPE:15.1f}")
