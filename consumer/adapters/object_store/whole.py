"""How is a small object read at once without trusting that it is small?"""

from consumer.core.errors import ObjectTooLarge
from consumer.core.ports import OpenObject
from schemas.uri import ObjectUri


def read_whole(opened: OpenObject, uri: ObjectUri, max_bytes: int) -> bytes:
    """Return the body of an object of at most `max_bytes`; raises `ObjectTooLarge` unread."""
    size = opened.identity.size_bytes
    if size > max_bytes:
        raise ObjectTooLarge(f"{uri} has {size} bytes; at most {max_bytes} are read here")
    return b"".join(opened.chunks())
