"""Which models are on the device?"""

from collections import OrderedDict
from collections.abc import Mapping

from consumer.core.model import CatalogueModel
from consumer.core.ports import Instruments, LoadedModel, Operation


class Residency:
    """Loads models on first use and keeps the most recently used.

    Only the device thread touches it.
    """

    def __init__(
        self,
        operations: Mapping[str, Operation],
        max_resident: int,
        instruments: Instruments,
    ) -> None:
        self._operations = operations
        self._max_resident = max_resident
        self._telemetry = instruments.telemetry
        self._clock = instruments.clock
        self._resident: OrderedDict[tuple[str, str], LoadedModel] = OrderedDict()

    def model(self, operation: str, model: CatalogueModel) -> LoadedModel:
        """Return the model, loading it if need be; raises `ModelUnavailable`."""
        key = (operation, model.name)
        if key not in self._resident:
            self._make_room()
            started = self._clock.monotonic()
            self._resident[key] = self._operations[operation].load(model)
            self._telemetry.model_loaded(model, self._clock.monotonic() - started)
        self._resident.move_to_end(key)
        return self._resident[key]

    def close(self) -> None:
        while self._resident:
            self._evict()

    def _make_room(self) -> None:
        while len(self._resident) >= self._max_resident:
            self._evict()

    def _evict(self) -> None:
        _, model = self._resident.popitem(last=False)
        model.unload()
