"""What all matches of a competition come to."""

from events.match import Match, Sheet


class Totals:
    def count(self, played: Match, sheet: Sheet | None) -> None:
        pass
