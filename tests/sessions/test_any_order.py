"""Whatever happens in whatever order, boards may lag, never lie, never go back, and catch up."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway import hub, watched
from tests.sessions.world import SNAPSHOT_EVENTS, TOPICS, Board, Gateway, World

STEPS = 80
BYTES = (1, 300, 10**6)


class Weather:
    """Two gateways, three boards, and everything that can happen to them, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World()
        self.gateways = [Gateway(self.world), Gateway(self.world)]
        self.boards = [Board(self.world, self.gateways[number % 2]) for number in range(3)]
        self.often = {
            self.facts_are_recorded: 60,
            self.the_projector_commits: 60,
            self.a_gateway_hears_doorbells: 60,
            self.a_board_listens: 100,
            self.pages_of_the_log_arrive: 30,
            self.time_passes_for_a_board: 20,
            self.a_board_reconnects_somewhere: 15,
            self.doorbells_are_lost: 10,
            self.a_gateway_looks_again: 5,
            self.a_gateway_restarts: 5,
            self.the_log_is_rewound: 5,
            self.the_views_are_built_anew: 3,
        }

    def change(self, steps: int) -> None:
        for happens in self.chance.choices([*self.often], [*self.often.values()], k=steps):
            happens()

    def calm_down(self) -> None:
        """One more doorbell after whatever was lost, and everybody catches up."""
        self.world.append(TOPICS[:1])
        self.world.project()
        for gateway in self.gateways:
            gateway.hear(len(self.world.doorbells))
        for board in self.boards:
            board.listen_to_all()
            board.check_it_is_up_to_date()

    # What happens

    def facts_are_recorded(self) -> None:
        touched = self.chance.sample(TOPICS, self.chance.randint(0, 2))
        for _ in range(self.chance.choice([1, 1, 3, 12])):
            self.world.append(touched)

    def the_projector_commits(self) -> None:
        self.world.project()

    def a_gateway_hears_doorbells(self) -> None:
        self.chance.choice(self.gateways).hear(self.chance.randint(1, 5))

    def a_board_listens(self) -> None:
        self.chance.choice(self.boards).listen(self.chance.choice(BYTES))

    def pages_of_the_log_arrive(self) -> None:
        self.chance.choice(self.gateways).turn_pages()

    def time_passes_for_a_board(self) -> None:
        self.chance.choice(self.boards).wait(self.chance.choice([0.5, 2.0]))

    def a_board_reconnects_somewhere(self) -> None:
        self.chance.choice(self.boards).reconnect(self.chance.choice(self.gateways))

    def doorbells_are_lost(self) -> None:
        self.world.doorbells.clear()

    def a_gateway_looks_again(self) -> None:
        self.chance.choice(self.gateways).look_again()

    def a_gateway_restarts(self) -> None:
        former, made = self.chance.choice(self.gateways), Gateway(self.world)
        self.gateways[self.gateways.index(former)] = made
        for board in self.boards:
            if board.gateway is former:
                board.reconnect(made)

    def the_log_is_rewound(self) -> None:
        self.world.rewind(self.chance.randint(0, 15))

    def the_views_are_built_anew(self) -> None:
        self.world.build_anew()


@pytest.fixture(autouse=True, scope="module")
def _long_ago_is_a_few_events_ago() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watched, "LIVE_FEED_WINDOW_EVENTS_MAX", 6)
        patch.setattr(watched, "FEED_EVENTS", SNAPSHOT_EVENTS)
        patch.setattr(hub, "FEED_EVENTS", SNAPSHOT_EVENTS)
        patch.setattr(hub, "LIVE_FEED_READ_EVENTS_MAX", 3)
        patch.setattr(hub, "LIVE_FEED_PAGE_EVENTS_MAX", 5)
        yield


@settings(max_examples=500, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_boards_may_lag_never_lie_never_go_back_and_always_catch_up(seed: int) -> None:
    weather = Weather(seed)
    weather.change(STEPS)
    weather.calm_down()
