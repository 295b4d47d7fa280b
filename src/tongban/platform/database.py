"""Which database a city uses and who connects to it: the embedded server's, or any PostgreSQL ≥ 15 by DATABASE_URL.

The embedded server lets each role in by its own name. A database of the operator's lets in the user of DATABASE_URL,
and every connection then takes on the role it works as, so that user must be a member of the roles; `prepare` makes
them where that user may.
"""

from __future__ import annotations

import select
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Model
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.platform.errors import PlatformError
from tongban.platform.places import Places
from tongban.platform.postgres import Postgres
from tongban.platform.programs import OLDEST_MAJOR, wheel_programs
from tongban.platform.roles import APP, AUDITOR, OWNER, ROLES

M = TypeVar("M", bound=Model)

DATABASE = "tongban"
AWAY = (OperationalError, InterfaceError)
"""Raised while the database is gone, full, busy or cut off: nothing of the deed stands, and it may be tried again.

Only where the connection broke during the commit may all of it stand; its command id tells when it is sent again.
"""
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How long a server may be silent, in seconds, the last in milliseconds, before it is away. DATABASE_URL may differ."""
PREPARING = {"prepare_threshold": 5}
"""After how many times of one statement the server keeps its plan; Django's own cursors never prepare."""


def query(statement: str, parameters: Sequence[Any], using: str = "default") -> list[tuple[Any, ...]]:
    """Run a statement on the thread's connection and return its rows.

    Parameters are left to the server, which prepares what comes again and again; Django's own cursors never do, but
    are what somebody hears who listens to a connection.
    """
    wrapper: Any = connections[using]
    if not wrapper.in_atomic_block:
        if _has_hung_up(wrapper.connection):
            wrapper.close()
        wrapper.health_check_done = True  # so that Django does not ask the server
    wrapper.ensure_connection()
    if wrapper.queries_logged or wrapper.execute_wrappers:
        with wrapper.cursor() as heard:
            heard.execute(statement, parameters)
            return list(heard.fetchall())
    with wrapper.wrap_database_errors:
        found: list[tuple[Any, ...]] = _cursor(wrapper).execute(statement, parameters).fetchall()
        return found


def _has_hung_up(opened: psycopg.Connection | None) -> bool:
    """Whether the server ended this connection while nobody asked it anything: then its farewell is there to be read.

    Looking for that asks nobody, where Django would ask the server whether it is still there.
    """
    if opened is None:
        return False
    if opened.closed:
        return True
    unread = select.poll()
    unread.register(opened.fileno(), select.POLLIN)
    return bool(unread.poll(0))


def _cursor(wrapper: Any) -> psycopg.Cursor:  # noqa: ANN401 -- a thread's connection, as Django has it
    """The one cursor of a connection: to make another, which learns anew how to read, costs as much as to ask."""
    kept: psycopg.Cursor | None = getattr(wrapper, "tongban_cursor", None)
    if kept is None or kept.connection is not wrapper.connection:
        kept = wrapper.tongban_cursor = psycopg.Cursor(wrapper.connection)
    return kept


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the database's functions, as `name(%s, %s::json)`, and what it is given."""

    function: str
    parameters: tuple[Any, ...]


def call(calls: Sequence[Call]) -> tuple[Any, ...]:
    """Make these calls in one statement, all or nothing also where no transaction is open; what each returned."""
    functions = ", ".join(each.function for each in calls)
    parameters = [parameter for each in calls for parameter in each.parameters]
    return query(f"select {functions}", parameters)[0]


def rows_of(kind: type[M], condition: str, parameters: Sequence[Any], without: Collection[str] = ()) -> list[M]:
    """The rows of a model that fulfil a condition, in the database's own words, but for some fields, read when needed.

    For what every request asks alike: Django would put the same question together anew, which takes longer than it is
    answered in.
    """
    fields = [field for field in kind._meta.concrete_fields if field.attname not in without]  # noqa: SLF001 -- public
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'select {columns} from "{kind._meta.db_table}" where {condition}'  # noqa: S608, SLF001 -- fixed texts
    names = [field.attname for field in fields]
    return [kind.from_db("default", names, row) for row in query(statement, parameters)]


