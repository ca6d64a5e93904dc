"""
What the label verbs import, once, before they are forked.
"""

from __future__ import annotations

import qingjian.cli.app
import qingjian.reports.label
from qingjian.labels.carriers import codec, names

LOADED = (qingjian.cli.app, qingjian.reports.label, *map(codec, names()))
