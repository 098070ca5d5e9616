"""Our own addresses in a message: unsubscribing, preferences, the view in a browser, clicks, pictures."""

from __future__ import annotations


class Addresses:
    """The port ``personalize.Links`` for one token. ``code`` stands in short links; ``base`` has no slash at its end."""

    __slots__ = ("_base", "_code", "_short", "_token")

    def __init__(self, base: str, short: str, token: str, code: str = "") -> None:
        """``short`` is where short links begin."""
        self._base = base
        self._short = short
        self._token = token
        self._code = code

    @property
    def unsubscribe(self) -> str:
        """Ends the subscription to the topic."""
        return f"{self._base}/u/{self._token}"

    @property
    def preferences(self) -> str:
        """The preference centre."""
        return f"{self._base}/p/{self._token}"

    @property
    def view(self) -> str:
        """The message in a browser."""
        return f"{self._base}/v/{self._token}"

    def click(self, key: int) -> str:
        """A tracked link by its number in the link table."""
        return f"{self._base}/r/{key}.{self._token}"

    def short(self, key: int) -> str:
        """A short link for SMS."""
        return f"{self._short}/{key}{self._code}"

    def asset(self, path: str) -> str:
        """A picture or file of ``dist/``."""
        return f"{self._base}/{path.lstrip('/')}"
