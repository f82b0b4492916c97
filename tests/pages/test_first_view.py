"""The first view is rendered by the server with its data in it, in the reader's language."""

import json
import re

import pytest
from redis.asyncio import Redis

from services.store import keys
from services.store.log import Log
from tests.pages.conftest import Visitor
from tests.pages.stadium import COPA, Stadium, goal, happens, kicks_off, result

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERU_FIRST = {"accept-language": "en-GB,en;q=0.9"}


async def test_without_any_script_the_day_says_what_is_on_and_what_just_happened(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(result("m2", 2, 1), kicks_off("m1"), goal("m1", "away", 34))
    visit = await visitor(java_script_enabled=False)
    await visit.go("/", live=False)
    assert await visit.text(".game .side >> nth=1") == "Bagua Grande 1"
    assert "Gol de Bagua Grande 34'" in await visit.text(".feed .entry >> nth=0")
    assert "Amazonas FC 0–1 Bagua Grande" in await visit.text(".feed")
    assert (await visit.texts(".standings .row .points"))[:2] == ["3", "3"]
    assert "si terminara ahora" in await visit.text(".group")
    assert "como estaba a las" in await visit.text("#connection")


async def test_without_any_script_a_group_says_who_is_where_and_why(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(result("m1", 2, 0), result("m2", 0, 1))
    visit = await visitor(java_script_enabled=False)
    await visit.go(f"/c/{COPA}/groups/group-a", live=False)
    assert await visit.texts(".row .name:visible") == [
        "Amazonas FC", "Unión Comercial", "San Valentín de Shucayacu", "Bagua Grande",
    ]  # fmt: skip
    assert "Amazonas FC va antes que Unión Comercial" in await visit.text(".order")
    assert "diferencia de goles: +2 a +1 (art. 8)" in await visit.text(".order")
    assert "Segunda fase: 1.º a 2.º" in await visit.text(".standings .berth")
    assert await visit.texts(".fixtures h3") == ["Por jugarse 4", "Jugados 2"]


async def test_without_any_script_a_match_says_its_score_and_how_it_came(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(kicks_off("m1"), goal("m1", "home", 12), goal("m1", "away"))
    visit = await visitor(java_script_enabled=False)
    await visit.go(f"/c/{COPA}/matches/m1", live=False)
    assert (await visit.text("h1")).replace(" – ", "–") == "Amazonas FC 1–1 Bagua Grande"
    assert await visit.texts(".fact .minute") == ["", "12'", "— no se sabe"]
    assert await visit.texts(".marked .name:visible") == ["Amazonas FC", "Bagua Grande"]


async def test_a_peruvian_competition_speaks_spanish_whatever_the_browser_likes(
    stadium: Stadium,
) -> None:
    assert '<html lang="es">' in await stadium.read(f"/c/{COPA}", **PERU_FIRST)


async def test_a_competition_elsewhere_speaks_the_language_of_its_reader(stadium: Stadium) -> None:
    await stadium.create("cup", name="Cup", time_zone="Europe/London")
    assert '<html lang="en">' in await stadium.read("/c/cup", **{"accept-language": "en,es;q=0.5"})
    assert '<html lang="es">' in await stadium.read("/c/cup", **{"accept-language": "es-PE"})


async def test_the_language_that_was_asked_for_is_kept_in_every_link(stadium: Stadium) -> None:
    page = await stadium.read(f"/c/{COPA}?lang=en")
    assert '<html lang="en">' in page
    links = re.findall(r'href="(/(?:c/[^"]*)?)"', page)
    inside = [link for link in links if link != f"/c/{COPA}?lang=es"]
    assert inside
    assert all(link.endswith("?lang=en") for link in inside), inside


async def test_an_address_that_leads_nowhere_says_so_kindly(stadium: Stadium) -> None:
    for path in ("/c/nobody", f"/c/{COPA}/groups/nobody", f"/c/{COPA}/matches/group-a", "/c/A%20B"):
        answer = await stadium.web.get(path, **{"accept-language": "es"})
        assert answer.status_code == 404, path
        assert "Aquí no hay nada" in answer.text
    for accept, kind in (("text/html,*/*;q=0.8", "text/html"), ("*/*", "application/problem+json")):
        answer = await stadium.web.get("/nowhere/at/all", accept=accept)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith(kind)


async def test_a_private_competition_has_no_page(stadium: Stadium) -> None:
    await stadium.create("secret", name="Copa Secreta", private=True)
    assert "Copa Secreta" not in await stadium.read("/")
    assert (await stadium.web.get("/c/secret")).status_code == 404


async def test_a_simulated_competition_says_so_on_every_page(stadium: Stadium) -> None:
    await stadium.create("invented", name="Copa Inventada", simulated=True)
    await stadium.post(kicks_off("m1"), competition="invented")
    for path in ("/", "/c/invented", "/c/invented/groups/group-a", "/c/invented/matches/m1"):
        page = await stadium.read(path)
        assert '<span class="state simulated">simulado</span>' in page, path


async def test_a_result_that_nobody_knows_is_shown_as_not_known(stadium: Stadium) -> None:
    await stadium.post(happens("final_whistle", match="m1"))
    await stadium.post(happens("result_recorded", match="m2", outcome="away"))
    page = await stadium.read(f"/c/{COPA}/groups/group-a")
    assert '<span class="pending">ganó Unión Comercial</span>' in page


async def test_teams_that_no_rule_separates_share_a_rank_and_say_so(stadium: Stadium) -> None:
    await stadium.post(*(result(f"m{number}", 0, 0) for number in range(1, 7)))
    page = await stadium.read(f"/c/{COPA}/groups/group-a")
    assert page.count('<span class="place">1</span>') == 4
    assert "Segunda fase: por definir" in page
    assert "siguen igualados y el puesto importa. Lo define: sorteo." in page
    assert '<span class="state undecided">por definir</span>' in page


async def test_a_source_that_orders_a_table_differently_stands_beside_it(stadium: Stadium) -> None:
    claim = happens(
        "claim_recorded",
        about="standings/group-a",
        says="El diario pone a Bagua Grande primero.",
        source="https://example.org/diario",
        order=["bagua", "amazonas", "san-valentin", "union"],
    )
    await stadium.post(result("m1", 2, 0), claim)
    page = await stadium.read(f"/c/{COPA}/groups/group-a")
    assert "El diario pone a Bagua Grande primero." in page
    assert 'href="https://example.org/diario"' in page
    assert '<tr class="differs"><td>1</td><th scope="row">Bagua Grande</th>' in page
    assert "otra fuente ordena distinto" in await stadium.read(f"/c/{COPA}")


async def test_a_scorer_is_named_where_the_name_is_known(stadium: Stadium) -> None:
    await stadium.name("p-1", "Rosa Quispe")
    await stadium.post(kicks_off("m1"), goal("m1", "home", 3, player="p-1"))
    assert '<span class="who">Rosa Quispe</span>' in await stadium.read(f"/c/{COPA}/matches/m1")


async def test_a_name_that_is_a_script_is_shown_as_text(stadium: Stadium, visitor: Visitor) -> None:
    wicked = '<script>taken = 1</script><img src=x onerror="taken = 1">'
    await stadium.post(happens("team_entered", team="union", names={"full": wicked}))
    await stadium.post(
        result("m2", 0, 1, source="javascript:alert(1)"),
        happens("note_added", text="</script><script>taken = 1</script>"),
    )
    visit = await visitor()
    for path in ("/", f"/c/{COPA}", f"/c/{COPA}/groups/group-a", f"/c/{COPA}/matches/m2"):
        page = await visit.go(path)
        assert wicked in await page.inner_text("body"), path
        assert not await page.evaluate("window.taken"), path
    assert await visit.page.locator('a[href^="javascript"]').count() == 0
    # The same name once more, drawn by the browser.
    await stadium.post(result("m2", 0, 3))
    await visit.until("document.querySelector('h1').textContent.includes('3')")
    assert wicked in await visit.page.inner_text("h1")
    assert visit.complaints == []


async def test_what_was_decided_is_still_said_when_much_was_played_since(
    stadium: Stadium,
) -> None:
    await stadium.post(happens("points_adjusted", team="bagua", group="group-a", points=-3))
    for _ in range(12):
        await stadium.post(*(happens("note_added", text="Llueve.") for _ in range(100)))
    for _ in range(2):  # It is remembered, and still there.
        page = await stadium.read("/")
        assert "Ajuste de puntos: Bagua Grande −3" in page.partition('id="decided"')[2]
    await stadium.post(happens("competition_closed"))
    decided = (await stadium.read("/")).partition('id="decided"')[2]
    assert decided.index("Termina el campeonato") < decided.index("Ajuste de puntos")


@pytest.mark.parametrize(
    "damaged", [b"garbage", b'{"v":1,"type":"goal_scored"}', b'{"v":1,"id":"a","type":"x"}', None]
)
async def test_a_log_that_cannot_be_read_on_is_said_to_have_stopped_and_hides_nothing_else(
    stadium: Stadium, redis: Redis, damaged: bytes | None
) -> None:
    await stadium.create("copa-sana", name="Copa Sana")
    await stadium.post(kicks_off("m1"), goal("m1", "home", 12))
    log = keys.log(COPA)
    position = (await Log(redis, COPA).tail()).position + 1
    await redis.xadd(log, {"e": damaged or b"garbage", "d": b""}, id=f"{position}-0")
    if damaged is None:  # a gap
        await redis.xadd(log, {"e": b"garbage", "d": b""}, id=f"{position + 1}-0")
        await redis.xdel(log, f"{position}-0")
    stopped = f"Copa de Prueba: su registro no se puede leer desde la posición {position}."
    for path in ("/", f"/c/{COPA}"):
        page = await stadium.read(path)
        assert stopped in page
        assert "Gol de Amazonas FC" in page
    assert "Copa Sana" in await stadium.read("/")
    assert "no se puede leer" not in await stadium.read("/c/copa-sana")


async def test_what_is_over_says_so_calmly_and_is_not_called_live(
    stadium: Stadium, visitor: Visitor
) -> None:
    visit = await visitor()
    await visit.go(f"/c/{COPA}")
    await stadium.post(happens("competition_closed"))
    await visit.page.wait_for_selector("#connection .closed")
    assert await visit.page.locator("#connection .live").count() == 0
    await visit.until("document.querySelector('.now') === null")
    await visit.go(f"/c/{COPA}/groups/group-a", live=False)
    await visit.until("document.documentElement.dataset.status === 'live'")
    assert await visit.text("#connection") == "terminado"
    await stadium.post(happens("competition_reopened"))
    await visit.go(f"/c/{COPA}")
    assert visit.complaints == []


async def test_what_a_page_carries_as_data_is_json(stadium: Stadium) -> None:
    page = await stadium.read("/")
    [carried] = re.findall(r'<script type="application/json" id="context">(.*?)</script>', page)
    assert json.loads(carried)["competitions"][COPA]["time_zone"] == "America/Lima"
