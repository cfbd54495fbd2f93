"""Is the worker in this container alive? Exit code 0 when /live says so.

Standard library alone: it runs every few seconds beside a worker that needs the processor.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException


def is_alive(port: int) -> bool:
    """Whether the worker's HTTP port answers, and well."""
    connection = HTTPConnection("127.0.0.1", port, timeout=3.0)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive(int(os.environ.get("TURNSTREAM_HTTP__PORT", "9464"))) else 1)
