"""Which errors of the device concern one recording, and which the whole process?

Packages that run networks of their own know the answer by this address.
"""

from consumer.core.device_failures import explained

__all__ = ["explained"]
