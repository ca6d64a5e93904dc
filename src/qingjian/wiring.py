"""
Settings to services: the only place that builds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qingjian.cases.workflows import WORKFLOWS as OF_CASES
from qingjian.core.card import Quality, Workflow
from qingjian.core.errors import ConfigError
from qingjian.core.registry import Detector, Registry, discover
from qingjian.core.settings import Settings
from qingjian.core.settings import load as load_settings
from qingjian.core.types import NOTHING_KNOWN, About, Decision, Finding, Item, Scanned, Text
from qingjian.engine.endpoint import Endpoint
from qingjian.engine.judge import FORMS, SecondOpinion
from qingjian.engine.remote import remote_detector
from qingjian.engine.remotes import read_remotes
from qingjian.engine.run import Engine, Limits, Recall
from qingjian.evals.results import measured_ids, qualities
from qingjian.evals.workflows import said
from qingjian.labels.workflows import WORKFLOWS as OF_LABELS
from qingjian.media.extract import extractors
from qingjian.policy.decide import decide
from qingjian.policy.load import load
from qingjian.policy.rules import Pack

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine as Store

    from qingjian.access.accounts import Accounts
    from qingjian.archive.incidents import Incidents
    from qingjian.cases.blocked import Blocklist
    from qingjian.cases.holds import Holds
    from qingjian.cases.orders import Orders
    from qingjian.cases.policies import Live, Policies
    from qingjian.cases.proof import Proof
    from qingjian.cases.retention import Retention
    from qingjian.cases.safe import Safe
    from qingjian.cases.sql import Cases
    from qingjian.cases.submissions import Submissions
    from qingjian.cases.webhooks import Webhooks
    from qingjian.flows.shadow import Watch

T = TypeVar("T")
SURFACES = ("ugc", "prompt", "answer", "listing", "corpus")


@dataclass
class Services:
    """
    Everything a door needs, built when first asked for.

    Args:
        settings: in force.
        only: ids of detectors to run; None runs all.
        live: the version of the policy that decides; None asks the database.
    """

    settings: Settings
    only: tuple[str, ...] | None = None
    live: Live | None = None

    @cached_property
    def registry(self) -> Registry:
        """All detectors, those with weights of one's own built with them. Raises ConfigError."""
        found = discover()
        bound = {
            id: replace(one, factory=partial(one.factory, weights=str(self.own_weights[id])))
            for id, one in found.detectors.items()
            if id in self.own_weights
        }
        for id, path in self.own_weights.items():
            if id not in bound or not bound[id].card.scoring:
                raise ConfigError(f"{path}: no detector {id!r} weighs", "name it ID.model")
        return replace(found, detectors={**found.detectors, **bound, **self.added})

    @cached_property
    def added(self) -> Mapping[str, Detector[Any]]:
        """Detectors of one's own lists and of endpoints of others. Raises ConfigError."""
        from qingjian.detectors.lists import list_detectors  # slow to import

        made = list_detectors(self.settings.lists)
        if self.settings.remotes:
            described = read_remotes(Path(self.settings.remotes))
            made |= {one.card.id: one for one in map(remote_detector, described)}
        return made

    @cached_property
    def own_weights(self) -> Mapping[str, Path]:
        """Files with weights of one's own by detector. Raises ConfigError."""
        if not self.settings.weights:
            return {}
        folder = Path(self.settings.weights)
        if not folder.is_dir():
            raise ConfigError(f"weights: no folder {folder}", "it holds files named ID.model")
        return {path.stem: path for path in sorted(folder.glob("*.model"))}

    @cached_property
    def engine(self) -> Engine:
        """The engine over the chosen detectors."""
        s = self.settings
        limits = Limits(s.budget_ms, s.max_child_items, s.max_depth)
        from qingjian.detectors.instruments.shelf import SHELF  # slow to import

        made = Engine(
            self.registry, self.only, extractors(), limits, self.second_opinion, self.recall
        )
        SHELF.compile()
        return made

    @cached_property
    def recall(self) -> Recall | None:
        """What asks the archive about a text; None where no database is named."""
        if not self.settings.db:
            return None
        from qingjian.archive.recall import Recall as Asked  # pulls in the database
        from qingjian.archive.recall import index_folder

        return Asked(self.settings.db, index_folder(self.settings.db))

    @cached_property
    def store(self) -> Store:
        """The database, its tables brought up to date. Raises ConfigError."""
        from qingjian.store.engine import open_store  # pulls in the database

        if not self.settings.db:
            raise ConfigError("db: no database is named", "name a file or a server: --db FILE|URL")
        return open_store(self.settings.db)

    @cached_property
    def incidents(self) -> Incidents:
        """The incident rooms of the database. Raises ConfigError."""
        from qingjian.archive.incidents import Incidents  # pulls in the database
        from qingjian.detectors.instruments.fold import fold  # slow to import

        return Incidents(self.store, spelling=lambda text: fold(text).text)

    @cached_property
    def cases(self) -> Cases:
        """The cases of the database. Raises ConfigError."""
        from qingjian.cases.sql import Cases  # pulls in the database

        s = self.settings
        days = s.authority_report_days
        return Cases(self.store, s.tenant, lang=s.lang, report_days=days, safe=self.safe)

    @cached_property
    def orders(self) -> Orders:
        """The orders of authorities, and the cases of their items. Raises ConfigError."""
        from qingjian.cases.orders import Orders  # pulls in the database

        return Orders(self.store, self.cases)

    @cached_property
    def submissions(self) -> Submissions:
        """What authorities have to be told. Raises ConfigError."""
        from qingjian.cases.submissions import Submissions  # pulls in the database

        return Submissions(self.store, self.settings.tenant)

    @property
    def safe(self) -> Safe:
        """What keeps the contents of sealed cases. Raises ConfigError."""
        from qingjian.cases.safe import safe

        s = self.settings
        return safe(s.sealed_contents, s.sealed_key_file, s.sealed_report_hours)

    @cached_property
    def holds(self) -> Holds:
        """What of the database is kept on somebody's word. Raises ConfigError."""
        from qingjian.cases.holds import Holds  # pulls in the database

        return Holds(self.store, self.settings.tenant)

    @cached_property
    def blocked(self) -> Blocklist:
        """Hashes that victims handed in. Raises ConfigError."""
        from qingjian.cases.blocked import Blocklist  # pulls in the database

        return Blocklist(self.store, self.settings.tenant)

    @cached_property
    def copies(self) -> frozenset[str]:
        """SHA-256 of what is blocked as the database has it now; none without a database."""
        return self._asked(_approved) or frozenset()

    @cached_property
    def retention(self) -> Retention:
        """What lets contents of the database go. Raises ConfigError."""
        from qingjian.cases.retention import Retention  # pulls in the database

        return Retention(self.store, self.settings.tenant, self.settings.retention_days)

    @cached_property
    def proof(self) -> Proof:
        """The chain of the database's cases, as it is stored. Raises ConfigError."""
        from qingjian.cases.proof import Proof  # pulls in the database

        return Proof(self.store, self.settings.tenant)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Who is told of what happens in cases. Raises ConfigError."""
        from qingjian.cases.webhooks import Webhooks  # pulls in the database

        return Webhooks(self.store, self.settings.tenant)

    @cached_property
    def accounts(self) -> Accounts:
        """Users and keys of the database. Raises ConfigError."""
        from qingjian.access.accounts import Accounts  # pulls in the database

        return Accounts(self.store, tenant=self.settings.tenant)

    @cached_property
    def second_opinion(self) -> SecondOpinion | None:
        """Who is asked about findings in doubt; None by default. Raises ConfigError."""
        s = self.settings
        if not s.judge_url:
            return None
        form = next((f for f in FORMS if f == s.judge_form), None)
        if form is None:
            raise ConfigError(f"no judge_form {s.judge_form!r}", f"one of: {', '.join(FORMS)}")
        key = ""
        if s.judge_key_file:
            try:
                key = Path(s.judge_key_file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"judge_key_file: {error}", "it holds the key alone") from None
        asked = Endpoint(s.judge_url, s.judge_model, key, s.judge_timeout_s, bool(s.judge_stream))
        return SecondOpinion(asked.ask, form, s.judge_calls)

    @cached_property
    def known(self) -> Mapping[str, bool]:
        """Ids of all detectors, and whether each scores."""
        return {id: d.card.scoring for id, d in self.registry.detectors.items()}

    @cached_property
    def serves(self) -> Mapping[str, tuple[str, ...]]:
        """Rows of the notice by detector."""
        return {id: d.card.serves for id, d in self.registry.detectors.items()}

    @cached_property
    def quality(self) -> Mapping[str, tuple[Quality, ...]]:
        """Measured quality by detector, one entry a set."""
        return qualities(self.registry)

    @cached_property
    def workflows(self) -> Mapping[Workflow, str]:
        """What was measured of each workflow, in words."""
        return {workflow: said(workflow) for workflow in (*OF_LABELS, *OF_CASES)}

    @property
    def policy(self) -> str:
        """The name of the policy in force, or its file. Raises ConfigError."""
        if self.settings.surface not in SURFACES:
            raise ConfigError(
                f"no surface {self.settings.surface!r}", f"one of: {', '.join(SURFACES)}"
            )
        return self.settings.policy or self.settings.surface

    @cached_property
    def pack(self) -> Pack:
        """
        The policy in force: the live version of its name in the database, else shipped or a file.

        Raises ConfigError, NotFound.
        """
        self.live = self.live or self._live()
        if self.live is None:
            return load(self.policy, self.known)
        from qingjian.cases.policies import pack_of  # pulls in the database

        return pack_of(self.live, self.known)

    def _live(self) -> Live | None:
        def live(store: Store, tenant: str) -> Live | None:
            from qingjian.cases.policies import Policies  # pulls in the database

            return Policies(store, tenant).live(self.policy)

        return self._asked(live)

    def _asked(self, ask: Callable[[Store, str], T]) -> T | None:
        """Give an answer by a connection that is closed again, as workers are forked later."""
        if not self.settings.db:
            return None
        from qingjian.store.engine import open_store
        from qingjian.store.sqlite import file_of

        path = file_of(self.settings.db)
        if path is not None and not path.exists():
            return None
        engine = open_store(self.settings.db)
        try:
            return ask(engine, self.settings.tenant)
        finally:
            engine.dispose()

    def renew(self, live: Live | None) -> None:
        """Decide by another version from now on."""
        self.live = live
        for name in ("pack", "watch"):
            vars(self).pop(name, None)

    @cached_property
    def policies(self) -> Policies:
        """The versions of policies in the database. Raises ConfigError."""
        from qingjian.cases.policies import Policies  # pulls in the database

        return Policies(self.store, self.settings.tenant)

    @cached_property
    def watch(self) -> Watch | None:
        """What counts what versions would do; None where none is live or in shadow."""
        from qingjian.flows.shadow import watch  # pulls in the database

        factor = self.settings.flood_factor
        return watch(self.policies, self.policy, self.known, self.measured, factor)

    @cached_property
    def measured(self) -> frozenset[str]:
        """Detectors whose blind quality is measured and speaks for code and weights as they are."""
        return measured_ids(self.quality) - self.own_weights.keys() - self.added.keys()

    def decide(self, scanned: Scanned) -> Decision:
        """Give the decision of the policy in force."""
        return decide(self.pack, scanned, self.measured)


def _approved(store: Store, tenant: str) -> frozenset[str]:
    from qingjian.cases.blocked import Blocklist  # pulls in the database

    return Blocklist(store, tenant).approved()


def services(settings: Settings, only: Iterable[str] | None = None) -> Services:
    """Give the services for settings."""
    return Services(settings, tuple(dict.fromkeys(only)) if only is not None else None)


@dataclass(frozen=True, slots=True)
class Result:
    """What `scan` gives: what was seen, and what the policy asks for."""

    scanned: Scanned
    decision: Decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, opposed ones included."""
        return self.scanned.findings


@cache
def _door(surface: str, policy: str) -> Services:
    loaded = load_settings().settings
    return Services(
        replace(loaded, surface=surface or loaded.surface, policy=policy or loaded.policy)
    )


def scan(
    content: str | Item, *, about: About = NOTHING_KNOWN, surface: str = "", policy: str = ""
) -> Result:
    """
    Look at one text or item in this process and decide; the Python door.

    Args:
        content: a text, or any item.
        about: what is known about a text; an item brings its own.
        surface: ugc, prompt, answer, listing or corpus; the setting by default.
        policy: a pack by name or file; the surface's own by default.

    A detector that hangs hangs the caller: `qingjian scan` runs detectors in processes that can be
    killed.
    """
    door = _door(surface, policy)
    item = Text(id="text", body=content, about=about) if isinstance(content, str) else content
    scanned = door.engine.scan(item)
    return Result(scanned, door.decide(scanned))
