"""
How a Chinese text is built, in figures a person can check: sentence lengths, connectives, frames.

None of them proves who wrote a text; a careful writer of notices has them too.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

LEAST_SENTENCES = 5
_SENTENCE = re.compile(r"[^。！？!?\n；;]+")
_NO_LETTER = re.compile(r"[\W_]+")
_CONNECTIVE = re.compile(
    r"首先|其次|再次|再者|此外|另外|同时|因此|因而|从而|进而|然而|不过|总之|总的来说|总体而言|"
    r"综上|综上所述|换句话说|具体来说|具体而言|例如|比如|尤其是|特别是|值得注意的是|需要注意的是|"
    r"与此同时|不仅|而且|并且|以及|通过|随着|无论|最后|一方面|另一方面|除此之外|最终|由此可见"
)
_FRAME = re.compile(
    r"随着[^。，,\n]{2,24}的(?:发展|到来|普及|进步|加快|深入|兴起|推进)|在当今|在这个[^。，,\n]{2,16}的时代|"
    r"扮演着?[^。，,\n]{0,10}(?:角色)|发挥着?[^。，,\n]{0,10}作用|具有[^。，,\n]{0,8}(?:意义|价值)|"
    r"不仅[^。\n]{2,40}(?:更|还|也)|不是[^。，,\n]{2,24}[，,]而是|无论是[^。\n]{2,40}还是|"
    r"总之|总的来说|总体而言|综上所述|让我们|希望(?:这些|以上|我的|能)|以下是|"
    r"建议(?:您|你)(?:可以|尽快|及时|咨询)|(?:可以|能够)帮助(?:您|你|我们)|需要注意的是|值得注意的是|"
    r"至关重要|不可或缺|多种因素|不同的人|因人而异|取决于"
)
_LISTED = re.compile(
    r"(?m)^\s*(?:\d{1,2}[.、．)）]|[（(]?[一二三四五六七八九十][、)）]|[-•*]\s|#+\s|\*\*)"
)
_TALK = re.compile(
    r"[吧呢啊呀嘛哈哦噢唉哎嗯啦咯]|(?:…|\.\.\.|。。|！！|~|～)|[\U0001F300-\U0001FAFF]|"
    r"咱|俺|我觉得|我当时|我家|我妈|老子|卧槽|真的是|反正|结果|居然|就是|啥|咋|有点|"
    r"[一-鿿]{1,3}死[了我]|楼主|亲|哥们|同学"
)


@dataclass(frozen=True, slots=True)
class Style:
    """
    Figures of one text.

    Args:
        letters: letters and digits in it.
        sentences: sentences of two letters or more.
        evenness: 1 less the coefficient of variation of sentence lengths, in [0, 1]; None below
            `LEAST_SENTENCES` sentences.
        connectives: connectives per 100 letters.
        frames: stock frames per 100 letters.
        listed: share of lines that open like an item of a list, None with one line.
        talk: marks of speech (particles, emoji, asides) per 100 letters.
    """

    letters: int
    sentences: int
    evenness: float | None
    connectives: float
    frames: float
    listed: float | None
    talk: float


def style(text: str) -> Style:
    """Give the figures of a text as it is. Cost: linear."""
    lengths = [len(_NO_LETTER.sub("", m[0])) for m in _SENTENCE.finditer(text)]
    lengths = [n for n in lengths if n > 1]
    letters = sum(lengths)
    evenness = None
    if len(lengths) >= LEAST_SENTENCES:
        evenness = max(0.0, 1.0 - statistics.pstdev(lengths) / statistics.fmean(lengths))
    lines = [line for line in text.splitlines() if line.strip()]
    listed = len(_LISTED.findall(text)) / len(lines) if len(lines) > 1 else None
    per = 100 / max(letters, 1)
    return Style(
        letters,
        len(lengths),
        evenness,
        len(_CONNECTIVE.findall(text)) * per,
        len(_FRAME.findall(text)) * per,
        listed,
        len(_TALK.findall(text)) * per,
    )
