"""Everybody can read a page: on a phone and on a wall, by ear, by keyboard, on a slow line."""

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.pages.conftest import Visitor
from tests.pages.stadium import COPA, PHONE, TABLET, WALL, Stadium, Visit, goal, happens, kicks_off
from tests.pages.test_live import everything

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    "/",
    f"/c/{COPA}",
    f"/c/{COPA}/groups/group-a",
    f"/c/{COPA}/matches/m2",
    f"/c/{COPA}/matches/m6",
    "/c/invented/groups/group-a",
)
WEIGHT_BYTES_MAX = 60 * 1024
NARROW = {"width": 320, "height": 640}


async def faults(visit: Visit) -> list[str]:
    found = await Axe().run(visit.page)
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


async def test_pages_are_accessible_in_both_themes_and_both_languages(
    stadium: Stadium, visitor: Visitor
) -> None:
    await everything(stadium)
    for theme, language, viewport in (("light", "es", PHONE), ("dark", "en", WALL)):
        visit = await visitor(color_scheme=theme, viewport=viewport)
        for path in PAGES:
            await visit.go(f"{path}?lang={language}")
            assert await faults(visit) == [], (path, theme)


async def test_a_page_for_nothing_is_accessible(stadium: Stadium, visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visit = await visitor(color_scheme=theme)
        await visit.go("/c/nobody", live=False)
        assert await faults(visit) == []


async def test_nothing_sticks_out_of_any_screen(stadium: Stadium, visitor: Visitor) -> None:
    await everything(stadium)
    long = "Asociación Deportiva Incontrastablemente Larga de Santa María de Nieva"
    await stadium.post(happens("team_entered", team="bagua", names={"full": long}))
    visit = await visitor()
    for path in PAGES:
        page = await visit.go(path)
        for viewport in (NARROW, PHONE, TABLET, WALL):
            await visit.resize(viewport)
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, viewport)


async def test_a_name_is_never_cut(stadium: Stadium, visitor: Visitor) -> None:
    visit = await visitor(viewport=PHONE)
    await visit.go(f"/c/{COPA}/groups/group-a")
    assert "San Valentín" in await visit.texts(".row .name:visible")
    clipped = """[...document.querySelectorAll(".name")].filter((name) =>
      getComputedStyle(name).textOverflow !== "clip" || name.scrollWidth > name.clientWidth + 1 &&
      getComputedStyle(name).display !== "inline").length"""
    assert await visit.page.evaluate(clipped) == 0


async def test_a_page_weighs_little_asks_nobody_else_and_complains_of_nothing(
    stadium: Stadium, visitor: Visitor
) -> None:
    await everything(stadium)
    for path in PAGES:
        visit = await visitor()
        await visit.go(path)
        sizes = [await request.sizes() for request in visit.finished]
        weight = sum(size["responseBodySize"] for size in sizes)
        assert 0 < weight < WEIGHT_BYTES_MAX, path
        asked = [request.url for request in visit.finished]
        assert all(url.startswith(stadium.address) for url in asked), asked
        assert visit.complaints == [], path


async def test_the_keyboard_skips_to_the_content(stadium: Stadium, visitor: Visitor) -> None:
    visit = await visitor()
    page = await visit.go("/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_focus_stays_where_it_was_when_the_page_changes(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(kicks_off("m1"))
    visit = await visitor()
    page = await visit.go("/")
    await page.focus(".game a")
    await stadium.post(goal("m1", "home", 3))
    await visit.until("document.querySelector('.game .goals').textContent === '1'")
    assert await page.evaluate("document.activeElement.closest('.game') !== null")


async def test_columns_have_full_names_for_those_who_listen(
    stadium: Stadium, visitor: Visitor
) -> None:
    visit = await visitor()
    page = await visit.go(f"/c/{COPA}/groups/group-a")
    heads = page.get_by_role("columnheader")
    assert await heads.nth(2).get_attribute("title") == "Partidos jugados"
    await page.get_by_role("columnheader", name="Diferencia de goles", exact=True).wait_for()
    await page.get_by_role("rowheader", name="Amazonas FC").wait_for()


async def test_a_page_prints_black_on_white_with_where_it_is_from(
    stadium: Stadium, visitor: Visitor
) -> None:
    visit = await visitor(color_scheme="dark")
    page = await visit.go(f"/c/{COPA}/groups/group-a")
    await page.emulate_media(media="print")
    assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert f"/c/{COPA}/groups/group-a" in await visit.text(".printed")
    assert not await page.locator("#connection").is_visible()
