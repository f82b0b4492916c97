"""What the README, the page on HTTP and the one for auditors show works as it stands there.

Their blocks are run in order against a running `up`; what is put in for the reader is what the
README says to put in: the three variables.
"""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.integration.machine import ROOT, running
from tests.integration.servers import until

SESSION = (ROOT / "README.md").read_text(encoding="utf-8").partition("## A first session")[2]
EXPORT = "export PITAZO_URL="
STAYS = ("pitazo watch", "for frame in viewer")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Give the blocks of a page that are to be run, with their language."""
    for language, block in re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.MULTILINE | re.S):
        if not block.startswith(EXPORT):
            yield language, block


@asynccontextmanager
async def terminal(folder: Path, small: Path) -> AsyncIterator[Mapping[str, str]]:
    """Everything is served; here is what the README says to tell a terminal."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("pitazo", "python"):
        (folder / ".venv" / "bin" / name).symlink_to(Path(sys.executable).parent / name)
    async with running(folder, small) as machine:
        [export] = re.findall(rf"^{EXPORT}.*$", SESSION, re.MULTILINE)
        told = dict(word.split("=", 1) for word in export.split()[1:])
        assert told.keys() == {"PITAZO_URL", "PITAZO_LIVE", "PITAZO_TOKEN"}
        here = {
            "PITAZO_URL": machine.http,
            "PITAZO_LIVE": machine.live,
            "PITAZO_TOKEN": machine.token,
        }
        yield {**os.environ, "COLUMNS": "120", **here}


async def begun(language: str, block: str, folder: Path, variables: Mapping[str, str]) -> Process:
    command = ("sh", "-ec", block) if language == "sh" else (sys.executable, "-c", block)
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        cwd=folder,
        env=variables,
        start_new_session=True,
    )


async def outcome(block: tuple[str, str], folder: Path, variables: Mapping[str, str]) -> str:
    """Run a block to its end, and give what it printed."""
    process = await begun(*block, folder, variables)
    printed, _ = await process.communicate()
    said = printed.decode()
    assert process.returncode == 0, f"{block[1]}\n{said}"
    return said


class Heard:
    """What a process that stays has printed so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.text = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout
        while chunk := await self.process.stdout.read(65_536):
            self.text += chunk.decode(errors="replace")

    async def says(self, pattern: str) -> None:
        async def said() -> bool:
            return re.search(pattern, self.text) is not None

        await until(said)

    async def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)  # the shell, and what runs in it
        await self.process.wait()
        await self._reading


async def test_the_first_session_and_the_pages_it_leads_to_work_as_they_stand(
    tmp_path: Path, small: Path
) -> None:
    async with terminal(tmp_path, small) as variables, AsyncExitStack() as stack:
        said: list[str] = []
        staying: list[Heard] = []
        for block in blocks(SESSION):
            if any(sign in block[1] for sign in STAYS):
                staying.append(Heard(await begun(*block, tmp_path, variables)))
                stack.push_async_callback(staying[-1].end)
                await staying[-1].says("Red Star")
            else:
                said.append(await outcome(block, tmp_path, variables))
        _, entered, played, proven = said
        assert [one["position"] for one in json.loads(entered)["recorded"]] == [2, 3, 4]
        assert not json.loads(entered)["warnings"]
        assert not json.loads(played)["warnings"]
        assert "first-whistle at position 5" in proven
        assert "DIFFERS" not in proven
        watched, board = staying
        await watched.says(r"Red Star\W+1\W+1\W+0\W+0\W+1\W+0\W+1\W+3")
        await board.says(r'"type":"update".*"position":6')
        for page in ("http.md", "auditing.md"):
            text = (ROOT / "docs" / page).read_text(encoding="utf-8")
            for block in blocks(text):
                said.append(await outcome(block, tmp_path, variables))
        log = (tmp_path / "first-whistle.ndjson").read_text().splitlines()
        assert len(log) == len(said[-1].splitlines()) == 6
