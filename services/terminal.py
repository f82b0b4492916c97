"""Views as a terminal shows them: a table as a table, matches as lines, anything else as it is."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.json import JSON
from rich.table import Table
from rich.text import Text

from services.client import View

FIGURES = {
    "P": "played",
    "W": "won",
    "D": "drawn",
    "L": "lost",
    "GF": "goals_for",
    "GA": "goals_against",
    "GD": "goal_difference",
    "Pts": "points",
}


def shown(view: View) -> RenderableType:
    """Show a view after its kind."""
    kind, _, name = view.topic.partition("/")
    match view.data:
        case {"rows": _} if kind == "standings":
            return _standings(view, name)
        case {"matches": list(matches)} if kind in ("matches", "live"):
            return _matches(view, matches)
        case {"home": _, "away": _, "timeline": list(timeline)}:
            return Group(_matches(view, [view.data]), *_timeline(timeline))
    return Group(Text(f"{view.topic} at {view.position}", "bold"), JSON.from_data(view.data))


def _standings(view: View, group: str) -> RenderableType:
    data = view.data
    title = f"{data.get('name') or group} · {data['status']} · at {view.position}"
    table = Table(title=title, title_justify="left")
    table.add_column("#", justify="right")
    table.add_column("Team")
    for figure in FIGURES:
        table.add_column(figure, justify="right", style="bold" if figure == "Pts" else "")
    for row in data["rows"]:
        figures = [_signed(name, row[name]) for name in FIGURES.values()]
        table.add_row(str(row["rank"]), row.get("name") or row["team"], *figures)
    questions = [Text(f"? {question['message']}") for question in data.get("open_questions", ())]
    return Group(table, *questions, *_claims(data))


def _signed(name: str, figure: int) -> str:
    return f"{figure:+d}" if name == "goal_difference" and figure else str(figure)


def _claims(data: dict[str, Any]) -> Iterable[RenderableType]:
    for claim in data.get("claims", ()):
        if claim.get("differs"):
            yield Text(f"≠ a source says otherwise: {claim['says']}")


def _matches(view: View, matches: list[dict[str, Any]]) -> RenderableType:
    table = Table(title=f"{view.topic} · at {view.position}", title_justify="left")
    for heading in ("Match", "Home", "", "Away", "Play", "Standing"):
        table.add_column(heading, justify="center" if not heading else "left")
    for match in matches:
        table.add_row(
            match["match"],
            _team(match["home"]),
            _counts(match),
            _team(match["away"]),
            match["play"],
            " · ".join([match["standing"], *_beside(match)]),
        )
    return table


def _counts(match: dict[str, Any]) -> str:
    """Say the result that counts, and while there is none the goals so far."""
    goals = _goals_that_count(match)
    if goals is not None:
        return _tally(goals)
    outcome = match["result"] and match["result"]["outcome"]
    if outcome in ("home", "away"):
        return f"{_team(match[outcome])} won"
    return str(outcome).replace("_", " ") if outcome else "–"


def _goals_that_count(match: dict[str, Any]) -> dict[str, Any] | None:
    result, score = match["result"], match["score"]
    if result and result.get("home") is not None and result.get("away") is not None:
        return dict(result)
    # Of a result without goals, those that were played say nothing but how it came to it.
    return dict(score) if score and not result else None


def _beside(match: dict[str, Any]) -> Iterable[str]:
    """Say what the result alone would hide."""
    if match["disputed"]:
        yield "disputed"
    if match["shoot_out"]:
        yield f"{_tally(match['shoot_out'])} in the shoot-out"
    played, counts = match["score"], _goals_that_count(match)
    if played and (counts is None or _tally(played) != _tally(counts)):
        yield f"{_tally(played)} " + ("counted" if match["disputed"] else "on the pitch")


def _tally(goals: dict[str, Any]) -> str:
    return f"{goals['home']}-{goals['away']}"


def _team(team: dict[str, Any]) -> str:
    return str(team.get("name") or team["team"])


def _timeline(facts: list[dict[str, Any]]) -> Iterable[Text]:
    for fact in facts:
        minute = "" if fact.get("minute") is None else f"{fact['minute']}'"
        said = " ".join(str(fact[name]) for name in ("side", "player", "text") if fact.get(name))
        yield Text(f"{fact['position']:>7}  {minute:>4}  {fact['type']}  {said}".rstrip())
