"""
What a passage states that can be checked, and signs that its writer does not take it for proof.

Passages are folded: Chinese is simplified, Latin small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.detectors.instruments.folded_patterns import as_folded

_FIGURE = re.compile(
    as_folded(
        r"(?:\d[\d,.]*|[一二两三四五六七八九十百千万半]{1,6})\s?(?:%|成|倍|元|块|万|亿|岁|度|人|名|个人|吨|斤|克|毫克|公斤|公里|米|级|次|年(?!轻|级)|"
        r"月|号|日|天|点(?!赞|击|评)|小时|分钟|届|家|例|起|辆|套|平|亩|个点|个百分点)|百分之|几(?:十|百|千)?(?:万|亿)|[一二两三四五六七八九][百千万]|[涨降调升减][到至]\s?\d|\d{4,}"
    )
)
_EVENT = re.compile(
    as_folded(
        r"(?:永久|全面|正式|即将|马上|已经?|下[周月]|明[天年]|今[晚天年冬夏])?[^，,。]{0,4}(?:停水|停电|停止|停业|停产|停招|停办|关闭|关停|倒闭|"
        r"破产|跑路|涨价|降价|上调|下调|调到|调整|取消|收费|免费|报销|补贴|召回|下架|禁止|禁售|封闭|拆迁|拆除|改建|新建|要建|开建|建于|"
        r"合并|裁员|上市|退市|爆炸|起火|着火|坍塌|泄漏|地震|寒潮|暴雨|洪水|台风|中毒|死[了亡者]|去世|离婚|结婚|怀孕|被抓|被查|判[了刑处]|获奖|"
        r"造假|假的|掺|过期|超标|漏电|质量问题|含(?!义|糊|泪|蓄)|添加|污染|辐射|感染|传染|疫情|退休|改成|改为|实施|执行|开通|通车|通航|开学|放假|"
        r"提前|延期|推迟|录取|泄露|盗刷|冻结|封号|限购|解除)"
    )
)
_EFFECT = re.compile(
    as_folded(
        r"(?:治[好疗愈]|根治|治(?=[一-鿿]{1,5}(?:病|症|癌))|能[防治降抗杀排解溶缓补]|可以[防治降抗杀排解溶缓]|降[血压糖脂]|抗癌|防癌|致癌|有毒|剧毒|"
        r"导致|引起|引发|会[得患伤致产]|杀死|杀菌|排毒|溶解|预防|延长寿命|见效|有效|相克|激素|流失|伤[肝肾胃脑]|缺(?:乏|维|钙|铁|锌)|亚硝酸|甲醛|黄曲霉|"
        r"变[傻瞎聋]|不孕|猝死|中风|血栓|结石|是[^，,。]{1,8}做的|用[^，,。]{1,8}做的)"
    )
)
_ADVICE = re.compile(
    as_folded(
        r"推荐|建议(?!停)|攻略|文案|起名|取名|改简历|简历|写(?:了|的|首|篇|份|段|个|作|诗|文)|作文|代码|翻译|段子|笑话|画[了的个画得一这]|作曲|"
        r"编曲|穿搭|食谱|行程|ppt|会议纪要|讲题|做题|这题|解题|口语|练习|头像|修图|壁纸|聊天|陪我|算命|星座|塔罗|彩票|运势|发财|"
        r"晚安(?!排)|闹钟|叫我|放歌|导航|加油站|小说|连载|剧本|游戏|相亲|取代|融资|上线了?|更新了?|支持[^，,。]{0,6}万字|课|素养|毕业照|配音|"
        r"退款|人工(?!智能)|投诉|房贷|市盈率|科普|对比了|折线图|公式"
    )
)
_MISTRUST = re.compile(
    as_folded(
        r"(?:胡[编说扯诌]|瞎[编说扯掰]|编[的了造出]|幻觉|翻车|错[的了误得]|不准|不对(?:吧)?|离谱|扯淡|扯[^，。]{0,3}$|打脸|查无|没这回事|没有的事|"
        r"别[^，。！？!?]{0,8}(?:信|当真|当圣旨|当证据|传|听|引用)|不(?:能|要|可|应)[^，。！？!?]{0,6}(?:信|当真|代替|替代|传|当证据|照搬)|当不得|"
        r"没有?依据|哪来的依据|凭什么|无依据|谣言|辟谣|不实|有误|以[^，。]{2,14}为准|核对|去查|核实[^过了后，。]{0,4}(?:一下|再)|没核实|道歉|已删|"
        r"真的假的|真假|靠谱[吗不]|靠谱$|准[吗不]|对[吗不]\b|对吗|是真的[吗么]|真的[吗么]|有人(?:知道|查过|问过|懂)|有没有(?:人|在)|求证|求[个]?(?:准信|辟谣|科普|解答)|"
        r"请教|该(?:听|信)谁|信谁|敢信|可信[吗么]|怎么(?:看|回事)|笑死|笑不活|哈哈|人工智障|废话|自己打架|打架|算错|答错|背串|漏了|很有精神|六根手指|"
        r"(?:暂时)?无法回答|白问|怎么可能|我才?不信|存疑|持保留|忽悠|骗(?!我们|你|人的?真)|诈骗|套信息|举报|警惕|谨防|当心|实测|评测|测试|研究|调查|罚(?!款)|被判|"
        r"素养|标识|规定(?:要)?打标|生成的?(?:谣言|虚假|内容)|预测彩票)"
    )
)
_REASSURED = re.compile(
    as_folded(
        r"不是我?瞎[说编]|没瞎说|不是(?:谣言|假的)|不会骗|骗不了|不骗人|别不信|不信(?:你|的|自己|就)|还不信|谁说假|"
        r"有人说(?:是)?假的?[,，]可"
    )
)


def checkable(passage: str, after: int, before: int) -> str:
    """
    Give the words that can be checked; empty for none.

    Args:
        passage: a citation and what stands around it.
        after, before: where the citation ends and begins in it.
    """
    for part in (passage[after:], passage[:before]):
        for pattern in (_FIGURE, _EFFECT, _EVENT):
            if m := pattern.search(part):
                return m[0]
    return ""


def mistrusted(text: str) -> Iterator[str]:
    """Give words by which a text doubts, asks after, checks or corrects what it cites."""
    plain = _REASSURED.sub("＿", text)
    return (m[0] for m in _MISTRUST.finditer(plain))


def playful(passage: str) -> Iterator[str]:
    """Give words by which an AI is used for advice, taste, work or play."""
    return (m[0] for m in _ADVICE.finditer(passage))
