"""
Users and keys in the database: added, changed, signed in; every change is an entry of one log.

Names are folded: "Li Min" and "li min" are one login. A key or a session tells its tenant itself;
names are those of the tenant that `Accounts` was made for.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.access.attempts import Attempts
from qingjian.access.log import Entry, Log
from qingjian.access.names import folded, login_of, possible
from qingjian.access.passwords import hashed, holds
from qingjian.access.person import EVERYTHING, Key, Person, Reach, key_of, person_of, reach_of
from qingjian.access.roles import BY_ANOTHER, granted_of, roles_of
from qingjian.access.tokens import KEY, SESSION, digest, fresh
from qingjian.core.clock import Clock, now, today
from qingjian.core.errors import NotFound, SignInRefused, UsageError
from qingjian.store.engine import writing
from qingjian.store.tables import access as tables
from qingjian.store.tables.access import USER

SESSION_S = 12 * 3600
DAY_S = 86_400
MOST_DAYS = 3_650
_WRONG = ("name or password is wrong", "an admin can set a new password")


class Accounts:
    """
    The users and keys of a store.

    Args:
        engine: of the store.
        clock: where times come from.
        tenant: whose names and lists these are.
    """

    def __init__(self, engine: Engine, clock: Clock = now, tenant: str = "default") -> None:
        self._engine, self._clock, self._tenant = engine, clock, tenant
        self._read = engine.execution_options(reads=True)
        self._attempts, self._log = Attempts(engine, clock), Log(clock, tenant)

    def add_user(
        self, name: str, password: str, roles: Iterable[str], who: str, reach: Reach = EVERYTHING
    ) -> Person:
        """
        Add a user. Raises UsageError for a name that is taken or a password that is too short.

        Raises MissingExtra. Cost: that of a password, see `hashed`.
        """
        kept = {"roles": roles_of(roles, "user"), **asdict(reach_of(reach))}
        login = login_of(name)
        row = {"tenant": self._tenant, "name": login, "id": _id("u"), **kept}
        row |= {"granted": (), "active": True}
        secret = hashed(password)
        try:
            with writing(self._engine) as db:
                db.execute(sa.insert(USER).values(**row, password=secret))
                self._log.write(db, who, "added", row["id"], {"name": login, **kept})
        except sa.exc.IntegrityError:
            raise UsageError(f"there is a user {login!r}", "choose another name") from None
        return self.user(login)

    def set_password(self, name: str, password: str, who: str) -> None:
        """
        Set a user's password and end all sessions; a refused name may sign in again.

        Raises NotFound, UsageError, MissingExtra.
        """
        secret = hashed(password)
        with writing(self._engine) as db:
            user = self._active(db, name)
            db.execute(sa.update(USER).where(USER.c.id == user.id).values(password=secret))
            self._end(db, user.id)
            self._attempts.forget(db, self._tenant, user.name)
            self._log.write(db, who, "password", user.id)

    def set_roles(
        self,
        name: str,
        who: str,
        *,
        roles: Iterable[str] | None = None,
        reach: Reach | None = None,
        granted: Iterable[str] | None = None,
    ) -> Person:
        """
        Set a user's roles, reach and what is granted by name; what is None stays.

        Raises NotFound, and UsageError when the last admin would be gone or somebody grants
        something to themselves.
        """
        changed: dict[str, Any] = {}
        if roles is not None:
            changed["roles"] = roles_of(roles, "user")
        if reach is not None:
            changed |= asdict(reach_of(reach))
        if granted is not None:
            changed["granted"] = granted_of(granted)
        with writing(self._engine) as db:
            admins = self._admins(db)
            user = self._active(db, name)
            more = set(changed.get("granted", ())) - set(user.granted)
            more |= (set(changed.get("roles", ())) & BY_ANOTHER) - set(user.roles)
            if more and folded(who) == user.name:
                raise UsageError("nobody grants something to themselves", "name who else: --who")
            if "admin" not in changed.get("roles", user.roles):
                _not_last(user, admins)
            if changed:
                db.execute(sa.update(USER).where(USER.c.id == user.id).values(**changed))
                self._log.write(db, who, "roles", user.id, changed)
        return self.user(name)

    def deactivate(self, name: str, who: str) -> None:
        """
        Take a user out of use for good and end all sessions; nothing is deleted.

        Raises NotFound, UsageError for the last admin.
        """
        with writing(self._engine) as db:
            admins = self._admins(db)
            user = self._active(db, name)
            _not_last(user, admins)
            db.execute(sa.update(USER).where(USER.c.id == user.id).values(active=False))
            self._end(db, user.id)
            self._log.write(db, who, "deactivated", user.id)

    def user(self, name: str) -> Person:
        """Give a user of the tenant, also one that is not active. Raises NotFound."""
        with self._read.connect() as db:
            return self._one(db, name)

    def listed_users(self) -> list[Person]:
        """Give all users of the tenant by name, also those that are not active."""
        chosen = sa.select(USER).where(USER.c.tenant == self._tenant).order_by(USER.c.name)
        with self._read.connect() as db:
            return [person_of(row) for row in db.execute(chosen)]

    def sign_in(self, name: str, password: str) -> tuple[Person, str]:
        """
        Give a user and a new session token of 12 hours, which is shown this once.

        A name that is not there is told in the same words and takes as long. Raises SignInRefused,
        TooManyTries, MissingExtra. Cost: that of a password, see `hashed`.
        """
        login = folded(name)
        last = self._attempts.begin(self._tenant, login)
        with self._read.connect() as db:
            row = self._row(db, login)
        kept = row.password if row is not None and row.active else None
        if not holds(kept, password):
            if last and row is not None:
                with writing(self._engine) as db:
                    self._log.write(db, login, "locked", row.id)
            raise SignInRefused(*_WRONG)
        token, at = fresh(SESSION), self._clock()
        with writing(self._engine) as db:
            if self._row(db, login, lock=True) != row:  # changed while the password was looked at
                raise SignInRefused(*_WRONG)
            self._attempts.forget(db, self._tenant, login)
            db.execute(sa.delete(tables.SESSION).where(tables.SESSION.c.until <= at))
            session = {"hash": digest(token, SESSION), "tenant": self._tenant, "user": row.id}
            db.execute(sa.insert(tables.SESSION).values(**session, until=at + SESSION_S))
            self._log.write(db, login, "signed_in", row.id)
        return person_of(row), token

    def session(self, token: str) -> Person:
        """Give who is signed in with a token, as they are now. Raises SignInRefused."""
        held = tables.SESSION
        chosen = sa.select(USER).join(held, held.c.user == USER.c.id)
        chosen = chosen.where(held.c.hash == digest(token, SESSION), USER.c.active)
        with self._read.connect() as db:
            row = db.execute(chosen.where(held.c.until > self._clock())).first()
        if row is None:
            raise SignInRefused("the session is over", "sign in again")
        return person_of(row)

    def sign_out(self, token: str) -> None:
        """End a session; one that is over already stays so."""
        held = tables.SESSION
        with writing(self._engine) as db:
            db.execute(sa.delete(held).where(held.c.hash == digest(token, SESSION)))

    def add_key(
        self,
        name: str,
        roles: Iterable[str],
        who: str,
        reach: Reach = EVERYTHING,
        days: int | None = None,
    ) -> tuple[Key, str]:
        """
        Add a key and give it with the text that callers send, which is shown this once.

        Args:
            name: what it is for; two keys may share it, for the days when one replaces the other.
            days: it holds so long; None: until it is revoked.

        Raises UsageError.
        """
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise UsageError(f"a key holds for 1 to {MOST_DAYS:,} days, not {days}")
        at, token = self._clock(), fresh(KEY)
        shown = {"name": login_of(name), "roles": roles_of(roles, "key"), **asdict(reach_of(reach))}
        shown["expires_at"] = None if days is None else at + days * DAY_S
        row = {"id": _id("k"), "tenant": self._tenant, **shown, "added_at": at}
        with writing(self._engine) as db:
            db.execute(sa.insert(tables.KEY).values(**row, hash=digest(token, KEY), used_on=""))
            self._log.write(db, who, "key_added", row["id"], shown)
            return self._key(db, row["id"]), token

    def key(self, token: str) -> Person:
        """
        Give who a key acts as. Raises SignInRefused when it is unknown, revoked or expired.

        Cost: one query by the primary key, and one write a day.
        """
        at, same = self._clock(), tables.KEY.c.hash == digest(token, KEY)
        with self._read.connect() as db:
            row = db.execute(sa.select(tables.KEY).where(same)).first()
        if row is None or not (key := key_of(row, at)).person.active:
            raise SignInRefused("the key does not hold", "an admin gives keys: qingjian key add")
        if key.used_on != (day := today(lambda: at)):
            with writing(self._engine) as db:
                db.execute(sa.update(tables.KEY).where(same).values(used_on=day))
        return key.person

    def revoke(self, id: str, who: str) -> None:
        """Take a key out of use. Raises NotFound, UsageError when it was revoked before."""
        with writing(self._engine) as db:
            if self._key(db, id).revoked_at is not None:
                raise UsageError(f"key {id} was revoked before")
            gone = sa.update(tables.KEY).where(tables.KEY.c.id == id)
            db.execute(gone.values(revoked_at=self._clock()))
            self._log.write(db, who, "key_revoked", id)

    def listed_keys(self) -> list[Key]:
        """Give all keys of the tenant, oldest first, also those out of use."""
        held = tables.KEY
        chosen = sa.select(held).where(held.c.tenant == self._tenant)
        with self._read.connect() as db:
            rows = db.execute(chosen.order_by(held.c.added_at, held.c.id))
            return [key_of(row, self._clock()) for row in rows]

    def entries(self, after: int = 0, most: int = 1_000) -> list[Entry]:
        """Give the changes of the tenant whose number is above `after`, oldest first."""
        with self._read.connect() as db:
            return self._log.read(db, after, most)

    def _row(self, db: sa.Connection, login: str, *, lock: bool = False) -> Any:
        if not possible(login):
            return None
        chosen = sa.select(USER).where(USER.c.tenant == self._tenant, USER.c.name == login)
        return db.execute(chosen.with_for_update() if lock else chosen).first()

    def _one(self, db: sa.Connection, name: str, *, lock: bool = False) -> Person:
        row = self._row(db, folded(name), lock=lock)
        if row is None:
            raise NotFound(f"no user {name!r}", "names stand in `qingjian user list`")
        return person_of(row)

    def _active(self, db: sa.Connection, name: str) -> Person:
        """Give an active user, to be changed. Raises NotFound, UsageError."""
        user = self._one(db, name, lock=True)
        if not user.active:
            raise UsageError(f"user {user.name!r} is not active", "add another: qingjian user add")
        return user

    def _admins(self, db: sa.Connection) -> set[str]:
        """Give the ids of active admins; until the end nobody else changes one."""
        chosen = sa.select(USER).where(USER.c.tenant == self._tenant, USER.c.active)
        rows = db.execute(chosen.order_by(USER.c.name).with_for_update())
        return {row.id for row in rows if "admin" in row.roles}

    def _key(self, db: sa.Connection, id: str) -> Key:
        held = tables.KEY
        chosen = sa.select(held).where(held.c.tenant == self._tenant, held.c.id == id)
        row = db.execute(chosen.with_for_update()).first()
        if row is None:
            raise NotFound(f"no key {id!r}", "ids stand in `qingjian key list`")
        return key_of(row, self._clock())

    def _end(self, db: sa.Connection, user: str) -> None:
        db.execute(sa.delete(tables.SESSION).where(tables.SESSION.c.user == user))


def _not_last(user: Person, admins: set[str]) -> None:
    """Raise UsageError when a user is the only one of the admins."""
    if admins == {user.id}:
        raise UsageError(f"{user.name!r} is the last admin", "make somebody else admin first")


def _id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(8)}"
