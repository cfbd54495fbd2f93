"""What do the errors of an operation of another package mean?"""

from collections.abc import Sequence

from consumer.core.device_failures import explained
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer, LoadedModel, Operation
from consumer.core.steps import Steps
from consumer.core.work import Prepared
from schemas.result import StoredResult


class ForeignModel:
    """A model whose libraries may say by themselves that memory is short or the device dead."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        with explained():
            yield from self._model.run(batch)

    def unload(self) -> None:
        with explained():
            self._model.unload()


class ForeignOperation:
    """An operation that loads such models."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.engine_version = operation.engine_version
        self.formats = operation.formats

    def load(self, model: CatalogueModel) -> ForeignModel:
        with explained():
            return ForeignModel(self._operation.load(model))

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        return self._operation.render(format_name, stored)
