"""A sender alone, to be killed. Not a test itself."""

from __future__ import annotations

import logging
import sys
import threading

from bot.gateway.sender import Pace, Sender
from bot.slack.delivery import SlackDelivery
from store.engine import open_databases

logging.basicConfig(level=logging.INFO)
url, slack = sys.argv[1:3]
databases = open_databases(url)
poster = SlackDelivery("xoxb-1", base_url=slack, timeout=0.4)
pace = Pace(poll=0.02, first=0.05, longest=0.5)
Sender(databases.write, databases.read, poster, pace=pace).run(threading.Event())