def embedded(places: Places) -> Postgres:
    """The server that Tongban runs itself."""
    return Postgres(places.postgres, programs=wheel_programs())


@contextmanager
def available(places: Places) -> Iterator[None]:
    """The database of `places`, prepared and answering: the embedded server runs while anybody is inside, and again
    when it died.
    """
    if places.database_url:
        prepare(places.database_url)
        yield
        return
    server = embedded(places)
    with server.running():
        create(server, DATABASE)
        with server.watched():
            yield


def connection(places: Places, role: str, database: str = DATABASE) -> dict[str, Any]:
    """Django's settings of a connection that works as `role`."""
    common = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,  # a thread of the server keeps its connection
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
    patient = PATIENCE | PREPARING
    if not places.database_url:
        return common | {"NAME": database, "USER": role, "HOST": str(embedded(places).socket), "OPTIONS": patient}
    given = conninfo_to_dict(places.database_url)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {key: value for key, value in given.items() if key not in names}
    options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    return common | {names[key]: str(given[key]) for key in names if key in given} | {"OPTIONS": patient | options}


def create(server: Postgres, database: str, template: str | None = None) -> None:
    """Make `database` on a server of ours unless it is there, empty or as a copy of `template`, and prepare it.

    Raises psycopg.errors.ObjectInUse while anybody is connected to the template.
    """
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        make_roles(admin)
        if admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            return
        source = sql.SQL("template {}").format(sql.Identifier(template)) if template else sql.SQL("")
        owned = sql.SQL("create database {} owner {} {}")
        admin.execute(owned.format(sql.Identifier(database), sql.Identifier(OWNER), source))
    if not template:
        prepare(server.conninfo(database))


def drop(server: Postgres, database: str) -> None:
    """Remove a database of a server of ours, with every connection to it."""
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))


def point_to(server: Postgres, database: str) -> None:
    """Let all of Django's connections of this process lead to `database` on a server of ours, from now on."""
    for alias in connections:
        connections[alias].close()
        connections.settings[alias].update(HOST=str(server.socket), NAME=database)


def empty(places: Places) -> None:
    """Remove everything from the city's database, which must be running, and prepare it anew."""
    url = places.database_url or embedded(places).conninfo(DATABASE)
    with psycopg.connect(url, autocommit=True) as admin:
        for role in ROLES:  # one by one: PostgreSQL stumbles over a default right that two of them share
            admin.execute(sql.SQL("drop owned by {} cascade").format(sql.Identifier(role)))
    prepare(url)


def close_connections() -> None:
    """Close all of Django's connections of this thread."""
    connections.close_all()


def prepare(url: str) -> None:
    """Make the roles if they are missing, and give them their rights on the database of `url`.

    Does nothing where all is as it must be. Raises PlatformError `database-unreachable`, `database-too-old`,
    `roles-missing`, `role-too-strong`.
    """
    try:
        with psycopg.connect(make_conninfo(url, connect_timeout=10), autocommit=True) as admin:
            if admin.info.server_version < OLDEST_MAJOR * 10_000:
                raise too_old(admin.info.server_version // 10_000)
            make_roles(admin)
            refuse_strong_roles(admin)
            grant_rights(admin)
    except psycopg.errors.InsufficientPrivilege as refusal:
        raise roles_missing(str(refusal)) from refusal
    except psycopg.OperationalError as failure:
        raise PlatformError(
            "database-unreachable",
            zh=f"连不上数据库：{failure}",
            en=f"The database cannot be reached: {failure}",
            do_zh="请检查 DATABASE_URL，以及数据库是否在运行。",
            do_en="Check DATABASE_URL, and that the database runs.",
        ) from failure


def make_roles(admin: psycopg.Connection[Any]) -> None:
    """Make those roles that are missing, and the connected user a member of all that it is not a member of."""
    present = {name for (name,) in admin.execute("select rolname from pg_roles where rolname = any(%s)", [list(ROLES)])}
    for role in ROLES:
        if role not in present:
            make = sql.SQL("create role {} login nosuperuser nobypassrls nocreaterole nocreatedb")
            admin.execute(make.format(sql.Identifier(role)))
        member = admin.execute("select pg_has_role(current_user, %s, 'member')", [role]).fetchone()
        if member == (False,) or (role not in present and not is_superuser(admin)):
            admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))


