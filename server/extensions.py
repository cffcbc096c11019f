"""What the whole server shares: the database session, migrations, tokens, the HTTP interface and the job queue.

Nothing here knows anything of ours, so every layer may import it.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

import psycopg
from flask_jwt_extended import JWTManager
from flask_migrate import Migrate
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from procrastinate import App, PsycopgConnector
from sqlalchemy import (
    Alias,
    Connection,
    Executable,
    FromClause,
    Join,
    MetaData,
    Select,
    TableClause,
    TextClause,
    event,
)
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, SessionTransaction, with_loader_criteria
from sqlalchemy.sql.visitors import cloned_traverse

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every row of ours."""

    metadata = MetaData(naming_convention=NAMING)


SAY_WHICH = "say which provider this work is for"
FOREIGN = "this row belongs to another provider"


class NoProvider(RuntimeError):
    """Somebody asked for a provider's rows without saying which provider they work for, or for another's."""


class ProviderSession(Session):
    """A session that works for one provider at a time and refuses to work for none.

    This is the first wall between providers; row-level security in PostgreSQL is the second, and it reads
    the provider that this session names at the start of each commit's work.
    """

    @property
    def provider(self) -> UUID | None:
        provider: UUID | None = self.info.get("provider")
        return provider


class Queue:
    """The job queue. A job is put into it in the commit that needs it: a rollback takes the job along."""

    def __init__(self) -> None:
        self._app = App(connector=PsycopgConnector())

    def defer(self, task: str, **ids: str) -> None:
        """Have a job done once this session has committed. What it needs is read by these ids then."""
        connection = db.session.connection().connection.driver_connection
        self._app.configure_task(task, connection=connection).defer(**ids)


db = SQLAlchemy(model_class=Base, session_options={"class_": ProviderSession})
if TYPE_CHECKING:
    # What the library makes of our base at run time is the same to whoever reads types.
    Model = Base
else:
    Model = db.Model
migrate = Migrate()
jwt = JWTManager()
api = Api()
queue = Queue()


def work_for(provider: UUID) -> None:
    """From here on, this session reads and changes the rows of `provider` alone."""
    session = db.session()
    session.info["provider"] = provider
    if session.in_transaction():
        _name_provider(session.connection(), provider)


def work_for_nobody() -> None:
    """Forget which provider this session worked for; until the next `work_for` it reaches nothing."""
    if not db.session.registry.has():
        return
    session = db.session()
    session.info.pop("provider", None)
    if session.in_transaction():
        _name_provider(session.connection(), None)


def ask_alone(question: str, values: Mapping[str, Any]) -> list[Any]:
    """Ask one thing that is a commit by itself, in one journey to the database and back.

    A question here goes round the session, so the first wall does not hold it: it must name the provider in words and
    to the database. Raises OperationalError when the database cannot be reached.
    """
    connection = db.engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        driver.autocommit = True
        rows: list[Any] = driver.execute(question, values, prepare=True).fetchall()
        driver.autocommit = False
    except psycopg.Error as error:
        connection.invalidate(error)
        if isinstance(error, psycopg.OperationalError):
            raise OperationalError(question, None, error) from error
        raise
    finally:
        connection.close()
    return rows


def refuse_what_was_closed(connection: Any, *_: object) -> None:
    """Have a connection made anew that the database closed while nobody used it.

    Something to read where nothing was asked is its farewell. To look for it costs no journey, unlike a question.
    Raises DisconnectionError.
    """
    waiting = select.poll()
    if not connection.closed:
        waiting.register(connection.fileno(), select.POLLIN)
    if connection.closed or waiting.poll(0):
        raise DisconnectionError("the database closed this connection")


def ask(statement: LiteralString, said: Mapping[str, Any]) -> list[Any]:
    """Ask the database in this session's transaction, straight through the driver. Answers the rows, if any.

    For what nearly every request asks: SQLAlchemy takes longer over handing a statement on than PostgreSQL over
    answering it. The statement must name the provider itself. Raises SQLAlchemy's OperationalError when the database
    is in trouble, so that everybody looks for one error only.
    """
    return _ask(db.session.connection(), statement, said)


