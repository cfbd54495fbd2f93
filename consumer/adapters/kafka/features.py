"""Which features has a client found that the brokers do not have?"""

import logging

DEBUG = {"debug": "feature"}
"""The property that makes a client log what it finds out; there is no call that tells."""


class FeatureLog(logging.Handler):
    """Collects what one client logs; its lines are served by the client's polls."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        # A named one would keep the handlers of all clients before this one.
        self.logger = logging.Logger("turnstream.probe", logging.DEBUG)  # noqa: LOG001
        self.logger.addHandler(self)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())

    def lacks(self, request: str) -> bool:
        """Whether some broker does not know this request."""
        return any(request in line and "NOT supported" in line for line in self._lines)
