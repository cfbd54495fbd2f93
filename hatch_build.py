"""Put the script that draws waveforms into wheels, so that whoever installs one needs no npm."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WaveformsInWheels(BuildHookInterface):  # type: ignore[type-arg]
    """Fetches the pinned wavesurfer.js with npm; without npm the wheel is built without it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; an editable installation fetches it when it is first wanted."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from producer_tools.exits import ClientError
        from producer_tools.report import wavesurfer

        try:
            script = wavesurfer.cached(os.environ, Path.home())
        except (ClientError, OSError) as error:
            self.app.display_warning(f"this wheel will need npm where it is used: {error}")
        else:
            place = f"producer_tools/report/{wavesurfer.PACKAGED}"
            build_data["force_include"][str(script)] = place
