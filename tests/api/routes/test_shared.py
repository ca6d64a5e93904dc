from __future__ import annotations

from qingjian.api.answers import Fault
from qingjian.api.guard import Guarded
from qingjian.api.routes.shared import FAULTS, router


def test_routes_of_every_noun_are_guarded_and_tell_their_errors() -> None:
    made = router("a noun")
    assert made.route_class is Guarded
    assert {one["model"] for one in FAULTS.values()} == {Fault}
    assert {401, 403, 413, 429} <= {int(status) for status in FAULTS}
