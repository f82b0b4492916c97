"""An invented cup with a region, a national stage and as many endings of a tie as a page shows."""

import uuid
from typing import Any

from tests.pages.stadium import Stadium, happens, kicks_off, result

CUP = "cup"
CLUBS = {
    "alfa": "Alfa",
    "beta": "Beta",
    "gama": "Gama",
    "delta": "Delta",
    "epsilon": "Épsilon",
    "zeta": "Zeta",
    "eta": "Eta",
    "iota": "Iota",
    "kappa": "Kappa",
    "lambda": "Lambda",
}
PAGES = (
    "/",
    f"/c/{CUP}",
    f"/c/{CUP}/sections/national",
    f"/c/{CUP}/sections/national/bracket",
    f"/c/{CUP}/sections/region-3",
    f"/c/{CUP}/sections",
    f"/c/{CUP}/clubs",
    f"/c/{CUP}/berths",
    f"/c/{CUP}/records",
    f"/c/{CUP}/groups/group-x",
    f"/c/{CUP}/groups/printed",
    f"/c/{CUP}/groups/lost",
    f"/c/{CUP}/matches/b-2",
    f"/c/{CUP}/matches/long",
)
STEPS = [{"by": step} for step in ("points", "aggregate", "away_goals", "shoot_out")]


def winner(tie: str) -> dict[str, str]:
    return {"from": "winner", "tie": tie}


def section(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name, **more}


def round_(id: str, name: str, *ties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "decided_by": STEPS, "ties": list(ties), **more}


def tie(id: str, *slots: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "slots": list(slots), **more}


def team(id: str) -> dict[str, str]:
    return {"from": "team", "team": id}


DRAWN = {"from": "draw"}
TACNA = section(
    "tacna",
    "Tacna",
    groups=[
        {"id": "group-x", "name": "Grupo X", "teams": ["epsilon", "zeta"]},
        {"id": "group-y", "name": "Grupo Y", "teams": ["gama", "delta"]},
        {"id": "printed", "name": "Impreso", "coverage": "partial", "teams": ["iota", "kappa"]},
        {"id": "lost", "name": "Perdido", "coverage": "partial", "teams": ["eta", "lambda"]},
    ],
)
REGION_2 = section(
    "region-2",
    "Región II",
    groups=[{"id": "group-b", "name": "Grupo B", "teams": ["epsilon", "zeta"]}],
)
REGION_3 = section(
    "region-3",
    "Región III",
    organiser="Liga del Sur",
    assumed=["Que la final fue a un partido."],
    notes=["Los dos ya habían clasificado."],
    rounds=[
        round_(
            "region-final",
            "Final regional",
            tie("region-3-final", team("gama"), team("delta")),
            legs=1,
            only_ranks=True,
            decided_by=[{"by": "aggregate"}, {"by": "shoot_out"}],
        )
    ],
    berths=[
        {
            "id": "region-3-first",
            "name": "Primero de la Región III",
            "source": winner("region-3-final"),
            "leads_to": {"stage": "national"},
        },
        {
            "id": "region-3-second",
            "name": "Segundo de la Región III",
            "source": {"from": "loser", "tie": "region-3-final"},
        },
    ],
)
NATIONAL = section(
    "national",
    "Nacional",
    rounds=[
        round_(
            "quarter",
            "Cuartos de final",
            *(tie(id, DRAWN, DRAWN, name=f"Llave {id.upper()}") for id in "abcd"),
        ),
        round_(
            "semi",
            "Semifinales",
            tie("e", winner("a"), winner("b")),
            tie("f", winner("c"), winner("d")),
        ),
        round_("final", "Final", tie("g", winner("e"), winner("f"))),
    ],
    berths=[
        {
            "id": "up",
            "name": "Ascenso",
            "source": winner("g"),
            "leads_to": {"competition": "Primera División"},
        }
    ],
)
REGULATIONS = {
    "criteria": [{"metric": "points"}, {"metric": "goal_difference"}],
    "stages": [
        {"id": "departmental", "name": "Etapa Departamental", "sections": [TACNA]},
        {"id": "regional", "name": "Etapa Regional", "sections": [REGION_2, REGION_3]},
        {"id": "national", "name": "Etapa Nacional", "sections": [NATIONAL]},
    ],
}
DRAW = {
    "a": (team("alfa"), team("beta")),
    "b": ({"from": "berth", "berth": "region-3-first"}, team("eta")),
    "c": ({"from": "rank", "group": "group-b", "rank": 1}, team("kappa")),
    "d": (team("iota"), team("lambda")),
}


