"""What every test may ask for: a real server of its own, emptied before each test.

Where CI is set, a test that is skipped has failed, except for data that is not part of the project.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from services.store import embedded
from services.store.connection import connect

IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
MAY_BE_MISSING = "PITAZO_CONFORMANCE_DATA"

# A busy machine is slow, and that is no fault of what is tested.
settings.register_profile("pitazo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pitazo")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def redis_url() -> AsyncIterator[str]:
    """The address of a real server that lives as long as the test run."""
    with tempfile.TemporaryDirectory(prefix="pitazo-tests-") as folder:
        async with embedded.server(Path(folder)) as server:
            yield server.url


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the real server, with nothing in it."""
    async with connect(redis_url) as client:
        await client.flushall()
        yield client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_to_skip(report)
    return report


def _refuse_to_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    expected = hasattr(report, "wasxfail") or MAY_BE_MISSING in str(report.longrepr)
    if IN_CI and report.skipped and not expected:
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped where CI is set: {report.longrepr}"