def _ask(connection: Connection, statement: LiteralString, said: Mapping[str, Any]) -> list[Any]:
    driver: Any = connection.connection.driver_connection
    try:
        cursor: psycopg.Cursor[Any] = driver.execute(statement, said)
    except psycopg.OperationalError as trouble:
        raise OperationalError(statement, None, trouble, hide_parameters=True) from trouble
    # To ask for the cursor's description instead would describe every column.
    return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def _name_provider(connection: Connection, provider: UUID | None) -> None:
    _ask(connection, "SELECT set_config('heed.provider', %(p)s, true)", {"p": str(provider or "")})


@event.listens_for(ProviderSession, "after_begin")
def _tell_the_database(session: ProviderSession, begun: SessionTransaction, connection: Connection) -> None:
    # A savepoint is within what has begun already, and the database knows.
    if not begun.nested:
        _name_provider(connection, session.provider)


def scope_to_provider(scoped: type[Any]) -> None:
    """Make every query for a `scoped` row ask for the session's own provider only, and every change keep to it."""

    @event.listens_for(ProviderSession, "do_orm_execute")
    def add_the_provider(state: ORMExecuteState) -> None:
        if state.is_column_load or state.is_relationship_load or isinstance(state.statement, TextClause):
            return
        provider = state.session.info.get("provider")
        if provider is None and any(issubclass(mapper.class_, scoped) for mapper in state.all_mappers):
            raise NoProvider(SAY_WHICH)
        if state.is_insert or state.is_update:
            _demand_own_values(state, provider)
        if state.is_orm_statement:
            own = with_loader_criteria(scoped, lambda row: row.provider_id == provider, include_aliases=True)
            state.statement = state.statement.options(own)
        else:
            state.statement = _held(state.statement, scoped, provider)

    @event.listens_for(ProviderSession, "before_flush")
    def refuse_foreign_rows(session: ProviderSession, *_: object) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            if not isinstance(row, scoped):
                continue
            if session.provider is None:
                raise NoProvider(SAY_WHICH)
            if row.provider_id is None:
                row.provider_id = session.provider
            if row.provider_id != session.provider:
                raise NoProvider(FOREIGN)

    @event.listens_for(ProviderSession, "detached_to_persistent")
    def refuse_what_was_never_read(session: ProviderSession, row: object) -> None:
        if isinstance(row, scoped) and row.provider_id != session.provider:
            raise NoProvider(FOREIGN)


def _demand_own_values(state: ORMExecuteState, provider: UUID | None) -> None:
    """Refuse a statement that puts rows, or moves them, to another provider."""
    statement: Any = state.statement
    if statement.table is None or "provider_id" not in statement.table.c:
        return
    if statement.is_insert and statement.select is not None:
        raise NoProvider("say the values of a new row, so that somebody can see whose it is")
    given = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
    rows = [*given, statement._values or {}, *(row for rows in statement._multi_values for row in rows)]
    for row in rows:
        for column, value in row.items():
            if getattr(column, "key", column) == "provider_id" and getattr(value, "value", value) != provider:
                raise NoProvider(FOREIGN)


def _held(statement: Any, scoped: type[Any], provider: UUID | None) -> Executable:
    """A statement on tables and not on models, each of its parts held to the provider; one that changes is refused."""
    names = {
        mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, scoped)
    }
    if statement.is_dml:
        if statement.table.name in names:
            raise NoProvider("change rows by their model, not by their table")
        return statement

    def hold(part: Select[Any]) -> None:
        for source in part.get_final_froms():
            for table in _tables(source):
                if _name_of(table) in names:
                    part._where_criteria += (table.c.provider_id == provider,)

    held: Executable = cloned_traverse(statement, {}, {"select": hold})
    return held


def _name_of(table: Any) -> str:
    """What a table is called, whatever it is called where it stands."""
    name: str = getattr(table, "element", table).name
    return name


def _tables(source: FromClause) -> Iterator[FromClause]:
    """The tables that stand in a part of FROM, by the names that they have there."""
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
    elif isinstance(source, TableClause) or (
        isinstance(source, Alias) and isinstance(source.element, TableClause)
    ):
        yield source
