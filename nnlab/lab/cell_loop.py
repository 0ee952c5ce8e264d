"""The event loop of the cells: what a widget reports is done there, and only posted
where it is heard, since a message may come on another thread."""

import asyncio
from collections.abc import Callable


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs now; None in a script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def poster() -> Callable[..., object]:
    """Return a function that has another one called, with its arguments, on the loop
    that runs now, from whatever thread; in a script at once."""
    if loop := running_loop():
        return loop.call_soon_threadsafe
    return lambda function, *arguments: function(*arguments)
