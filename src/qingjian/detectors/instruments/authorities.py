"""
Who a text appeals to: an AI that is said to have told something, or a source people can look up.

Places are code points of folded text, in which Chinese is simplified and Latin small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qingjian.detectors.instruments.folded_patterns import as_folded

_NAME = (
    r"(?:deep\s?seek|深度求索|(?<![a-z])ds(?![a-z])|豆包|文心一言|文心|kimi|通义千问|通义|千问|chat\s?gpt|gpt-?[345]?o?|腾讯元宝|元宝|"
    r"claude|gemini|copilot|讯飞星火|星火|智谱清言|智谱|天工|grok|小爱同学|小爱|小艺(?!术)|小度|siri|混元|秘塔|纳米ai|夸克|"
    r"(?<![a-z])ai(?:助手|客服|模型|软件|医生|问答|搜索|工具|大模型|机器人)?(?![a-z])|人工智能|大模型|智能(?:助手|问答|客服|体)|语音助手|机器人)"
)
_SAYS = (
    r"(?:说|讲|答|回[答复应]|告诉|表示|给[出的了我]|显示|称|指出|分析|测算|推算|预测|计算|算[出过得]|证[实明]|确认|承认|"
    r"查[到出了证明询实过]|检索|搜[到出]|推理|认出|识图|翻出|找[到出着]|鉴[定过]|列[的出得]|写[着得]|提示|提醒|透露|爆料|认定|鉴定|诊断|判断|总结|统计|估[算计]|核实|掀|揭露|揭秘|"
    r"的(?:回答|答案|说法|数据|结论|结果|分析|测算|原话|解释|最新消息|判断|统计|资料|话)|(?:最新|的)?消息|(?:原话|亲口|实锤|认证|盖章|截图|答案|结论|结果))"
)
_BETWEEN = r"[^。！？!?\n；;，,：:“”\"]{0,8}?"
_TOLD = re.compile(
    as_folded(
        rf"(?P<by>{_NAME}){_BETWEEN}{_SAYS}|"
        rf"(?:据|根据|按照?|依据|来自|转自){_BETWEEN}(?P<as>{_NAME})|"
        rf"(?:问|[查搜]|咨询|核实|验证|请教)[过了下一遍次]{{0,3}}{_BETWEEN}(?P<asked>{_NAME})|"
        rf"(?:用|拿|让|找|叫|请|通过|靠){_BETWEEN}(?P<used>{_NAME}){_BETWEEN}(?:查|问|算|核|搜|验证|分析|测|检索|比对|识别|诊断|鉴|跑[了过]|推)|"
        rf"(?P<hearing>{_NAME}){_BETWEEN}(?:不会(?:骗|[记弄搞]?错|撒谎)|还能有假|都知道|懂)|"
        rf"(?:来源|出处|依据|引自|资料|数据)[^。！？!?\n，,]{{0,3}}?[:：是为自]\s?(?P<source>{_NAME})|"
        rf"由(?P<giver>{_NAME})(?:提供|给出|统计|认证|核实)|[(（](?P<noted>{_NAME})[,，\s]*20\d\d|"
        rf"(?P<quoted>{_NAME})[”」』》)）]?[:：]|(?:跟|和)(?P<talked>{_NAME})聊[^。！？!?]{{0,6}}知道"
    )
)
_GROUPS = tuple(_TOLD.groupindex)
_SOURCE = re.compile(
    as_folded(
        r"(?:卫健委|疾控|教育局|教育部|社保局|人社局|医保局|公安局?|警方|交警|法院|检察院|统计局|市监局|市场监管|应急管理|气象[台局]|"
        r"海关|税务局|住建局|交通局|文旅局|水务局|供电局?|网信办|央行|银保监|证监会|民政局|街道办|居委会|管委会|消协|药监局|国务院|发改委|"
        r"校方|院方|厂家|厂商|官方|物业|社区|铁路|12306|景区|品牌方|当事人|门店|银行|公司)[^。！？!?\n]{0,14}"
        r"(?:通报|公告|通知|发布|公布|回应|回复|答复|证实|确认|表示|称|文件|官网|公众号|说[:：,，]|提示|澄清|明确)|"
        r"(?:官网|官微|官方(?:公众号|微博|网站|文件|通报|数据)|红头文件|门户网站|年鉴|白皮书|说明书上|公示栏|窗口)|"
        r"(?:论文|期刊|杂志|《[^》]{2,20}》|新华社|央视|人民日报|日报|晚报|电视台|记者)[^。！？!?\n]{0,12}(?:刊|报道|发表|载|文|写|显示|求证|称|调查|实测)|"
        r"问[了过]?(?:店长|店员|老板|经理|师傅|房东|导游|前台|收费员|管理员|班主任)|(?:医生|大夫|教授|专家|律师|主任|老师|工作人员|客服电话|热线)[^。！？!?\n，,]{0,6}(?:说|讲|告诉|表示|提醒|指出|确认|介绍)|"
        r"(?:打|拨)[^。！？!?\n]{0,8}(?:\d{5,}|热线|电话)[^。！？!?\n]{0,6}(?:问|确认|核实|求证)|据[^。，,]{1,10}(?:局|厅|委|部|院|台|报)(?:数据|消息|通报|介绍|统计)?"
    )
)

_SILENT = re.compile(as_folded(r"不敢|没有?|未|不[肯愿]|拒绝|至今不|还不|瞒着|不让"))


@dataclass(frozen=True, slots=True)
class Cited:
    """An AI that is appealed to: its name, where the citation stands."""

    name: str
    start: int
    end: int


def ais(text: str) -> Iterator[Cited]:
    """Give each place of folded text that lets an AI tell something."""
    for m in _TOLD.finditer(text):
        name = next(m[g] for g in _GROUPS if m[g])
        yield Cited(name, *m.span())


def sources(text: str) -> Iterator[str]:
    """Give the sources a reader can look up, or persons who answer for it, that a text names."""
    return (m[0] for m in _SOURCE.finditer(text) if not _SILENT.search(m[0]))
