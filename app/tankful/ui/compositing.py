"""Says whether something blends windows on this screen: where nothing does, what is translucent turns black."""

import ctypes

from PySide6.QtGui import QGuiApplication


def blends() -> bool:
    """Return whether translucent corners show what is behind them. Only an X server may lack it.

    A compositing manager owns the selection `_NET_WM_CM_S` with the screen's number (freedesktop, Extended Window Manager Hints).
    """
    return QGuiApplication.platformName() != "xcb" or has_compositing_manager()


def has_compositing_manager(screen: str | None = None) -> bool:
    """Return whether one runs on an X screen, by default the one that `DISPLAY` names."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XDefaultScreen.argtypes = [ctypes.c_void_p]
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x11.XGetSelectionOwner.restype = ctypes.c_ulong
    x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None if screen is None else screen.encode())
    if not display:
        return False
    try:
        atom = x11.XInternAtom(display, f"_NET_WM_CM_S{x11.XDefaultScreen(display)}".encode(), 0)
        return x11.XGetSelectionOwner(display, atom) != 0
    finally:
        x11.XCloseDisplay(display)
