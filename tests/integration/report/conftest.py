"""What do tests of the page share: a browser, and a tab that notes everything it asks for?"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from producer_tools.exits import ClientError
from producer_tools.report.wavesurfer import wavesurfer
from tests.conftest import unavailable

_COMMANDS = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Tab:  # no slots: Playwright keeps marks of its own in whoever listens
    """A page of the browser, what it requested, and what it complained about."""

    page: Page
    requests: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: Path) -> Page:
        """Open a file as a double click does."""
        self.page.on("request", lambda request: self.requests.add(request.url))
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        return self.page

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole session."""
    path = next(filter(None, map(shutil.which, _COMMANDS)), None)
    if path is None:
        unavailable("no Chromium", "tests of the page in a browser")
    with sync_playwright() as playwright:
        # Without its sandbox it also runs as root and in containers; it sees our own page alone.
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A tab without history or permissions."""
    with browser.new_context(accept_downloads=True) as context:
        yield Tab(context.new_page())


@pytest.fixture(scope="session")
def _waves() -> None:
    """The script that draws waveforms, in the cache."""
    try:
        wavesurfer()
    except ClientError as error:
        unavailable(error, "tests of the waveform")