def scheduled(match: str, home: str, away: str, **more: Any) -> dict[str, Any]:
    return happens("match_scheduled", match=match, home=home, away=away, **more)


def leg(tie: str, leg: int, home: str, away: str) -> dict[str, Any]:
    return scheduled(f"{tie}-{leg}", home, away, tie=tie, leg=leg)


def claim(group: str, says: str, *order: str) -> dict[str, Any]:
    return happens("claim_recorded", about=f"standings/{group}", says=says, order=list(order))


def entered() -> list[dict[str, Any]]:
    known = {"alfa": {"place": "Tacna", "entry": "runner_up"}, "delta": {"section": "tacna"}}
    return [
        happens("team_entered", team=id, names={"full": name}, **known.get(id, {}))
        for id, name in CLUBS.items()
    ]


def in_groups() -> list[dict[str, Any]]:
    return [
        scheduled("long", "epsilon", "zeta", group="group-x"),
        scheduled("longest", "zeta", "epsilon", group="group-x", neutral=True),
        scheduled("group-y-1", "gama", "delta", group="group-y"),
        scheduled("group-b-1", "epsilon", "zeta", group="group-b"),
        scheduled("group-b-2", "zeta", "epsilon", group="group-b"),
        result("long", 11, 2),
        result("longest", 1, 52),
        result("group-y-1", 1, 0),
        happens("match_called_off", match="group-b-2"),
        scheduled("ranking", "gama", "delta", tie="region-3-final"),
        result("ranking", 2, 1),
    ]


def of_old() -> list[dict[str, Any]]:
    """Give a printed table, and an extra match in a group of which nothing else is held."""
    rows = [{"team": "iota", "rank": 1, "points": 7}, {"team": "kappa", "rank": 2, "points": 7}]
    return [
        happens("table_adopted", group="printed", rows=rows, source="https://example.org/tabla"),
        happens("extra_match_ordered", match="title", group="printed", home="iota", away="kappa"),
        happens("result_recorded", match="title", outcome="unknown"),
        happens("extra_match_ordered", match="decider", group="lost", home="eta", away="lambda"),
        result("decider", 2, 1),
    ]


def in_ties() -> list[dict[str, Any]]:
    return [
        happens(
            "draw_held",
            slots=[
                {"slot": f"{tie}/{side}", "filled_by": source}
                for tie, sources in DRAW.items()
                for side, source in enumerate(sources, 1)
            ],
        ),
        leg("a", 1, "alfa", "beta"),
        leg("a", 2, "beta", "alfa"),
        result("a-1", 1, 1),
        result("a-2", 1, 1, shoot_out={"home": 1, "away": 4}),
        leg("b", 1, "gama", "eta"),
        leg("b", 2, "eta", "gama"),
        result("b-1", 1, 1),
        scheduled("b-unknown", "gama", "eta", tie="b"),
        result("b-unknown", 3, 3),
        kicks_off("b-2"),
        happens("tie_decided", tie="d"),
    ]


def the_rest() -> list[dict[str, Any]]:
    """Give what settles all that `cup` leaves open, but for the tie b."""
    return [
        result("group-b-1", 2, 0),
        leg("c", 1, "epsilon", "kappa"),
        leg("c", 2, "kappa", "epsilon"),
        result("c-1", 1, 0),
        result("c-2", 0, 0),
        happens("tie_decided", tie="e", winner="alfa"),
        happens("tie_decided", tie="f", winner="epsilon"),
        happens("tie_decided", tie="g", winner="alfa"),
    ]


