"""
What a document is called by: its title, shorter forms of it, its publisher, a word for a paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingjian.detectors.instruments.align import held, weight
from qingjian.detectors.instruments.fold import folded

PAPER = re.compile(
    r"通知|通告|公告|公示|告示|布告|文件|规定|规则|细则|守则|条例|章程|制度|办法|方案|须知|"
    r"说明书|说明|手册|指南|指引|导则|报告|月报|年报|公报|简报|快报|通报|声明|公开信|一封信|(?<=[那这])封信|致[^，。]{0,6}信|来信|信里|回应|回复|"
    r"判决书?|裁定书?|摘要|合同|协议|条款|合约|租约|标书|预报|预警|提示|快讯|节目单|规程|规约|公约|倡议书?|"
    r"白皮书|蓝皮书|论文|清单|启事|简章|简介|答复|纪要|标签|包装|官网|公众号|告知书|承诺书|保单|告知|政策|新规|"
    r"邮件|短信|聊天记录|朋友圈|帖子|微博|文章|报道|推文|课本|教材|作文|日记|广告|宣传[单册]|传单|海报|横幅|招牌|牌子|弹窗|详情页|便签|试卷|歌词|台词|"
    r"原文|原话|原句|白纸黑字|第[一二三四五六七八九十百\d]+[条款章](?!腿|狗|鱼|路)"
)
_KIND = (
    "通知 通告 公告 公示 告示 布告 启事",
    "规定 规则 细则 守则 条例 章程 制度 办法 规程 规约 公约 导则 新规 政策",
    "方案 计划 办法",
    "须知 指南 指引 手册 提示 告知书 告知 守则",
    "说明书 说明 标签 包装 简介",
    "报告 月报 年报 公报 简报 快报 通报 摘要 论文 白皮书 蓝皮书",
    "声明 公开信 一封信 说明 回应 回复 答复 公告 通报",
    "判决书 判决 裁定 裁定书 摘要",
    "合同 协议 条款 合约 租约 保单",
    "预报 预警 快报 提示 快讯",
)
_ANY = frozenset(("文件", "官网", "公众号", "规定", "要求"))
_NOTICES = frozenset(("通知", "公告", "通告", "公示", "告示", "通报"))
_NO_NOTICE = frozenset(
    ("说明书", "合同", "协议", "合约", "租约", "条款", "判决", "判决书", "论文", "标签", "保单")
)
_KINDS = tuple(frozenset(line.split()) for line in _KIND)
ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]+[条款章]|原文|原话|原句|白纸黑字")
_SAME_TITLE = 0.8
_RUN = 6
_HEAD = 200
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Paper:
    """
    What a document is called by.

    Args:
        title: of the document, folded; its first words where it has none.
        publisher: folded, may be empty.
        text: its words, folded.
    """

    title: str
    publisher: str
    text: str

    @classmethod
    def of(cls, title: str, publisher: str, text: str) -> Paper:
        """Give it for a record."""
        plain = folded(text[:20_000])
        head = re.match(r"《[^》]{2,40}》|[^\n:。]{2,40}(?=[:\n])", plain)
        return cls(folded(title) or (head[0] if head else ""), folded(publisher), plain)

    @property
    def own(self) -> str:
        """Give the letters of the title without words for a paper."""
        bare = re.sub(r"[(（][^)）]*[)）]", "", self.title)
        return _NO_LETTER.sub("", PAPER.sub("", bare).removeprefix("关于").removesuffix("的"))

    def is_titled(self, words: str) -> bool:
        """Whether a title between 《》 is its own or a shorter form of it."""
        said = _NO_LETTER.sub("", words)
        title = _NO_LETTER.sub("", self.title)
        if not said or not title:
            return False
        if said in title or title in said:
            return True
        own, kinds = PAPER.sub("", said), PAPER.findall(said)
        rest = iter(title)
        if own and all(c in rest for c in own) and (not kinds or self.is_kind(kinds[-1])):
            return True
        return held(said, title) >= _SAME_TITLE and held(title, said) >= _SAME_TITLE

    def named(self, words: str) -> int:
        """Count the telling pairs of letters of its title and publisher that stand in words."""
        pairs = {
            s[i : i + 2]
            for s in (self.own, self.publisher)
            for i in range(len(s) - 1)
            if s[i : i + 2].isalnum() and max(map(weight, s[i : i + 2])) == 1
        }
        return sum(p in words for p in pairs)

    def has(self, words: str) -> bool:
        """Whether its title or publisher has some words."""
        return folded(words) in self.title + "\n" + self.publisher

    def published(self, words: str) -> bool:
        """Whether words name its publisher."""
        pairs = [self.publisher[i : i + 2] for i in range(len(self.publisher) - 1)]
        return sum(p in words for p in pairs) >= 2

    def run(self, words: str) -> bool:
        """Whether words have a long run of its title that is no name of its publisher."""
        title = _NO_LETTER.sub("", self.title)
        runs = (title[i : i + _RUN] for i in range(len(title) - _RUN + 1))
        return any(r in words and r not in self.publisher for r in runs)

    def is_kind(self, word: str) -> bool:
        """Whether a word for a paper may mean it."""
        mine = set(PAPER.findall(self.title)[-1:])
        if word in _ANY or ARTICLE.fullmatch(word):
            return True
        if not mine:
            return word in _NOTICES or word in self.title + self.text[:_HEAD]
        if word in _NOTICES and not mine & _NO_NOTICE:
            return True
        if word.endswith("信"):
            return any(own.endswith("信") for own in mine)
        return word in mine or any(word in k and mine & k for k in _KINDS)
