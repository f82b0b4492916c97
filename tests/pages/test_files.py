"""What a page is made of is kept by browsers, and a changed file has another address."""

import re

import pytest

from services.settings import Settings
from tests.pages.stadium import COPA, Stadium

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def addresses(stadium: Stadium) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', await stadium.read("/"))


async def test_files_are_kept_for_ever_under_an_address_that_carries_their_content(
    stadium: Stadium,
) -> None:
    for address in await addresses(stadium):
        answer = await stadium.web.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        tag = answer.headers["etag"]
        assert (await stadium.web.get(address, **{"if-none-match": tag})).status_code == 304


async def test_a_file_of_another_version_is_the_one_of_now_and_is_asked_for_again(
    stadium: Stadium,
) -> None:
    answer = await stadium.web.get("/static/000000000000/board.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert (await stadium.web.get("/static/000000000000/../words.py")).status_code == 404


async def test_a_page_that_has_not_changed_is_not_sent_again(stadium: Stadium) -> None:
    first = await stadium.web.get(f"/c/{COPA}/groups/group-a")
    again = await stadium.web.get(
        f"/c/{COPA}/groups/group-a", **{"if-none-match": first.headers["etag"]}
    )
    # The page says at what time it was made, so it may change with the minute.
    assert again.status_code == 304 or again.text != first.text


async def test_a_page_may_load_its_own_files_and_hear_its_gateway_only(stadium: Stadium) -> None:
    answer = await stadium.web.get("/")
    [live] = re.findall(r'name="pitazo-live" content="([^"]+)"', answer.text)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; ")
    assert f"connect-src 'self' {live.removesuffix('/v1/live')};" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text


async def test_a_host_that_is_no_host_does_not_reach_the_page(stadium: Stadium) -> None:
    answer = await stadium.web.get("/", host="127.0.0.1;script-src")
    assert "script-src" not in answer.headers.get("content-security-policy", "")
    assert Settings().live_host in answer.text or answer.status_code == 403
