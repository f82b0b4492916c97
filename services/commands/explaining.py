"""For whoever asks why: the reasons of a table, in words."""

from typing import Annotated, Literal

import msgspec
import typer

from services.commands.auditing import Competition, To, folded
from services.commands.shared import HTTP, Json, Token, Url, out, print_json


def explain(
    competition: Competition,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="its id or its name")],
    team: Annotated[
        str, typer.Argument(metavar="[TEAM]", help="only what concerns it, by id or name")
    ] = "",
    to: To = "",
    lang: Annotated[
        Literal["es", "en"], typer.Option(help="the language that it is told in")
    ] = "en",
    url: Url = HTTP,
    token: Token = "",
    json: Json = False,
) -> None:
    """Say why a table stands as it does, criterion by criterion, with the matches.

    \b
      $ pitazo explain copa-peru-2025-amazonas group-a
      $ pitazo explain copa-peru-2025-amazonas "Grupo A" "Unión Comercial" --lang es
      $ pitazo explain copa-peru-2025-amazonas group-a --to 34

    Of each two neighbours it names the criterion that parts them, its article, the numbers and the
    matches these came from, and what was asked before; then what was decided, what is open and who
    may settle it, what is not known, and results that would give an open berth or not. The log is
    folded again, as `pitazo replay` does: reads only, and guesses nothing.
    """
    from services.explained import explained, group_called, team_called
    from services.explained.told import told

    fold = folded(competition, to, url, token)
    known = group_called(fold, group)
    found = explained(fold, known, team_called(fold, known, team) if team else None)
    if json:
        print_json(msgspec.to_builtins(found))
        return
    for part in told(found, lang):
        out.print(part, soft_wrap=True)
