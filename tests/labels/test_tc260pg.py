from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs

from qingjian.core.errors import UsageError
from qingjian.labels import sign, sm2, tc260pg
from qingjian.labels.mark import Mark
from qingjian.labels.provenance import limits_of
from qingjian.labels.verify import verdict_of

needs.package("gmalg")

KEY = sm2.SM2Key(bytes(31) + b"\7")
OTHER = sm2.SM2Key(bytes(31) + b"\x08")
MARK = Mark("gb45438", "1", {"ContentProducer": "p", "ProduceID": "7"})
SIGNED = tc260pg.signed(MARK, KEY)

# Labels of two public Markdown files by one producer: facts, kept as they stand there.
_PRODUCER = "001191310104MACE0YX63918020"
_INFO = (
    "3059301306072A8648CE3D020106082A811CCF5501822D034200045728F08C58D9C72150A705693EF7337859F8FF21"
    "6E802630041AFAE5C036F0A67CB1FDF8C57F5F8B623284AE09E4E545464B7140B26BBDA51BAE965F854C57AA"
)
_FOUND = {
    "142569260085903360": (
        "3046022100AE6B84B3342128AE301A597596FCD9EECF3EA0FC2DB6C250BAF234E167298E9002210097223ABB647B"
        "786A90D0A1B93CB9382EA879563B2C7F025FA006BE16AE926C14"
    ),
    "147392816552226816": (
        "3045022100E816A5872275AE5414E7E0FD3D9B2C30F7B7FD68609D6486A38DF7CFAA1417B902201A510FBBE50819"
        "BAFF1FCC7B8527FF23CD40447D41A6776E6BCF1F773AE0DBBC"
    ),
}


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="takes an SM2 key"):
        tc260pg.signed(MARK, object())


def of(entries: list[Any], name: str = "PubSD", mark: Mark = MARK) -> Mark:
    code = json.dumps({"SecurityData": {"Type": "TC260PG", "Version": 1, name: entries}})
    return replace(mark, fields={**mark.fields, "ReservedCode1": code})


def entries(mark: Mark = SIGNED) -> list[dict[str, Any]]:
    found = json.loads(mark.fields["ReservedCode1"])["SecurityData"]["PubSD"]
    assert isinstance(found, list)
    return found


def changed(at: int, mark: Mark = MARK, **members: Any) -> Mark:
    found = entries()
    found[at] = {**found[at], **members}
    return of(found, mark=mark)


@pytest.mark.parametrize("number", _FOUND)
def test_labels_of_public_files_hold(number: str) -> None:
    algorithm = "1.2.156.10197.1.501"
    mark = of(
        [
            {
                "Type": "DS",
                "AlgID": algorithm,
                "TBSData": {"Type": "LabelMataData"},
                "Signature": _FOUND[number],
            },
            {"Type": "PubKey", "AlgID": algorithm, "KeyValue": _INFO},
        ],
        mark=Mark("gb45438", "1", {"ContentProducer": _PRODUCER, "ProduceID": number}),
    )
    assert tc260pg.checked(mark) == "unpinned"
    pinned = sm2.compressed(sm2.point_of(bytes.fromhex(_INFO)))
    assert tc260pg.checked(mark, {pinned}) == "valid"
    odd = replace(mark, fields={**mark.fields, "ProduceID": number[:-1] + "1"})
    assert tc260pg.checked(odd) == "none"
    assert tc260pg.checked(replace(mark, label="2"), {pinned}) == "none"


def test_another_producers_message_that_is_not_known_is_not_judged() -> None:
    said = b"Label=1&ContentProducer=p&ProduceID=7"
    found = [{k: v for k, v in entry.items() if k != "KeyID"} for entry in entries()]
    found[0]["Signature"] = sm2.der_of(KEY.sign(said)).hex().upper()
    mark = of(found)
    assert tc260pg.has_code(mark)
    for pins in ((), {KEY.public()}):
        assert tc260pg.checked(mark, pins) == "none"
    named = of([{**entry, "KeyID": "1"} for entry in found])
    assert tc260pg.checked(named) == "none"
    (told,) = limits_of([mark], ["none"])
    assert told == "its signature in the form TC260PG is not judged"
    assert verdict_of([mark], ["none"], "png").verdict == "confirmed"


def test_what_we_sign_holds_and_a_pinned_key_makes_it_valid() -> None:
    assert tc260pg.has_code(SIGNED)
    assert tc260pg.checked(SIGNED) == "unpinned"
    assert tc260pg.checked(SIGNED, {KEY.public()}) == "valid"
    assert tc260pg.checked(SIGNED, {OTHER.public()}) == "unpinned"
    assert SIGNED.fields["ReservedCode1"].isascii()


