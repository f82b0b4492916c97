"""The whole pyramid as load: districts and provinces put before the first stage of a season.

As many districts as are asked for, each with an invented league, send their champions to their
province, and each province its champion to a section of what was the first stage.
"""

import msgspec

from events.codec import Json, read_event
from events.regulations import Berth, Group, LeadsTo, Regulations, Section, Stage
from services.season import Fact, Season
from services.simulation.edition import Size

DISTRICTS = 1874
PROVINCES = 196
"""What Peru has."""

PROVINCES_PER_SECTION_MIN = 4
"""So that each section of the stage after them has enough clubs for its groups."""

SIZE = Size(clubs_least=10, clubs_most=10)
ASSUMED = (
    "Cuántos clubes tiene cada distrito, y que jueguen a una rueda, es un supuesto.",
    "Los distritos se reparten por igual entre las provincias: es un supuesto.",
)


class TooFewDistricts(Exception):
    """Not every province would have districts that play for it."""

    def __init__(self, districts: int, least: int) -> None:
        self.districts = districts
        self.least = least

    def __str__(self) -> str:
        return f"{self.districts} districts are too few for these regulations; ask for {self.least}"


def extended(known: Season, districts: int) -> Season:
    """Put so many districts, and their provinces, before the first stage.

    Raises TooFewDistricts. What it is called and its id say how many.
    """
    regulations = msgspec.convert(known.creation.content["regulations"], Regulations)
    first = regulations.stages[0]
    least = len(first.sections) * PROVINCES_PER_SECTION_MIN
    provinces = max(least, round(districts * PROVINCES / DISTRICTS))
    if districts < 2 * provinces:
        raise TooFewDistricts(districts, 2 * provinces)
    stages = (
        _stage("district", "Etapa Distrital", "Distrito", districts, "provincial", [
            f"province-{number % provinces + 1}" for number in range(districts)
        ]),
        _stage("province", "Etapa Provincial", "Provincia", provinces, first.id, [
            first.sections[number % len(first.sections)].id for number in range(provinces)
        ]),
        *regulations.stages,
    )  # fmt: skip
    whole = msgspec.to_builtins(msgspec.structs.replace(regulations, stages=stages))
    said: Json = {
        **known.creation.content,
        "competition": (competition := f"{known.competition}-{districts}-districts"),
        "name": f"{known.creation.content.get('name', known.competition)}, {districts} distritos",
        "regulations": whole,
    }
    return Season(competition, Fact(said, read_event(said).event), ())


def _stage(
    kind: str, name: str, called: str, number: int, next_stage: str, leads_to: list[str]
) -> Stage:
    sections = tuple(
        Section(
            id=f"{kind}-{one}",
            name=f"{called} {one}",
            groups=(_group(kind, f"{called} {one}", one, next_stage, leads_to[one - 1]),),
            assumed=ASSUMED if one == 1 else (),
        )
        for one in range(1, number + 1)
    )
    return Stage(id={"province": "provincial"}.get(kind, kind), name=name, sections=sections)


def _group(kind: str, place: str, number: int, next_stage: str, section: str) -> Group:
    champion = Berth(
        id=f"{kind}-{number}-champion",
        name=f"Campeón de {place}",
        leads_to=LeadsTo(stage=next_stage, section=section),
    )
    return Group(id=f"{kind}-{number}-group", name="Grupo único", berths=(champion,))
