"""How do the programs that read charts and manifests get here, once?"""

from hashlib import sha256
from pathlib import Path

from tests.stack import builds, prerequisites

_CHART_TOOL = Path(__file__).with_name("chart_tool")
_KUBECONFORM = ("github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0")


def kubeconform() -> Path:
    """The program that checks manifests; raises `UnavailableError`."""
    return builds.go_program(*_KUBECONFORM)


def chart_tool() -> Path:
    """The program that lints and renders charts; raises `UnavailableError`."""
    sources = sorted(_CHART_TOOL.iterdir())
    stamp = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    return builds.once(f"chart-{stamp}", _compile) / "chart"


def _compile(into: Path) -> None:
    command = [prerequisites.go(), "build", "-C", str(_CHART_TOOL), "-ldflags=-s -w"]
    builds.run_tool("Helm", [*command, "-o", str(into / "chart")], builds.GO_ENVIRONMENT)
