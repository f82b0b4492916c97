"""A page that is open stays true: it moves with the log, and says when it cannot."""

import re
from typing import Any

import pytest

from tests.pages.conftest import Visitor
from tests.pages.stadium import (
    COPA,
    PHONE,
    REGULATIONS,
    TEAMS,
    WALL,
    Stadium,
    goal,
    happens,
    kicks_off,
    result,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What a page draws with, and what it draws from.
MODULES = """
  const { src } = document.querySelector('script[src$="board.js"]');
  const module = (name) => import(src.replace("board.js", name));
  const { drawn, fed } = await module("board.js");
  const { change } = await module("change.js");
  const found = [];
  for (const element of document.querySelectorAll("[data-draw]")) {
    const { competition, topic, draw } = element.dataset;
    const answer = await fetch(`/v1/competitions/${competition}/views/${topic}`);
    found.push([draw, element, drawn(element, (await answer.json()).data)]);
  }
  for (const element of document.querySelectorAll("[data-feed]")) {
    found.push(["feed", element, fed(element)]);
  }
"""

# Every element as the server drew it, and as the browser does.
BOTH_DRAWINGS = f"""async () => {{
  {MODULES}
  const written = (node) => {{
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim().replace(/\\s+/g, " ");
    const attributes = [...node.attributes].map(({{ name, value }}) => `${{name}}="${{value}}"`);
    return `<${{[node.localName, ...attributes.sort()].join(" ")}}>${{children(node)}}</>`;
  }};
  const children = (node) => [...node.childNodes].map(written).join("");
  return found.map(([name, element, nodes]) => {{
    const again = document.createElement("div");
    again.append(...nodes.flat(Infinity).filter(Boolean));
    return {{ name, server: children(element), browser: children(again) }};
  }});
}}"""

# The elements that have another place when the browser has drawn them all again.
SHIFTED = f"""async () => {{
  {MODULES}
  const places = () => [...document.querySelectorAll("main *")].map((element) => {{
    const {{ x, y, width, height }} = element.getBoundingClientRect();
    const place = [x, y, width, height].map(Math.round);
    return `${{element.localName}}.${{element.className}} ${{place}}`;
  }});
  const before = places();
  for (const [, element, nodes] of found) change(element, nodes);
  const after = places();
  return before.map((place, at) => [place, after[at]]).filter(([was, is]) => was !== is);
}}"""


async def everything(stadium: Stadium) -> None:
    """Bring about as many states as a page can show."""
    await stadium.create("invented", name="Copa Inventada", simulated=True)
    await stadium.post(
        result("m1", 2, 0, source="https://example.org/planilla"),
        happens("protest_filed", match="m1", reason="jugador no inscrito"),
        kicks_off("m2"),
        goal("m2", "home", 20, method="penalty", player="p-1"),
        happens("card_shown", match="m2", side="away", card="second_yellow", minute=44, stoppage=2),
        happens("match_suspended", match="m2", minute=44, reason="lluvia"),
        kicks_off("m3"),
        goal("m3", "away"),
        happens("final_whistle", match="m3", home=0, away=2),
        happens("match_postponed", match="m4"),
        happens("result_awarded", match="m5", outcome="home", home=3, away=0, reason="walkover"),
        happens("match_rescheduled", match="m6", kick_off="2026-11-29", venue="Estadio Municipal"),
        happens("points_adjusted", team="bagua", group="group-a", points=-3),
        happens(
            "claim_recorded",
            about="standings/group-a",
            says="Otro orden.",
            order=["bagua", ["amazonas", "san-valentin"], "union"],
        ),
        happens("note_added", text="Una nota.", source="una radio"),
    )
    await stadium.post(
        kicks_off("m2"),
        happens("added_time_announced", match="m2", minutes=3),
        happens("shoot_out_kick_taken", match="m2", side="home", scored=True, order=1),
        happens("shoot_out_kick_taken", match="m2", side="away", scored=False, order=2),
        happens("lots_drawn", group="group-a", order=["bagua", ["amazonas", "union"]]),
        happens("team_excluded", team="union", reason="sin planilla"),
        competition="invented",
    )
    cancelled = goal("m2", "home", 30)
    await stadium.post(cancelled)
    await stadium.post(
        happens("event_cancelled", match="m2", target=cancelled["id"], reason="fuera de juego")
    )


async def test_the_browser_draws_what_the_server_draws_and_nothing_shifts(
    stadium: Stadium, visitor: Visitor
) -> None:
    await everything(stadium)
    pages = ["/", f"/c/{COPA}", f"/c/{COPA}/groups/group-a"]
    pages += [f"/c/{COPA}/matches/m{number}" for number in range(1, 7)]
    for language, viewport in (("es", PHONE), ("en", WALL)):
        visit = await visitor(viewport=viewport, reduced_motion="reduce")
        for path in pages:
            page = await visit.go(f"{path}?lang={language}")
            assert await page.evaluate(SHIFTED) == [], path
            drawings: list[dict[str, Any]] = await page.evaluate(BOTH_DRAWINGS)
            assert len(drawings) > 3, path
            for drawing in drawings:
                assert drawing["browser"] == drawing["server"], (path, drawing["name"])


async def test_a_goal_moves_the_table_and_marks_what_changed(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(result("m2", 1, 0), kicks_off("m1"))
    visit = await visitor()
    await visit.go(f"/c/{COPA}")
    row = '.row[data-key="bagua"]'
    assert (await visit.texts(".row .name:visible"))[0] == "San Valentín"
    await stadium.post(goal("m1", "away", 34), goal("m1", "away", 35))
    await visit.until("document.querySelector('.row').dataset.key === 'bagua'")
    marked = await visit.texts(f"{row} [data-changed]")
    assert marked == ["1", "0", "2", "+2", "3"]
    assert await visit.texts(".game .goals") == ["0", "2"]
    assert "Gol de Bagua Grande 35'" in await visit.text(".feed .entry >> nth=0")
    await visit.until("!document.querySelector('[data-changed]')")
    assert visit.complaints == []


async def test_a_goal_and_its_correction_are_announced_once_in_words(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(kicks_off("m1"))
    visits = [await visitor(), await visitor(), await visitor()]
    pages = ("/", f"/c/{COPA}/groups/group-a", f"/c/{COPA}/matches/m1")
    for visit, path in zip(visits, pages, strict=True):
        await visit.go(path)
        await visit.page.evaluate(
            """() => {
              window.said = [];
              const region = document.querySelector("[role=status]");
              const hear = () => region.textContent && said.push(region.textContent);
              new MutationObserver(hear).observe(region, { childList: true });
            }"""
        )
    told = goal("m1", "away", 34)
    await stadium.post(told)
    for visit in visits:
        await visit.until("said.length > 0")
        said = await visit.page.evaluate("said")
        assert said == ["Gol. Amazonas FC 0, Bagua Grande 1, minuto 34."], visit.page.url
    await stadium.post(happens("card_shown", match="m1", side="home", card="yellow"))
    for visit in visits:
        await visit.page.wait_for_timeout(300)
        assert len(await visit.page.evaluate("said")) == 1
    await stadium.post(happens("event_cancelled", match="m1", target=told["id"]))
    for visit in visits:
        await visit.until("said.length > 1")
        said = await visit.page.evaluate("said")
        assert said[1:] == ["Corrección. Amazonas FC 0, Bagua Grande 0."], visit.page.url


async def test_rows_travel_to_their_place_unless_the_reader_wants_stillness(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(result("m2", 1, 0), kicks_off("m1"))
    moving, still = await visitor(), await visitor(reduced_motion="reduce")
    for visit in (moving, still):
        await visit.go(f"/c/{COPA}/groups/group-a")
        await visit.page.evaluate(
            """() => {
              window.travels = [];
              const animate = Element.prototype.animate;
              Element.prototype.animate = function (frames, options) {
                travels.push([this.dataset.key, options.duration]);
                return animate.call(this, frames, options);
              };
            }"""
        )
    await stadium.post(goal("m1", "away", 34), goal("m1", "away", 35))
    for visit in (moving, still):
        await visit.until("document.querySelector('.row').dataset.key === 'bagua'")
    travels = await moving.page.evaluate("travels")
    assert "bagua" in [key for key, _ in travels]
    assert all(duration < 400 for _, duration in travels)
    assert await still.page.evaluate("travels") == []
    running = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert await still.page.evaluate(running) == 0


async def test_what_is_printed_says_of_when_it_is(stadium: Stadium, visitor: Visitor) -> None:
    visit = await visitor()
    page = await visit.go(f"/c/{COPA}")
    rendered = await page.text_content(".printed")
    await page.evaluate("document.querySelector('.printed').textContent = ''")
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = await page.text_content(".printed")
    assert rendered
    assert printed
    assert printed.partition(" · ")[0] == rendered.partition(" · ")[0]
    assert re.search(r" · \d+ [a-z]{3} \d{4}, \d\d:\d\d$", printed), printed


async def test_a_page_that_is_cut_off_says_since_when_and_catches_up(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(kicks_off("m1"))
    visit = await visitor()
    await visit.go(f"/c/{COPA}/matches/m1?lang=en")
    await stadium.close_gateway()
    await visit.page.wait_for_selector("#connection .reconnecting")
    assert (await visit.text("#connection")).startswith("reconnecting since ")
    assert await visit.page.locator("#connection .live").count() == 0
    await stadium.post(goal("m1", "home", 50))
    assert await visit.text("h1 .goals >> nth=0") == "0"
    stadium.open_gateway()
    await visit.page.wait_for_selector("#connection .live")
    await visit.until("document.querySelector('h1 .goals').textContent === '1'")
    assert await visit.texts(".fact .minute") == ["", "50'"]


async def test_a_correction_strikes_what_it_corrects(stadium: Stadium, visitor: Visitor) -> None:
    wrong = goal("m1", "home", 20)
    await stadium.post(kicks_off("m1"), wrong)
    visit = await visitor()
    await visit.go(f"/c/{COPA}")
    await stadium.post(happens("event_cancelled", match="m1", target=wrong["id"]))
    await visit.page.wait_for_selector(".entry.struck")
    assert "no fue así: «Gol de Amazonas FC, 20'»" in await visit.text(".feed .entry >> nth=0")
    await visit.until("document.querySelector('.game .goals').textContent === '0'")


async def test_a_group_formed_while_somebody_looks_gets_its_table(
    stadium: Stadium, visitor: Visitor
) -> None:
    visit = await visitor()
    await visit.go(f"/c/{COPA}")
    await stadium.post(
        happens(
            "group_formed",
            stage="departmental",
            section="amazonas",
            group="group-b",
            name="Grupo B",
            teams=list(TEAMS)[:2],
        )
    )
    await visit.until("document.querySelectorAll('.group').length === 2")
    await stadium.post(
        happens("match_scheduled", match="b1", group="group-b", home="bagua", away="amazonas"),
        result("b1", 4, 0),
    )
    points = "document.querySelectorAll('.group')[1].querySelector('.row .points').textContent"
    await visit.until(f"{points} === '3'")


async def test_a_name_that_is_given_while_somebody_looks_is_shown_with_the_goal(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.post(kicks_off("m1"))
    visit = await visitor()
    await visit.go(f"/c/{COPA}/matches/m1")
    await stadium.name("p-7", "Rosa Quispe")
    await stadium.post(goal("m1", "home", 3, player="p-7"))
    await visit.until("document.querySelector('.fact .who')?.textContent === 'Rosa Quispe'")


async def test_nothing_moves_under_a_finger(stadium: Stadium, visitor: Visitor) -> None:
    await stadium.post(kicks_off("m1"))
    visit = await visitor()
    page = await visit.go(f"/c/{COPA}/matches/m1")
    await page.mouse.move(100, 300)
    await page.mouse.down()
    await stadium.post(goal("m1", "home", 1))
    await visit.until("document.getElementById('said').textContent !== ''")
    assert await visit.text("h1 .goals >> nth=0") == "0"
    await page.mouse.up()
    await visit.until("document.querySelector('h1 .goals').textContent === '1'")


async def test_the_day_follows_several_competitions_at_once(
    stadium: Stadium, visitor: Visitor
) -> None:
    await stadium.create("second", name="Segunda Copa", regulations={**REGULATIONS, "notes": []})
    visit = await visitor()
    await visit.go("/")
    assert await visit.text(".now .nothing") == "Ahora no se juega ningún partido."
    for competition in (COPA, "second"):
        await stadium.post(kicks_off("m1"), goal("m1", "home", 3), competition=competition)
    await visit.until("document.querySelectorAll('.game').length === 2")
    goals = "[...document.querySelectorAll('.game .goals')].map((one) => one.textContent)"
    await visit.until(f"{goals}.join() === '1,0,1,0'")
    assert not await visit.page.locator(".now .nothing").is_visible()
    assert "Segunda Copa" in (await visit.texts(".now .own:has(.game) > .of"))[1]
    assert "Grupo A" in await visit.text(".game >> nth=0")
