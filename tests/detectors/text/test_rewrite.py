from __future__ import annotations

import pytest

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Finding, Role, Text
from qingjian.detectors.text.rewrite import rewrite

SOURCE = (
    "5月12日上午，河西路居民周女士到市第二医院看病，候诊47分钟，问诊3分钟，挂号费50元。"
    "她告诉记者：“钱没少花，话没说上。”院方表示，6月起将增开12个夜间门诊。"
)
REWRITTEN = (
    "家人们谁懂啊！五月十二号一大早，周女士去了市第二医院，足足等了四十七分钟，医生三分钟就打发了她，"
    "挂号还要五十块。“钱没少花，话没说上”，她说。医院回应说从六月开始要多开十二个夜间门诊。"
)
OTHER = (
    "我上个月也去过那家医院，排队排到怀疑人生，幸好带了本小说。医生倒是挺耐心，问得很细，"
    "开的药也便宜，总共才花了六十多块，回家路上还顺便买了菜。"
)


def findings(body: str, *sources: str, role: Role | None = "author") -> tuple[Finding, ...]:
    item = Text(id="x", body=body, sources=sources, about=About(role=role))
    return rewrite.build()(item).findings


def test_both_spellings_of_a_kept_detail_are_shown() -> None:
    [finding] = findings(REWRITTEN, SOURCE)
    assert finding.evidence["kind"] == "follows"
    kept = finding.evidence["kept"]
    assert isinstance(kept, tuple)
    assert {"四十七分钟 = 47分钟", "五十块 = 50元", "三分钟 = 3分钟"} <= set(kept)


def test_the_closest_of_the_sources_is_named_and_all_are_ranked() -> None:
    [finding] = findings(REWRITTEN, OTHER, SOURCE)
    assert finding.evidence["source"] == 2
    ranked = finding.evidence["ranked"]
    assert isinstance(ranked, tuple)
    assert [r.split(":")[0] for r in ranked] == ["source 2", "source 1"]


def test_another_account_of_the_same_matter_passes() -> None:
    assert findings(OTHER, SOURCE) == ()


def test_a_copied_passage_in_a_text_of_its_own_is_found_and_quoting_it_is_no_hit() -> None:
    own = (
        "早上喝了粥，去公园走了6公里，碰见1998年就认识的老同事，他非要请我吃18块的面，"
        "从9点20分聊到了中午，说他孙子考了98分，股票跌了三成，我听得直打瞌睡。"
    )
    source = (
        SOURCE
        + "另据统计，该院去年门诊88万人次，住院3.1万人，手术9700台，其中骨科占两成，儿科占15%。"
    )
    [finding] = findings(own * 3 + SOURCE[:60] + "。" + own * 3, source)
    assert finding.evidence["kind"] == "passage"
    assert not finding.opposed
    [quoted] = findings(own * 3 + "报道写道：「" + SOURCE[:60] + "」" + own * 3, source)
    assert quoted.opposed


def test_a_named_source_speaks_against_it() -> None:
    [finding] = findings("转载自：城关晚报\n" + SOURCE, SOURCE)
    assert finding.opposed


@pytest.mark.parametrize(
    ("body", "sources", "role", "why"),
    [
        (REWRITTEN, (), "author", "no sources"),
        (REWRITTEN, (SOURCE,), "assistant", "author"),
        (REWRITTEN[:30], (SOURCE,), "author", "fewer"),
        (REWRITTEN, ("长" * 200_001,), "author", "more than"),
    ],
)
def test_what_cannot_be_compared_is_left_alone(
    body: str, sources: tuple[str, ...], role: Role, why: str
) -> None:
    with pytest.raises(Abstain, match=why):
        findings(body, *sources, role=role)
