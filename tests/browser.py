"""
A real browser for pages that reports and doors make; the test is skipped where none is installed.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.needs import tool

_MEASURE = """
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, style = (e) => frame.contentWindow.getComputedStyle(e);
  document.title = JSON.stringify({
    width: page.documentElement.scrollWidth,
    ground: style(page.body).backgroundColor,
    ink: style(page.body).color,
    scripts: page.scripts.length,
    requests: frame.contentWindow.performance.getEntriesByType("resource").length,
    text: page.body.innerText,
  });
};
frame.srcdoc = frame.dataset.page;
"""


class Rendered(NamedTuple):
    """What a browser made of a page: what was measured in it, and what it said on its console."""

    measured: dict[str, Any]
    console: list[str]


def rendered(page: str, width: int, dark: bool, folder: Path) -> Rendered:
    """Give what a browser makes of a page of our own at a width, in light or dark."""
    outer = folder / f"outer-{width}-{dark}.html"
    outer.write_text(
        f'<!doctype html><meta charset="utf-8"><title></title><iframe width="{width}" height="900" '
        f'frameborder="0" data-page="{html.escape(page)}"></iframe><script>{_MEASURE}</script>',
        "utf-8",
    )
    dumped, console = _run(outer.as_uri(), folder, dark, "--dump-dom", "--virtual-time-budget=4000")
    title = re.search(r"<title>(.*?)</title>", dumped, re.S)
    assert title, dumped[:500]
    return Rendered(json.loads(html.unescape(title[1])), console)


def pictured(url: str, width: int, dark: bool, picture: Path) -> list[str]:
    """Write a picture of a page and give what the browser said on its console."""
    size = f"--window-size={width},1600"
    _, console = _run(url, picture.parent, dark, f"--screenshot={picture}", size)
    return console


def _run(url: str, folder: Path, dark: bool, *arguments: str) -> tuple[str, list[str]]:
    ran = subprocess.run(
        [
            tool("chromium", "chromium-browser", "google-chrome"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--enable-logging=stderr",
            *arguments,
            url,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ran.stdout, re.findall(r"CONSOLE[:(].*", ran.stderr)