async def cup(stadium: Stadium) -> None:
    """Play the cup up to the quarter-finals: one of them is on, and one nobody knows any more."""
    body = {
        "id": str(uuid.uuid4()),
        "competition": CUP,
        "name": "Copa Inventada",
        "time_zone": "America/Lima",
        "simulated": True,
        "regulations": REGULATIONS,
    }
    created = await stadium.web.post("/v1/competitions", body)
    assert created.status_code == 201, created.text
    await stadium.post(
        *entered(),
        happens("team_entered", team="mu", names={"full": "Mu"}),
        happens("team_withdrawn", team="mu", reason="sin fondos"),
        *in_groups(),
        *of_old(),
        *in_ties(),
        happens("claim_recorded", about="records", says="El récord es 6 a 2."),
        claim("group-y", "La tabla dice lo mismo.", "gama", "delta"),
        claim("printed", "La suma no da cero.", "iota", "kappa"),
        claim("group-x", "La tabla dice otra cosa.", "zeta", "epsilon"),
        competition=CUP,
    )


async def sixteen(stadium: Stadium) -> None:
    """Play a round of sixteen clubs of which every tie says as much as one can."""
    first = [
        tie(f"t{n}", team(f"huancavelica-{n}"), team(f"ayacucho-{n}"), name=f"Llave {n}")
        for n in range(1, 9)
    ]
    quarters = [tie(f"q{n}", winner(f"t{2 * n - 1}"), winner(f"t{2 * n}")) for n in range(1, 5)]
    semis = [tie(f"s{n}", winner(f"q{2 * n - 1}"), winner(f"q{2 * n}")) for n in (1, 2)]
    played = section(
        "national",
        "Nacional",
        rounds=[
            round_("round-of-16", "Octavos de final", *first),
            round_("quarter", "Cuartos de final", *quarters),
            round_("semi", "Semifinales", *semis),
            round_("final", "Final", tie("f", winner("s1"), winner("s2"))),
        ],
    )
    stages = [{"id": "national", "name": "Etapa Nacional", "sections": [played]}]
    await stadium.create_empty("sixteen", {"stages": stages})
    for n in range(1, 9):
        home, away = f"huancavelica-{n}", f"ayacucho-{n}"
        await stadium.post(
            *(happens("team_entered", team=id, names={"full": id}) for id in (home, away)),
            leg(f"t{n}", 1, home, away),
            leg(f"t{n}", 2, away, home),
            result(f"t{n}-1", 1, 1),
            result(f"t{n}-2", 1, 1, shoot_out={"home": 5, "away": 4}),
            happens("protest_filed", match=f"t{n}-2"),
            competition="sixteen",
        )


DISTRICTS = 300
PLAYING = 96


async def pyramid(stadium: Stadium) -> None:
    """Open a competition of hundreds of districts, of which many play at once."""
    districts = [
        section(
            f"district-{n}",
            f"Distrito {n}",
            groups=[{"id": f"group-{n}", "name": "Grupo único", "teams": [f"a-{n}", f"b-{n}"]}],
        )
        for n in range(1, DISTRICTS + 1)
    ]
    body = {
        "id": str(uuid.uuid4()),
        "competition": "pyramid",
        "name": "Pirámide",
        "time_zone": "America/Lima",
        "simulated": True,
        "regulations": {
            "stages": [{"id": "district", "name": "Etapa Distrital", "sections": districts}]
        },
    }
    created = await stadium.web.post("/v1/competitions", body)
    assert created.status_code == 201, created.text
    for first in range(1, PLAYING + 1, 32):
        facts = (
            fact
            for n in range(first, first + 32)
            for fact in (
                scheduled(f"m-{n}", f"a-{n}", f"b-{n}", group=f"group-{n}"),
                kicks_off(f"m-{n}"),
            )
        )
        await stadium.post(*facts, competition="pyramid")
