"""Whatever happens in whatever order, boards may lag, never lie, never go back, and catch up."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services import hub, watched
from tests.sessions.world import SNAPSHOT_EVENTS, TOPICS, Board, Gateway, World

BOARDS = st.integers(0, 2)
GATEWAYS = st.integers(0, 1)
BYTES = st.sampled_from([1, 300, 10**6])


class AnyOrder(RuleBasedStateMachine):
    """Two gateways, three boards, and everything that can happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.small = pytest.MonkeyPatch()  # so that what is long ago is a few events ago
        self.small.setattr(watched, "LIVE_FEED_WINDOW_EVENTS_MAX", 6)
        self.small.setattr(watched, "LIVE_FEED_SNAPSHOT_EVENTS", SNAPSHOT_EVENTS)
        self.small.setattr(hub, "LIVE_FEED_SNAPSHOT_EVENTS", SNAPSHOT_EVENTS)
        self.small.setattr(hub, "LIVE_FEED_READ_EVENTS_MAX", 3)
        self.small.setattr(hub, "LIVE_FEED_PAGE_EVENTS_MAX", 5)
        self.world = World()
        self.gateways = [Gateway(self.world), Gateway(self.world)]
        self.boards = [Board(self.world, self.gateways[number % 2]) for number in range(3)]

    @rule(touched=st.lists(st.sampled_from(TOPICS), max_size=2), times=st.sampled_from([1, 3, 12]))
    def facts_are_recorded(self, touched: list[str], times: int) -> None:
        for _ in range(times):
            self.world.append(touched)

    @rule()
    def the_projector_commits(self) -> None:
        self.world.project()

    @rule(gateway=GATEWAYS, count=st.integers(1, 5))
    def a_gateway_hears_doorbells(self, gateway: int, count: int) -> None:
        self.gateways[gateway].hear(count)

    @rule()
    def doorbells_are_lost(self) -> None:
        self.world.doorbells.clear()

    @rule(gateway=GATEWAYS)
    def a_gateway_looks_again(self, gateway: int) -> None:
        self.gateways[gateway].look_again()

    @rule(board=BOARDS, bytes_max=BYTES)
    def a_board_listens(self, board: int, bytes_max: int) -> None:
        self.boards[board].listen(bytes_max)

    @rule(gateway=GATEWAYS)
    def pages_of_the_log_arrive(self, gateway: int) -> None:
        self.gateways[gateway].turn_pages()

    @rule(board=BOARDS, seconds=st.sampled_from([0.5, 2.0]))
    def time_passes_for_a_board(self, board: int, seconds: float) -> None:
        self.boards[board].wait(seconds)

    @rule(board=BOARDS, gateway=GATEWAYS)
    def a_board_reconnects_somewhere(self, board: int, gateway: int) -> None:
        self.boards[board].session.leave()
        self.boards[board].connect(self.gateways[gateway])

    @rule(gateway=GATEWAYS)
    def a_gateway_restarts(self, gateway: int) -> None:
        former, made = self.gateways[gateway], Gateway(self.world)
        self.gateways[gateway] = made
        for board in self.boards:
            if board.gateway is former:
                board.connect(made)

    @rule()
    def the_views_are_built_anew(self) -> None:
        self.world.build_anew()

    @rule(lost=st.integers(0, 15))
    def the_log_is_rewound(self, lost: int) -> None:
        self.world.rewind(lost)

    def teardown(self) -> None:
        """One more doorbell after whatever was lost, and everybody catches up."""
        self.world.append(TOPICS[:1])
        self.world.project()
        for gateway in self.gateways:
            gateway.hear(len(self.world.doorbells))
        for board in self.boards:
            board.listen_to_all()
            board.check_it_is_up_to_date()
        self.small.undo()


AnyOrder.TestCase.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
test_boards_may_lag_never_lie_never_go_back_and_always_catch_up = AnyOrder.TestCase
