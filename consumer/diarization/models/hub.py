"""How the files of a pinned repository get from the model hub onto this machine, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consumer.core.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class HubAccess:
    """What the worker's settings say about the hub."""

    token: str | None = field(default=None, repr=False)
    """`HF_TOKEN`; null: nothing is sent, whoever else is logged in on this machine."""
    cache_directory: str | None = None
    """Null: huggingface_hub's own."""


@dataclass(frozen=True, slots=True)
class Repository:
    """One state of one repository on the hub."""

    id: str
    revision: str | None
    """Commit, tag or branch; null: the newest."""

    def __str__(self) -> str:
        return f"{self.id}@{self.revision}" if self.revision else self.id


def fetch(repository: Repository, files: Sequence[str], access: HubAccess) -> Path:
    """Return the local snapshot that holds the files; its name is the commit.

    What is cached of a pinned commit is not asked for again. Raises `ModelUnavailable`.
    """
    # Imported late: it takes half a second, and a worker with local models never needs it.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        snapshot = snapshot_download(
            repository.id,
            revision=repository.revision,
            allow_patterns=list(files),
            token=access.token or False,
            cache_dir=access.cache_directory,
        )
    except HFValidationError as error:
        raise ModelUnavailable(f"{repository.id} is no repository of the model hub") from error
    except HfHubHTTPError as error:
        raise ModelUnavailable(_advice(error, repository, access)) from error
    except OSError as error:
        raise ModelUnavailable(_out_of_reach(error, repository)) from error
    missing = [name for name in files if not (Path(snapshot) / name).is_file()]
    if missing:
        raise ModelUnavailable(f"{repository} on the model hub holds no {', '.join(missing)}")
    return Path(snapshot)


def _advice(refusal: OSError, repository: Repository, access: HubAccess) -> str:
    """Say who has to do what so that the hub does not refuse again."""
    from huggingface_hub import errors

    accept = f"accept the conditions on the page of {repository.id} on the model hub"
    match refusal:
        case errors.RepositoryNotFoundError() if not access.token:  # also: gated
            return f"{repository} is gated or private: {accept}, then set HF_TOKEN to your token"
        case errors.GatedRepoError():
            return f"{repository} is gated: {accept}, with the account that HF_TOKEN belongs to"
        case errors.RepositoryNotFoundError():
            return f"the model hub knows no {repository.id} that HF_TOKEN may read: check its name"
        case errors.RevisionNotFoundError():
            return f"{repository.id} has no revision {repository.revision}: check the catalogue"
        case errors.HfHubHTTPError(response=response) if response.status_code == 401:
            return f"the model hub refused HF_TOKEN when asked for {repository}: set a valid token"
    return _out_of_reach(refusal, repository)


def _out_of_reach(error: OSError, repository: Repository) -> str:
    return (
        f"{repository} is not in the cache and could not be fetched from the model hub: check the "
        f"network, or give the model a directory ({type(error).__name__}: {error})"
    )