@pytest.mark.parametrize("name", ["ContentProducer", "ProduceID"])
def test_a_changed_word_is_invalid(name: str) -> None:
    odd = replace(SIGNED, fields={**SIGNED.fields, name: "x"})
    assert tc260pg.checked(odd) == "invalid"
    assert tc260pg.checked(replace(SIGNED, label="3")) == "invalid"
    assert tc260pg.checked(changed(1, KeyValue=sm2.info_of(OTHER.point).hex())) == "invalid"


def test_the_platforms_words_are_not_covered() -> None:
    more = {**SIGNED.fields, "ContentPropagator": "q", "PropagateID": "9"}
    assert tc260pg.checked(replace(SIGNED, fields=more)) == "unpinned"


@pytest.mark.parametrize(
    "value",
    [
        KEY.point.hex(),
        KEY.point[1:].hex().upper(),
        KEY.public().hex(),
        "00" + KEY.point[1:33].hex(),
        KEY.point[1:33].hex(),
    ],
)
def test_keys_are_read_in_the_forms_that_are_seen(value: str) -> None:
    assert tc260pg.checked(changed(1, KeyValue=value), {KEY.public()}) == "valid"


def test_a_digest_signed_in_the_messages_place_holds() -> None:
    message = b'"Label":"1","ContentProducer":"p","ProduceID":"7"'
    signature = sm2.der_of(KEY.sign(sm2.digest(message))).hex()
    assert tc260pg.checked(changed(0, Signature=signature)) == "unpinned"


@pytest.mark.parametrize(
    "mark",
    [
        changed(0, AlgID="1.2.840.113549.1.1.11"),
        changed(0, TBSData={"Type": "Content"}),
        changed(0, TBSData="Md"),
        changed(0, Signature="00"),
        changed(0, Signature=None),
        changed(0, Signature="3" * 9999),
        changed(0, KeyID="2"),
        changed(0, KeyID=[]),
        changed(0, Type="Bindings"),
        changed(1, AlgID="1"),
        changed(1, KeyValue="zz"),
        changed(1, KeyValue=7),
        changed(1, KeyValue=""),
        changed(1, KeyValue="04" + "11" * 64),
        changed(1, KeyValue="30" + "11" * 90),
        of(entries()[:1]),
        of(entries()[1:]),
        of(entries(), "PubSd"),
        of([1, None, "DS"]),
        of(entries() * 9),
        of([]),
    ],
)
def test_what_cannot_be_read_is_not_judged(mark: Mark) -> None:
    assert tc260pg.checked(mark) == "none"
    assert sign.checked(mark, "") == "none"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "TC260PG",
        '["TC260PG"]',
        '{"SecurityData":"TC260PG"}',
        '{"SecurityData":{"Type":"TC260PG"}}',
        '{"SecurityData":{"Type":"other","PubSD":[{"Type":"TC260PG"}]}}',
        '{"SecurityData":{"Type":"TC260PG","PubSD":' + "[" * 5000 + "]" * 5000 + "}}",
        "TC260PG" * 20_000,
    ],
)
def test_other_codes_are_of_another_form(code: str) -> None:
    mark = replace(MARK, fields={"ReservedCode1": code})
    assert not tc260pg.has_code(mark)
    assert tc260pg.checked(mark) == "none"


def test_a_failure_is_no_proof_where_the_message_is_not_known() -> None:
    more = {"Type": "Md", "CntSel": "1"}
    odd = replace(MARK, fields={**MARK.fields, "ProduceID": "8"})
    assert tc260pg.checked(changed(0, TBSData=more)) == "unpinned"
    assert tc260pg.checked(changed(0, odd, TBSData=more)) == "none"
    for words in ("某公司", 'a"b', "a\\b"):
        named = replace(SIGNED, fields={**SIGNED.fields, "ContentProducer": words})
        assert tc260pg.checked(named) == "none"


def test_the_second_code_is_not_judged() -> None:
    code = SIGNED.fields["ReservedCode1"]
    mark = replace(MARK, fields={**MARK.fields, "ProduceID": "x", "ReservedCode2": code})
    assert not tc260pg.has_code(mark)
    assert sign.checked(mark, "") == "none"


@pytest.mark.parametrize("words", ["某公司", 'a"b', "a\nb"])
def test_words_whose_signed_form_is_not_known_are_refused(words: str) -> None:
    mark = replace(MARK, fields={**MARK.fields, "ContentProducer": words})
    with pytest.raises(UsageError, match="plain ASCII"):
        tc260pg.signed(mark, KEY)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda t: st.lists(t)))
def test_any_value_in_any_place_is_answered(value: Any) -> None:
    for name in ("Type", "AlgID", "TBSData", "Signature", "KeyID"):
        assert tc260pg.checked(changed(0, **{name: value})) in ("none", "unpinned", "invalid")
    for name in ("Type", "AlgID", "KeyValue", "KeyID"):
        assert tc260pg.checked(changed(1, **{name: value})) in ("none", "unpinned", "invalid")


def test_without_the_package_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2, "installed", lambda: False)
    assert tc260pg.checked(SIGNED) == "none"
