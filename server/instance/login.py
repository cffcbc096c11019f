"""The login with which Heed serves and runs jobs, and what it must not be able to do in production.

Heed works as `heed_web` or `heed_jobs`, which row-level security binds to one provider at a time. But a connection
can always go back to the login that opened it, so the wall is only as strong as that login.
"""

from __future__ import annotations

import psycopg

#: What one role can do that no policy stops, the worst first, in words that follow its name.
_TOO_STRONG = (
    "is a superuser",
    "goes round row-level security (BYPASSRLS)",
    "may make roles (CREATEROLE)",
    "owns the tables",
)

#: Every role that the login is or can become. A superuser can become all of them, so its own row comes first.
_REACHES = """
    SELECT session_user, role.rolname, role.rolsuper, role.rolbypassrls, role.rolcreaterole, EXISTS (
        SELECT 1 FROM pg_class
        WHERE relowner = role.oid AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))
    FROM pg_roles AS role
    WHERE pg_has_role(session_user, role.oid, 'MEMBER')
    ORDER BY role.rolname <> session_user, role.rolname
"""


class LoginTrouble(RuntimeError):
    """The login of the database is not fit for what was asked; the message says why in one sentence."""


def demand_held_login(database_url: str) -> None:
    """Refuse a login that row-level security does not hold, or that can become a role which it does not hold.

    Raises LoginTrouble with what is wrong, and psycopg's own error when the database does not answer.
    """
    with psycopg.connect(database_url.replace("+psycopg", "", 1)) as connection:
        reached = connection.execute(_REACHES).fetchall()
    for login, role, *abilities in reached:
        for able, words in zip(abilities, _TOO_STRONG, strict=True):
            if not able:
                continue
            who = login if role == login else f"{login} can become {role}, which"
            raise LoginTrouble(
                f"In production Heed does not work with the database login {login}: {who} {words}, so nothing in "
                "the database keeps one provider's records from another; docs/operate.md says how to make a login "
                "for serving."
            )
