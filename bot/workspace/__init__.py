"""A local workspace that speaks enough of Slack for an unmodified Bolt app, with a web page for people.

It serves Slack's Web API, Socket Mode, signed HTTP requests and interactivity on 127.0.0.1, keeps
everything in memory and imports nothing else of this project. ``serve(Workspace())`` starts it in a
thread; ``python -m bot.workspace`` starts it alone; ``Remote(url)`` plays its people from a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .handle import Handle, serve
    from .remote import Remote
    from .seed import Seed, default_seed, load_seed
    from .state import Workspace

__all__ = ["Handle", "Remote", "Seed", "Workspace", "default_seed", "load_seed", "serve"]


def __getattr__(name: str) -> Any:
    # Late, so that `import bot.workspace.text` does not load a web server.
    from importlib import import_module

    homes = {"Handle": "handle", "serve": "handle", "Workspace": "state", "Remote": "remote"}
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{homes.get(name, 'seed')}"), name)
