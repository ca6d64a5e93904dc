"""
To whom a text ascribes a quotation: to a given document, to another one, to a person.

The nearest of those named ahead of the quotation in its sentence has it; with none there, what is
named right behind it; then what the two sentences before name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from qingjian.detectors.instruments.align import weight
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.papers import ARTICLE, PAPER, Paper
from qingjian.detectors.instruments.places import places
from qingjian.detectors.instruments.quotations import BLANK, Quotation

Strength = Literal[0, 1, 2]
_TITLE = re.compile(r"《(?P<t>[^》\n]{1,60})》")
_WHO = (
    r"我妈|我爸|[爸妈]+|奶奶|爷爷|姥姥|姥爷|外婆|外公|老公|老婆|媳妇|儿子|女儿|闺女|孩子|娃|弟弟?|[大二三]?[哥姐妹叔婶姑舅姨]|"
    r"邻居|同事|老板娘?|领导|朋友|闺蜜|室友|同学|网友|楼主|群友|群主|大[爷妈叔姐哥]|阿姨|小哥|师傅|保安|前台|客服|导购|"
    r"法官|律师|原告|被告|[民交]?警察?|小编|编辑|主持人|负责人|发言人|代表|[院局馆店厂队组班]长|队友|球迷|观众|歌手|主唱|作者|学者|研究员|博士|学[长姐妹弟]|"
    r"小孩|亲戚|[表堂][哥姐弟妹]|公公|婆婆|岳[父母]|丈母娘|志愿者|讲解员|保洁|快递员|骑手|售票员|收银员?|督导员|宿管|辅导员|导师|校友|住户|租客|房东|[买卖店商]家|"
    r"店员|店主|销售|中介|管家|医生|护士|大夫|药师|专家|教授|老师|班主任|校长|教练|裁判|记者|主播|博主|司机|乘客|业主|家长|"
    r"有人|别人|人家|大家|大伙|谁|[我你他她](?:们)?|经理|主任|书记|会计|村长|站长|工作人员|服务员|地勤|演员|导演|选手|"
    r"小朋友|女孩|男孩|小姑娘|小伙|老人|老头|老太太|顾客|客人|游客|读者|网上|群里|评论区?|弹幕|贩子|船老大|[老小](?![区学时年街镇程组城吃村店板路道厂旧本])[一-鿿]|[一-鿿](?:总|工|队)"
)
_ORAL = (
    r"说(?!明|得)|讲(?!得)|喊|问|答(?!复)|笑(?=着|道|嘻|[:：]|$)|骂|吐槽|感[叹慨]|评论|留言|嚷|念叨|嘀咕|抱怨|安慰|调侃|解释|反驳|玩笑|叹|心想|以为|觉得|认为|"
    r"打包票|吹|哼|起哄|来(?:了)?一?句|[大直]呼|告诉|回(?:了)?(?:我|他|她)?(?:一)?句|道(?=[:：,，]?$)|叫(?=[:：,，]?$)"
)
_SOMEBODY = re.compile(as_folded(_WHO))
_PERSON = re.compile(
    as_folded(
        rf"(?:{_WHO})(?:(?P<gap>[^，。,:;；]{{0,12}}?)(?:{_ORAL})|"
        r"(?:在?群里|刚刚?|昨[天晚]|今天|又|[给跟]我|私信|电话)?(?:回复|回应|答复|通知|提醒|提示))"
    )
)
_ONLY_READ = re.compile(r"(?:看|读|翻|收到|听)(?:了|完|过|罢)")
_HAS_READ = re.compile(r"(?:[看读翻听指拿举对冲瞪盯望捧])(?:了|完|过|罢|着)[^里上中]*$")
_THEN_SAYS = re.compile(
    as_folded(
        rf"[，,](?:[^，,]{{0,9}}?[^，,里上中面头])??(?:{_ORAL})(?!得|的)[^，,]{{0,6}}[:：,，]?\s*$"
    )
)
_BACK_TO_IT = re.compile(
    r"[，,。！？!?][^，,]{0,6}(?:里[面头]?|上面|其中|写|印|规定|载明|注明|第.{1,3}[条款章])"
)
_NEW_SUBJECT = re.compile(
    as_folded(
        r"[，,](?![里上下中其明还也又就都居竟特专清最第开结后只才直甚然而但可却并且再更同它说写有这那白末正当原])"
        rf"[一-鿿]{{2,6}}(?:{_ORAL}|表示|称)[^，,]{{0,6}}[:：,，]?\s*$"
    )
)
_THING = re.compile(
    as_folded(
        r"(?:口号|名言|签名|外号|绰号|网名|标题|海报|横幅|纸条|弹幕|标语|传单|宣传册|广告|帖子|短信|朋友圈|歌|诗|书名|游戏|"
        r"消息|传闻|谣言|传言|所谓|戏称|人称|称(?:之)?[为作]|叫(?:[做作它他她成])?|主题|题为|名为|以|围绕)"
        r"[^，。,:：]{0,6}?(?:[:：是为]|写[着的]?|说)?\s*$"
    )
)
_HEARSAY = re.compile(
    as_folded(
        r"^\s?的?(?:消息|传闻|说法|谣言|传言|帖子|段子|视频|视频号|口号|标语|名言)|"
        r"^\s?(?:这|那)(?:种|个|则|条)?(?:消息|传闻|说法|谣言|传言|帖子|段子)"
    )
)
_PART = re.compile(rf"{ARTICLE.pattern}|规定|说明|提示|条款")
_SAYS = re.compile(
    r"[写印注载]|标(?!题)|规定|明确|显示|指出|要求|称|表示|提到|强调|提醒|声明|承诺|承认|原文|原话|其中|[里上中]|第.{1,3}[条款章]|宣布|通报|"
    r"认定|判|裁定|建议|说|念|[:：]|截|划|一[句条段]|是|有|——"
)
_FAR = re.compile(
    r"[里上下]面|其中|写[着道明了的]|[印标][着明]|原[文话句]|第.{1,3}[条款章]|规定|明确|有一?[条句段]|这[条句段么样]|说得?|[:：]\s*$"
)
_LINKS = re.compile(rf"{_SAYS.pattern}|[读看翻查摘抄贴划念]")
_TIED = re.compile(
    rf"^[\s，,。—()（）]*(?:(?:这(?:可|就|才)?)?是|见|出自|来自|摘自|引自|语出|以上|——)[^，,。没不]{{0,14}}?(?:《|{PAPER.pattern})[^，,。]{{0,30}}|"
    rf"^[\s，,。—()（）]*(?!不过|但|可|而|却|然而|只是)[^，,。]{{0,14}}?(?:《[^》]{{1,40}}》|{PAPER.pattern})[^，,。没不]{{0,5}}?"
    r"(?:这[句条段么样一]|[写说讲]的|规定的|原[文话]|第.{1,3}[条款章])|"
    r"^\s?—+\s?《[^》]{1,40}》|"
    rf"^(?:的|[，,]?\s?[这那](?:[种条个则份]|样的))[^，,。]{{0,4}}(?:{PAPER.pattern})"
)
_LAW = re.compile(
    r"(?:法典|(?<![办方说做用想看写算语书司执合违非无没设])法|条例|国标|宪法)(?=第|规定|里|中|上|明确|写|说|[:：]|$)"
)
_OTHER = re.compile(
    r"隔壁|邻[县市村居校]|别的|别家|其他|另一|另外|人家|对面|外地|老家|前公司|旅行社|中介|"
    r"他们(?:学校|小区|公司|单位|村)"
)
_TOWNS = frozenset(
    ("省", "市", "区", "县", "镇", "乡", "村", "中学", "小学", "医院", "大学", "景区")
)
_OF_A_PRODUCT = frozenset(("说明书", "标签"))
_PRODUCT = 3
_PLAIN = "药品盒产翻查读份张看贴印拿据按照附随配"
_EMPTY = frozenset("我你他她它咱们这那该本某个每各全是的家")
_SHARED = 3
_NO_WORDS = f' :,，：、“”「」『』"和及与{BLANK}'
_BEHIND = 26


class Sayer(NamedTuple):
    """
    What is named as saying a quotation.

    Args:
        sort: what it is.
        words: it itself.
        around: what stands ahead of it, and it.
        behind: what stands between it and the quotation.
    """

    sort: Literal["title", "paper", "person"]
    words: str
    around: str = ""
    behind: str = ""


def sayer(q: Quotation) -> Sayer | None:
    """Give who is said to say a quotation; None when nobody is named."""
    if _HEARSAY.match(q.behind):
        return Sayer("person", q.behind[:8])
    ahead = q.ahead
    if (m := _THING.search(ahead)) and not PAPER.search(m[0]):
        return Sayer("person", m[0])
    if one := _last(ahead):
        return one
    if (m := _TIED.search(q.behind[: _BEHIND + 14])) and (one := _first(m[0])):
        return one
    one = _first(re.split(r"[。！？!?；;]", q.behind[:_BEHIND])[0])
    if one and one.sort == "person":
        return one
    return _last(q.earlier, far=True) if _FAR.search(ahead[-14:]) or not ahead.strip() else None


def strength(one: Sayer | None, q: Quotation, paper: Paper, text: str, shared: int) -> Strength:
    """
    Say how surely a quotation is ascribed to a document: 0 not at all, 1 maybe, 2 surely.

    Args:
        one: who is said to say it; where nobody is, the publisher may be.
        q: the quotation.
        paper: the document.
        text: what stands around it, and it, folded.
        shared: telling pairs of letters of that which the document has.
    """
    if one is None and paper.run(q.ahead) and _LINKS.search(q.ahead[-12:]):
        return 2
    if one is None:
        return 1 if paper.published(q.ahead) and _SAYS.search(q.ahead[-12:]) else 0
    if one.sort == "person":
        return 0
    if one.sort == "title":
        return 2 if paper.is_titled(one.words) else 0
    if _is_of_another(one, paper):
        return 0
    parts = [part for part in re.split("[，,]", one.behind) if part.strip(_NO_WORDS)]
    if parts and len(one.behind.strip(_NO_WORDS)) > 2 and not _LINKS.search(parts[-1]):
        return 1
    if one.around.startswith("的"):
        return 1 if paper.is_kind(one.words) else 0
    if paper.is_kind(one.words):
        return 2 if paper.named(text) or shared >= _SHARED else 1
    if paper.named(one.around) >= 3:
        return 2
    return 1 if paper.named(text) else 0


def _is_of_another(one: Sayer, paper: Paper) -> bool:
    """Whether what stands just ahead of a word for a paper names another place or owner."""
    near = re.split(r"[，。,!?！？；;]", one.around)[-1]
    for pattern in (_OTHER, _LAW):
        if (m := pattern.search(near)) and m[0] not in paper.title:
            return True
    known = paper.title + paper.publisher + paper.text
    if one.words in _OF_A_PRODUCT and paper.is_kind(one.words):
        named = near.removesuffix(one.words)[-_PRODUCT:]
        if any(
            weight(c) == 1 and c not in known + _PLAIN for c in re.findall("[一-鿿]*$", named)[0]
        ):
            return True
    return any(
        suffix in _TOWNS and short[-len(suffix) - 2 :] not in known and not set(short) & _EMPTY
        for suffix, short in places(near)
    )


def _last(words: str, *, far: bool = False) -> Sayer | None:
    """Give the one that is named last."""
    named = sorted(_named(words), key=lambda pair: pair[0])
    while named and named[-1][1].sort == "person" and _BACK_TO_IT.search(words, named[-1][0]):
        named.pop()
    if not named:
        return None
    at, one = named[-1]
    if one.sort == "person":
        return one
    if not far and _NEW_SUBJECT.search(words, at):
        return Sayer("person", words[at:])
    read = None if far else _ONLY_READ.search(words[:at])
    by_reader = read and (_SOMEBODY.search(words) or not words[: read.start()].strip())
    if by_reader and _THEN_SAYS.search(words[at:]):
        return Sayer("person", words[at:])
    return one._replace(behind="" if far else words[at:])


def _first(words: str) -> Sayer | None:
    found = sorted(_named(words), key=lambda pair: pair[0])
    return found[0][1] if found else None


def _named(words: str) -> Iterator[tuple[int, Sayer]]:
    """Give titles, papers and speaking persons, each with where it ends."""
    titles = [m for m in _TITLE.finditer(words) if not PAPER.fullmatch(m["t"])]
    for m in titles:
        yield m.end(), Sayer("title", m["t"])
    bare = words
    for m in titles:
        bare = bare[: m.start()] + " " * len(m[0]) + bare[m.end() :]
    for m in PAPER.finditer(bare):
        ahead = [t.end() for t in titles if t.end() <= m.start()]
        if ahead and (_PART.fullmatch(m[0]) or not re.search("[，,]", bare[ahead[-1] : m.start()])):
            continue
        yield m.end(), Sayer("paper", m[0], words[max(0, m.start() - 16) : m.end()])
    for m in _PERSON.finditer(bare):
        gap = m["gap"] or ""
        if not PAPER.search(gap) or _HAS_READ.search(gap):
            yield m.end(), Sayer("person", m[0])
