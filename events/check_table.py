"""Decisions about a table name its teams, and a table is finalised when nothing in it is open."""

from events.errors import Refused
from events.fields import Order
from events.possible import each_in, each_once, possible_row
from events.state import (
    State,
    Warned,
    among,
    flat,
    in_table,
    known_group,
    known_teams,
    refines,
    tiers,
    written,
)
from events.types import (
    ClaimRecorded,
    PointsAdjusted,
    RankDecided,
    StandingsFinalised,
    TableAdopted,
)


def check_adjustment(event: PointsAdjusted, state: State) -> list[Warned]:
    in_table((event.team,), event.group, state)
    return []


def check_rank(event: RankDecided, state: State) -> list[Warned]:
    possible_order(event.order, event.group, state)
    return []


def possible_order(order: Order, group: str, state: State) -> None:
    teams, overall = flat(order), state.overall_teams(group)
    if overall is None:
        in_table(teams, group, state)
    else:
        among(teams, overall, group)
    if len(teams) < 2 or len(set(teams)) < len(teams) or () in tiers(order):
        raise Refused(
            "an order names two teams or more, each once, and at least one at each rank",
            path="order",
            order=list(teams),
        )


def check_adopted(event: TableAdopted, state: State) -> list[Warned]:
    group, teams = event.group, tuple(row.team for row in event.rows)
    rows = each_in("rows", event.rows)
    if members := known_group(group, state):
        among(teams, members, group)
    known_teams(teams, state)
    if not teams:
        raise Refused(f"the table of {group} is empty; give a row for each team", group=group)
    each_once(f"rows of {group}", ((f"{at}.team", row.team) for at, row in rows))
    for at, row in rows:
        possible_row(row, at, group)
    return []


def check_claim(event: ClaimRecorded, state: State) -> list[Warned]:
    if event.order is not None:
        known_teams(flat(event.order), state)
    if state.shows_claims(event.about):
        return []
    message = (
        f"there is no {event.about} to show this beside, so nobody sees it; name standings/ with a "
        "group, matches/ with a match, bracket/ with a section, or records, scorers or teams"
    )
    return [Warned("unknown-topic", message, "about")]


def check_finalised(event: StandingsFinalised, state: State) -> list[Warned]:
    group = event.group
    known_group(group, state)
    if asked := state.open_questions(group):
        raise Refused(
            f"{group} is still open: {'; '.join(asked)}", group=group, open_questions=list(asked)
        )
    order, final = state.order(group), tiers(event.order)
    parts = not state.ranked_by_results(group) and refines(final, order)
    if final != order and not parts:
        raise Refused(
            f"the order of {group} is {written(order)}; finalise that, or record "
            "the decision that changes it first",
            group=group,
            order=[list(tier) for tier in order],
        )
    return []
