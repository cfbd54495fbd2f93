"""Whether the digest says which files a model has, as others can compute it."""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.core.errors import ModelUnavailable
from consumer.diarization.models.digest import directory_digest, files_below

names = st.sampled_from(["config.yaml", "a/model.bin", "a/b/model.bin", "B.npz", "ä.txt", "a b"])
trees = st.dictionaries(names, st.binary(max_size=20), max_size=6)

WITH_PLAIN_TOOLS = (
    "find -L . -type f -not -path '*/.*' -printf '%P\\0' |"
    " LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
)


def written(root: Path, tree: Mapping[str, bytes]) -> Path:
    for name, content in tree.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@given(one=trees, other=trees)
def test_two_models_have_one_digest_only_when_they_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    first = written(tmp_path_factory.mktemp("one"), one)
    second = written(tmp_path_factory.mktemp("other"), other)

    assert (directory_digest(first) == directory_digest(second)) is (one == other)


def test_the_digest_can_be_computed_with_sha256sum(tmp_path: Path) -> None:
    model = written(
        tmp_path,
        {"config.yaml": b"x", "a/model.bin": b"y", "B.npz": b"z", "ä b": b"", ".git/HEAD": b"g"},
    )

    printed = subprocess.run(
        ["bash", "-c", WITH_PLAIN_TOOLS], cwd=model, capture_output=True, text=True, check=True
    ).stdout

    assert directory_digest(model) == printed.split()[0]


def test_the_digest_of_one_file_by_hand(tmp_path: Path) -> None:
    model = written(tmp_path, {"config.yaml": b"pipeline"})
    line = f"{hashlib.sha256(b'pipeline').hexdigest()}  config.yaml\n"

    assert directory_digest(model) == hashlib.sha256(line.encode()).hexdigest()


def test_what_the_tools_that_fetched_a_model_leave_behind_does_not_count(tmp_path: Path) -> None:
    model = written(tmp_path, {"config.yaml": b"x"})
    before = directory_digest(model)

    written(model, {".git/HEAD": b"1", ".cache/huggingface/x": b"2", ".gitattributes": b"3"})

    assert directory_digest(model) == before


def test_links_into_a_cache_count_as_what_they_point_at(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain", {"config.yaml": b"x", "plda/plda.npz": b"y"})
    blobs = written(tmp_path / "blobs", {"1": b"x", "folder/plda.npz": b"y"})
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    (snapshot / "config.yaml").symlink_to(blobs / "1")
    (snapshot / "plda").symlink_to(blobs / "folder")

    assert directory_digest(snapshot) == directory_digest(plain)


def test_a_link_in_a_circle_is_refused(tmp_path: Path) -> None:
    model = written(tmp_path, {"a/config.yaml": b"x"})
    (model / "a" / "again").symlink_to(model)

    with pytest.raises(ModelUnavailable, match="link to a directory that contains it"):
        directory_digest(model)


def test_a_name_that_could_pass_for_another_line_is_refused(tmp_path: Path) -> None:
    model = written(tmp_path, {"config.yaml\n00  plda.npz": b"x"})

    with pytest.raises(ModelUnavailable, match="unusable name"):
        files_below(model)
