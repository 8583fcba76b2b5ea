"""Opens a web page in the user's browser, without waiting for it."""

import sys
import threading
from collections.abc import Mapping


def open_browser(url: str, environ: Mapping[str, str]) -> bool:
    """Ask the browser to show a page; `False` where there is none but one that would take over the terminal."""
    if sys.platform not in {"win32", "darwin"} and not any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")):
        return False
    import webbrowser  # noqa: PLC0415 - only a sign-in needs it

    threading.Thread(target=webbrowser.open, args=(url,), name="tankful-browser", daemon=True).start()  # some browsers are waited for
    return True
