"""A bracket is drawn as one, and the pages around it say what is known and what is not."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from services.store.connection import connect
from tests.pages.cup import CUP, DISTRICTS, PAGES, cup, pyramid, section, sixteen, the_rest
from tests.pages.stadium import (
    PHONE,
    WALL,
    Stadium,
    Visit,
    goal,
    happens,
    result,
    serving,
)
from tests.pages.test_live import BOTH_DRAWINGS, SHIFTED
from tests.pages.test_looks import NARROW, WEIGHT_BYTES_MAX, faults

pytestmark = pytest.mark.asyncio(loop_scope="session")

NATIONAL = f"/c/{CUP}/sections/national"


class House:
    """One house and one browser for all that is asked here."""

    def __init__(self, stadium: Stadium, opened: Browser) -> None:
        self.stadium = stadium
        self._browser = opened
        self._contexts: list[BrowserContext] = []

    async def visit(self, path: str, *, live: bool = True, **options: Any) -> Visit:
        context = await self._browser.new_context(**options)
        await context.add_init_script("Math.random = () => 0")  # Nobody waits by chance.
        self._contexts.append(context)
        visit = Visit(await context.new_page(), self.stadium.address)
        await visit.go(path, live=live)
        return visit

    async def leave(self) -> None:
        """Close what is open, so that nothing is drawn that nobody looks at."""
        while self._contexts:
            await self._contexts.pop().close()

    async def post(self, *facts: Mapping[str, Any]) -> None:
        await self.stadium.post(*map(dict, facts), competition=CUP)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(redis_url: str, opened: Browser) -> AsyncIterator[House]:
    async with connect(redis_url) as redis:
        await redis.flushall()
        async with serving(redis, redis_url) as stadium:
            await cup(stadium)
            yield House(stadium, opened)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def leaving(house: House) -> AsyncIterator[None]:
    yield
    await house.leave()


# What it says


async def test_without_any_script_a_bracket_says_who_meets_whom_and_how_it_was_decided(
    house: House,
) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket", live=False, java_script_enabled=False)
    assert await visit.texts(".round h3") == ["Cuartos de final", "Semifinales", "Final"]
    first = '.tie[data-key="a"]'
    assert await visit.texts(f"{first} .side") == ["Alfa pasa 2", "Beta queda fuera 2"]
    assert await visit.texts(f"{first} .legs a") == ["ida 1–1", "vuelta 1–1"]
    assert await visit.text(f"{first} .verdict") == "Pasa Alfa por penales, 4 a 1"
    unknown = '.tie[data-key="d"]'
    assert await visit.text(f"{unknown} .called") == "Llave D no se sabe"
    assert await visit.text(f"{unknown} .verdict") == "No se sabe quién pasó"


async def test_a_match_of_which_nobody_knows_the_leg_stands_apart_and_decides_nothing(
    house: House,
) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket?lang=en")
    assert await visit.texts('[data-key="b"] .pairing > .legs a') == [
        "first leg 1–1", "second leg 0–0",
    ]  # fmt: skip
    apart = await visit.text('[data-key="b"] .apart')
    assert apart == "Leg not known; decides nothing: match 3–3"


async def test_beside_a_printed_table_nothing_is_said_that_only_holds_of_a_computed_one(
    house: House,
) -> None:
    page = await house.stadium.read(f"/c/{CUP}/groups/printed")
    assert '<span class="state printed">tabla publicada</span>' in page
    assert "los puestos son los de la tabla publicada" in page
    assert "Tabla publicada, tal como se imprimió. Fuente: " in page
    assert "los números y los puestos son los impresos" in page
    assert '<th scope="col">Según la tabla publicada</th>' in page
    assert 'Iota va antes que Kappa</span><span class="why">así se imprimió</span>' in page
    for untrue in ("no ordenan a nadie", "Según las bases", "Todavía no", "quién quedó"):
        assert untrue not in page, untrue


async def test_an_extra_match_stands_apart_from_those_of_the_table(house: House) -> None:
    for group, shown in (("printed", "Iota no se sabe Kappa"), ("lost", "Eta 2–1 Lambda")):
        visit = await house.visit(f"/c/{CUP}/groups/{group}")
        assert await visit.texts(".fixtures h3") == ["Partido extra, no cuenta en la tabla 1"]
        assert shown in await visit.text(".fixture")
    assert await visit.text(".why .nothing") == "No se sabe quién quedó en qué puesto."


async def test_a_tie_is_named_for_those_who_listen(house: House) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket")
    await visit.page.get_by_role("group", name="Llave A: Alfa – Beta").wait_for()
    await visit.page.get_by_role(
        "group", name="Final: Ganador de la llave 1 de Semifinales", exact=False
    ).wait_for()


async def test_an_open_slot_says_where_its_club_comes_from_in_both_languages(
    house: House,
) -> None:
    said = {
        "es": ["1.º del Grupo B", "Ganador de la Llave B", "Ganador de la llave 1 de Semifinales"],
        "en": ["1st of Grupo B", "Winner of Llave B", "Winner of tie 1 of Semifinales"],
    }
    for language, words in said.items():
        page = await house.stadium.read(f"{NATIONAL}/bracket?lang={language}")
        for sentence in words:
            assert f'<span class="awaited">{sentence}</span>' in page, sentence


async def test_a_final_that_only_ranks_says_so_and_puts_nobody_out(house: House) -> None:
    visit = await house.visit(f"/c/{CUP}/sections/region-3")
    assert "Solo define los puestos: los dos siguen." in await visit.text(".bracket")
    assert await visit.texts(".bracket .side") == ["Gama primero 2", "Delta segundo 1"]
    assert await visit.text(".bracket .verdict") == "Primero, Gama"
    assert await visit.page.locator(".bracket .side.out").count() == 0


async def test_a_section_says_who_came_in_where_they_go_and_what_is_assumed(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}/sections/region-3")
    assert "Organiza: Liga del Sur" in await visit.text(".title")
    assert "Primero de la Región III Gama va a: Etapa Nacional" in await visit.text(".berths")
    assert "supuesto" in await visit.text(".assumed .state")
    national = await house.visit(NATIONAL)
    assert "Primero de la Región III Gama" in await national.text(".berths >> nth=0")


async def test_clubs_stand_by_department_with_what_is_not_known_of_them(house: House) -> None:
    page = await house.stadium.read(f"/c/{CUP}/clubs")
    assert '<span class="state unknown">no se sabe</span>' in page
    visit = await house.visit(f"/c/{CUP}/clubs")
    assert "Alfa Tacna subcampeón" in await visit.text(".listing")
    assert "se retiró · sin fondos" in await visit.text(".clubs .gone")
    assert (await visit.texts(".counts li"))[0] == "10 clubes participaron"
    assert (await visit.texts(".counts li"))[-1] == "1 se retiró"
    assert await visit.text(".absent h2") == "Se retiraron 1"
    assert "Mu" not in await visit.text(".listing >> nth=0")


async def test_who_shares_as_many_places_has_one_and_a_club_that_left_is_told_apart(
    house: House,
) -> None:
    stadium = house.stadium
    level = {
        "id": "group-l",
        "name": "Grupo L",
        "teams": ["uno", "dos"],
        "berths": [{"id": "on", "name": "Sigue", "first": 1, "last": 2}],
    }
    stages = [{"id": "s", "name": "S", "sections": [section("s", "S", groups=[level])]}]
    await stadium.create_empty("level", {"criteria": [{"metric": "points"}], "stages": stages})
    await stadium.post(
        happens("match_scheduled", match="l-1", group="group-l", home="uno", away="dos"),
        result("l-1", 1, 1),
        happens("team_withdrawn", team="dos", reason="sin fondos"),
        competition="level",
    )
    visit = await house.visit("/c/level/berths")
    assert await visit.texts(".holder") == ["dos · uno", "dos · uno"]
    assert await visit.text(".shared >> nth=0") == "Tienen una plaza cada uno; falta su orden."
    await visit.go("/c/level/groups/group-l")
    assert "se retiró" in await visit.text(".row.gone .state")
    assert await visit.page.locator(".row:not(.gone) .withdrawn").count() == 0


async def test_a_section_is_found_by_its_name_without_any_script(house: House) -> None:
    visit = await house.visit(f"/c/{CUP}/sections", live=False, java_script_enabled=False)
    assert len(await visit.texts(".sections li")) == 4
    await visit.page.fill("#q", "regiÓn iii")
    await visit.page.press("#q", "Enter")
    await visit.page.wait_for_url("**/sections?q=*")
    assert await visit.texts(".sections li") == ["Región III Etapa Regional"]
    await visit.page.fill("#q", "<b>nada</b>")
    await visit.page.press("#q", "Enter")
    await visit.page.wait_for_selector(".nothing")
    assert "Con «<b>nada</b>»" in await visit.text("h2")


async def test_records_say_of_how_much_they_are_and_what_others_claim(house: House) -> None:
    visit = await house.visit(f"/c/{CUP}/records")
    said = await visit.text("main")
    assert re.search(r"De \d+ partidos se sabe el marcador de \d+\.", said)
    assert "Mayor goleada de local: por 9 goles Épsilon 11–2 Zeta" in said
    assert "El récord es 6 a 2." in await visit.text(".claim")


async def test_a_simulated_competition_is_marked_on_all_of_its_pages(house: House) -> None:
    for path in PAGES:
        page = await house.stadium.read(path)
        assert '<span class="state simulated">simulado</span>' in page, path


async def test_what_others_claim_of_a_table_is_said_by_its_group_with_the_way_to_it(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}")
    alike, otherwise = (
        visit.page.locator(".entry", has_text="La tabla dice lo mismo."),
        visit.page.locator(".entry", has_text="La tabla dice otra cosa."),
    )
    assert "Lo que dice otra fuente" in await alike.inner_text()
    assert "Otra fuente dice algo distinto" in await otherwise.inner_text()
    link = otherwise.locator("a.match")
    assert (await link.get_attribute("href") or "").endswith("/groups/group-x#claims")


async def test_a_bracket_lists_what_is_open_about_its_matches_too(house: House) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket")
    protest = happens("protest_filed", match="a-2", reason="alineación")
    await house.post(protest)
    await visit.until("document.querySelector('section.open .under-protest') !== null")
    assert "Beta – Alfa: hay un reclamo sin resolver." in await visit.text("section.open")
    assert "Beta – Alfa" in await house.stadium.read(f"{NATIONAL}/bracket")
    assert "Beta – Alfa" not in await house.stadium.read(f"/c/{CUP}/sections/region-3")
    dismissed = {"target": protest["id"], "outcome": "dismissed"}
    await house.post(happens("protest_decided", match="a-2", **dismissed))
    await visit.until("document.querySelector('section.open .under-protest') === null")


async def test_a_running_competition_shows_the_round_that_is_on_and_folds_the_rest(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}", viewport=WALL)
    assert await visit.texts(".short h3") == ["Cuartos de final"]
    assert await visit.page.locator(".short .tie").count() == 4
    assert await visit.page.locator("section.final").count() == 0
    assert not await visit.page.locator(".criteria").is_visible()
    assert await visit.page.locator(".groups .standings").first.is_visible()


async def test_on_a_phone_a_running_competition_shows_what_is_on_and_leaves_tables_to_their_pages(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}", viewport=PHONE)
    assert await visit.page.locator(".now .game .goals").first.is_visible()
    assert not await visit.page.locator(".standings").first.is_visible()
    assert await visit.page.locator(".stages a").first.is_visible()
    await visit.go(f"/c/{CUP}/sections/tacna")
    assert await visit.page.locator(".groups .standings").first.is_visible()


async def test_what_is_on_stands_by_stage_and_section(house: House) -> None:
    visit = await house.visit("/")
    assert "Etapa Nacional" in await visit.texts(".games .part h3")
    assert "Sorteo de las llaves" in await visit.text(".decided")


# How it looks


async def test_a_tie_stands_between_those_that_lead_to_it_and_lines_meet_there(
    house: House,
) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket", viewport=WALL)
    middles = """(() => {
      const middle = (id) => {
        const box = document.querySelector(`[data-key="${id}"] .pairing`).getBoundingClientRect();
        return (box.top + box.bottom) / 2;
      };
      const paths = [...document.querySelectorAll(".lines path")];
      const boxes = paths.map((path) => path.getBoundingClientRect());
      const ends = boxes.map(({ top, bottom }) => [top, bottom]);
      return [["a", "b", "e"].map(middle), ends];
    })()"""
    (first, second, between), lines = await visit.page.evaluate(middles)
    assert abs((first + second) / 2 - between) < 2
    assert [round(end) for end in lines[0]] == [round(first), round(between)]
    assert [round(end) for end in lines[1]] == [round(between), round(second)]


async def test_on_a_wall_sixteen_clubs_fit_whole_though_every_tie_says_all_it_can(
    house: House,
) -> None:
    await sixteen(house.stadium)
    boxes = "[...document.querySelectorAll('.pairing')].map((one) => one.getBoundingClientRect())"
    for language in ("es", "en"):
        path = f"/c/sixteen/sections/national/bracket?lang={language}"
        visit = await house.visit(path, viewport=WALL)
        assert await visit.page.locator(".simulated").first.is_visible()
        assert "5" in await visit.text('[data-key="t8"] .verdict')
        lowest = await visit.page.evaluate(f"Math.max(...{boxes}.map((box) => box.bottom))")
        widest = await visit.page.evaluate(f"Math.max(...{boxes}.map((box) => box.right))")
        assert lowest <= WALL["height"]
        assert widest <= WALL["width"]


async def test_on_a_phone_rounds_are_panned_one_by_one_and_reached_by_keyboard(
    house: House,
) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket", viewport=PHONE)
    page = visit.page
    boxes = [await link.bounding_box() for link in await page.locator(".turns a").all()]
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    await page.focus(".field")
    assert await page.evaluate("document.activeElement.getAttribute('aria-label')") == "Nacional"
    await page.locator(".turns a").last.press("Enter")
    at = "document.querySelector('#round-final').getBoundingClientRect().left"
    await visit.until(f"Math.abs({at}) < 60")


async def test_figures_keep_clear_of_the_halfway_line_however_many_they_are(
    house: House,
) -> None:
    clear = """(() => {
      const pitch = document.querySelector(".pitch").getBoundingClientRect();
      const halfway = (pitch.left + pitch.right) / 2;
      return [...document.querySelectorAll(".pitch .goals")].map((goals) => {
        const range = document.createRange();
        range.selectNodeContents(goals);
        const { left, right } = range.getBoundingClientRect();
        return Math.round(Math.max(left - halfway, halfway - right));
      });
    })()"""
    visit = await house.visit("/")
    for match in ("long", "longest"):
        await visit.go(f"/c/{CUP}/matches/{match}")
        for viewport in (NARROW, PHONE, WALL):
            await visit.resize(viewport)
            assert min(await visit.page.evaluate(clear)) > 3, (match, viewport)


async def test_what_a_thumb_would_press_is_large_enough_for_it(house: House) -> None:
    small = """[...document.querySelectorAll("a:not(.skip)")]
      .filter((link) => link.offsetParent && link.getBoundingClientRect().height < 40)
      .map((link) => `${link.className} ${link.textContent}`)"""
    visit = await house.visit("/", viewport=PHONE)
    for path in PAGES:
        await visit.go(path)
        assert await visit.page.evaluate(small) == [], path


async def test_these_pages_are_accessible_light_and_fit_any_screen(house: House) -> None:
    for theme, viewport, pages in (("light", PHONE, PAGES), ("dark", WALL, PAGES[1:4])):
        visit = await house.visit("/", viewport=viewport, color_scheme=theme)
        for path in pages:
            await visit.go(path)
            assert await faults(visit) == [], (path, theme)
            for size in (NARROW, viewport):
                await visit.resize(size)
                wide = "document.documentElement.scrollWidth - innerWidth"
                assert await visit.page.evaluate(wide) <= 0, (path, size)
        assert visit.complaints == []


async def test_none_of_these_pages_weighs_much(house: House) -> None:
    for path in ("/", f"{NATIONAL}/bracket"):
        visit = await house.visit(path)
        sizes = [await request.sizes() for request in visit.finished]
        assert 0 < sum(size["responseBodySize"] for size in sizes) < WEIGHT_BYTES_MAX, path
        await house.leave()


# How it moves


async def test_the_browser_draws_these_pages_as_the_server_does_and_nothing_shifts(
    house: House,
) -> None:
    visit = await house.visit("/", reduced_motion="reduce")
    for path in PAGES:
        await visit.go(f"{path}?lang=en")
        assert await visit.page.evaluate(SHIFTED) == [], path
        for drawing in await visit.page.evaluate(BOTH_DRAWINGS):
            assert drawing["browser"] == drawing["server"], (path, drawing["name"])


async def test_a_goal_moves_the_aggregate_and_a_decision_fills_the_slot_while_somebody_looks(
    house: House,
) -> None:
    visit = await house.visit(f"{NATIONAL}/bracket")
    goals = (
        "[...document.querySelectorAll('[data-key=\"b\"] .goals')].map((one) => one.textContent)"
    )
    await house.post(goal("b-2", "away", 60))
    await visit.until(f"{goals}.slice(0, 2).join() === '2,1'")
    assert await visit.texts('[data-key="b"] .side [data-changed]') == ["2"]
    await house.post(happens("final_whistle", match="b-2", home=0, away=1))
    await visit.until("document.querySelector('[data-key=\"b\"] .side.through') !== null")
    await visit.until(
        "[...document.querySelectorAll('[data-key=\"e\"] .side')][1].textContent.includes('Gama')"
    )
    assert visit.complaints == []


async def test_a_list_that_only_the_server_draws_is_asked_for_again_when_it_changes(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}/clubs")
    await house.post(happens("team_entered", team="omega", names={"full": "Omega"}))
    await visit.until("document.querySelector('[data-key=omega]') !== null")


async def test_a_competition_is_settled_when_nothing_is_left_though_nobody_closed_it(
    house: House,
) -> None:
    visit = await house.visit(f"/c/{CUP}")
    assert await visit.text(".summary .state >> nth=0") == "en marcha"
    assert "1 no se jugó" in await visit.text(".progress")
    await house.post(*the_rest())
    await visit.until("document.querySelector('.summary .settled') !== null")
    assert await visit.text(".final .verdict") == "Gana Alfa (no se sabe cómo)"


async def test_the_day_is_light_though_hundreds_of_sections_play_at_once(house: House) -> None:
    await pyramid(house.stadium)
    visit = await house.visit("/")
    sizes = [await request.sizes() for request in visit.finished]
    assert 0 < sum(size["responseBodySize"] for size in sizes) < WEIGHT_BYTES_MAX
    assert await visit.page.locator('.game[data-key^="pyramid/"]').count() == 8
    assert "Distrito 24: 1 partido" in await visit.text(".games .rest")
    assert "y 64 secciones más" in await visit.text(".games .rest")
    seen: set[str] = set()
    await visit.go("/c/pyramid/sections")
    for _ in range(3):
        seen |= set(await visit.texts(".sections li"))
        if await visit.page.locator("[rel=next]").count():
            await visit.page.click("[rel=next]")
    assert len(seen) == DISTRICTS
    assert visit.complaints == []