def is_superuser(admin: psycopg.Connection[Any]) -> bool:
    """Whether the connected user is a superuser."""
    return admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (True,)


def refuse_strong_roles(admin: psycopg.Connection[Any]) -> None:
    """Raise PlatformError `role-too-strong` when row-level security would not hold for the application."""
    strong = admin.execute(
        "select rolname from pg_roles where rolname = any(%s) and (rolsuper or rolbypassrls)", [[APP, AUDITOR]]
    ).fetchall()
    if strong:
        names = ", ".join(name for (name,) in strong)
        raise PlatformError(
            "role-too-strong",
            zh=f"角色 {names} 是超级用户或可绕过行级安全。",
            en=f"The role {names} is a superuser or bypasses row-level security.",
            do_zh=f"请执行 ALTER ROLE {names} NOSUPERUSER NOBYPASSRLS。",
            do_en=f"Run ALTER ROLE {names} NOSUPERUSER NOBYPASSRLS.",
        )


def grant_rights(admin: psycopg.Connection[Any]) -> None:
    """Let the owner make things, and the others use what the owner will make. Migrations take away what is too much."""
    ready = admin.execute(
        "select has_schema_privilege(%s, 'public', 'create') and exists (select from pg_default_acl where"
        " defaclrole = to_regrole(%s) and defaclobjtype = 'r')",
        [OWNER, OWNER],
    ).fetchone()
    if ready == (True,):
        return
    rule = "alter default privileges for role {owner} in schema public "
    for statement in (
        "grant usage, create on schema public to {owner}",
        "grant usage on schema public to {app}, {auditor}",
        rule + "grant select, insert, update, delete on tables to {app}",
        rule + "grant usage, select on sequences to {app}",
        rule + "grant select on tables to {auditor}",
    ):
        names = {"owner": OWNER, "app": APP, "auditor": AUDITOR}
        admin.execute(sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()}))


def too_old(major: int) -> PlatformError:
    """The refusal of a server of version `major`."""
    return PlatformError(
        "database-too-old",
        zh=f"数据库是 PostgreSQL {major}，需要 {OLDEST_MAJOR} 或更高版本。",
        en=f"The database is PostgreSQL {major}; version {OLDEST_MAJOR} or later is needed.",
        do_zh="请升级数据库，或不设 DATABASE_URL 而用自带的数据库。",
        do_en="Upgrade it, or leave DATABASE_URL unset to use the embedded one.",
    )


def roles_missing(said: str) -> PlatformError:
    """The refusal of a user who may not make the roles; `said` is the database's own word."""
    commands = "; ".join(f"CREATE ROLE {role} LOGIN; GRANT {role} TO ⟨user⟩" for role in ROLES)
    return PlatformError(
        "roles-missing",
        zh=f"DATABASE_URL 的用户不能创建所需的角色或授权：{said.strip()}",
        en=f"The user of DATABASE_URL may not make the roles that are needed, or grant them rights: {said.strip()}",
        do_zh=f"请数据库管理员执行：{commands}; GRANT CREATE ON SCHEMA public TO {OWNER}。",
        do_en=f"Have the database's administrator run: {commands}; GRANT CREATE ON SCHEMA public TO {OWNER}.",
    )
