"""
Versions of policies in the store: their texts kept by hash, what is done to them on the chain.

They stand on the chain of the cases, so that one proof covers what was decided and by which rules:
nobody can say later that another version was in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases import tally
from qingjian.cases import versions as acts
from qingjian.cases.event import OF_POLICIES, Draft
from qingjian.cases.register import NO_CONTENTS, Register, Written
from qingjian.cases.tally import Tally
from qingjian.cases.versions import Version, Versions
from qingjian.core.clock import Clock, now
from qingjian.core.errors import ConfigError, Conflict, NotFound, UsageError
from qingjian.core.hashing import sha256
from qingjian.policy.load import foreign, parse
from qingjian.policy.rules import Pack, narrowed
from qingjian.store.tables.case import SNAPSHOT

MOST_BYTES = 1_000_000
LONGEST_RULE = 120
Act = Callable[[Versions], list[Draft]]


class Live(NamedTuple):
    """What decides: the text of a version, and the rules of it that are suspended."""

    text: str
    suspended: tuple[str, ...]


class Policies:
    """
    The versions of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self.tenant = tenant
        self._register = Register(engine, tenant, clock, OF_POLICIES, acts.versions)
        self._read = engine.execution_options(reads=True)

    def add(self, text: str, who: str, known: Mapping[str, bool], where: str = "policy") -> Version:
        """
        Keep a version and give it; a text that is kept already stays as it is.

        Args:
            text: TOML.
            known: ids of detectors, and whether each scores.
            where: what faults call the text.

        Raises UsageError with the first fault of an unfit one, Conflict where its name and version
        stand for another text.
        """
        if len(text.encode()) > MOST_BYTES:
            raise UsageError(f"{where} has more than {MOST_BYTES:,} bytes", "split the policy")
        pack, faults = parse(text, where, known)
        faults += foreign(pack) if pack is not None and not faults else []
        faults += [
            f"{rule.where}: rule {rule.id[:40]}…: the id has more than {LONGEST_RULE} characters"
            for rule in (pack.rules if pack is not None else ())
            if len(rule.id) > LONGEST_RULE
        ]
        if pack is None or faults:
            raise UsageError(f"{where} is unfit: {faults[0]}", "`qingjian policy check` shows all")
        hash = sha256(text.encode())
        named = {"surface": pack.surface, "name": pack.name, "number": pack.version}

        def added(stand: Versions) -> list[Draft]:
            same = [v for v in stand.values() if v.label == f"{pack.name} {pack.version}"]
            if hash in stand:
                return []
            if same:
                hint = "give the text another version"
                raise Conflict(f"{same[0].label} is another text already", hint)
            return [Draft("policy_added", {"version": hash, "words": hash, **named})]

        self._did(who, added, {hash: ("policy", text.encode())})
        return self.all()[hash]

    def act(self, named: str, who: str, act: Callable[[Version], list[Draft]]) -> Version:
        """Do something to a version and give it as it stands then. Raises what the act refuses."""
        one = acts.chosen(self.all(), named)

        self._did(who, lambda stand: act(stand[one.hash]))
        return self.all()[one.hash]

    def publish(self, named: str, who: str) -> Version:
        """Let a version decide. Raises NotAllowed for its author, Conflict, NotFound."""
        rows = self.tally(named).rows
        return self.act(named, who, lambda one: acts.publish(one, who, rows))

    def rollback(self, name: str, who: str, reason: str) -> Version:
        """Let the version decide that did before. Raises NotFound, UsageError."""
        self._did(who, lambda stand: acts.rollback(stand, name, reason))
        made = acts.live(self.all(), name)
        assert made is not None  # it was just made so
        return made

    def all(self) -> dict[str, Version]:
        """Give all versions by hash, oldest first."""
        return self._register.stand()

    def get(self, named: str) -> Version:
        """Give a version by hash, first letters or label. Raises NotFound, UsageError."""
        return acts.chosen(self.all(), named)

    def text(self, hash: str) -> str:
        """Give the text of a version. Raises NotFound."""
        mine = (SNAPSHOT.c.tenant == self.tenant, SNAPSHOT.c.hash == hash)
        with self._read.connect() as db:
            body = db.scalar(sa.select(SNAPSHOT.c.body).where(*mine, SNAPSHOT.c.kind == "policy"))
        if body is None:
            raise NotFound(f"no text of version {hash}")
        return bytes(body).decode()

    def live(self, name: str) -> Live | None:
        """Give what decides in place of the policy of a name, None where no version is live."""
        one = acts.live(self.all(), name)
        return Live(self.text(one.hash), one.suspended) if one is not None else None

    def tally(self, named: str) -> Tally:
        """Give what was counted of a version. Raises NotFound."""
        one = self.get(named)
        with self._read.connect() as db:
            return tally.read(db, self.tenant, [one.hash])[one.hash]

    def _did(
        self, who: str, act: Act, contents: Mapping[str, tuple[str, bytes]] = NO_CONTENTS
    ) -> None:
        def placed(stand: Versions, _at: float) -> Written:
            return [(acts.place(one.data["version"]), one) for one in act(stand)]

        self._register.act(who, placed, contents)


def pack_of(one: Live, known: Mapping[str, bool]) -> Pack:
    """Give the pack that decides, without the rules that are suspended. Raises ConfigError."""
    pack, faults = parse(one.text, "the live version", known)
    if pack is None or faults:
        raise ConfigError(f"the live version cannot be used: {faults[0]}", "publish another one")
    return narrowed(pack, {r.id for r in pack.rules} - {*one.suspended}) if one.suspended else pack
