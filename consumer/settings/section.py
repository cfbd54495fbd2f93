"""What do all sections of the settings have in common?"""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen, and it refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
