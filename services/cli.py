"""The command line: `pitazo`, whose help is the manual.

Exit status: 0 done, 1 a difference or refusal was found, 2 wrong use. What goes wrong is said in a
sentence; a traceback means a bug.
"""

import sys

from rich.markup import escape

from services.addresses import BadAddress
from services.catalogue import UnknownRegulations
from services.commands import (
    auditing,
    explaining,
    importing,
    ranking,
    regulations,
    restoring,
    seasons,
    serving,
    simulating,
    ties,
    tokens,
    watching,
)
from services.commands.shared import DIFFERENT, app, err
from services.results.lists import UnknownList
from services.settings import BadSetting

WRONG_USE = 2
INTERRUPTED = 130
WRONG = (BadSetting, BadAddress, UnknownRegulations, UnknownList)
OURS = ("events.", "projections.", "services.")

pitazo = app(
    name="pitazo", help="Football results from the pitch to every scoreboard, and provable."
)
pitazo.command()(serving.up)
pitazo.command()(serving.serve)
pitazo.command("settings")(serving.show_settings)
pitazo.add_typer(seasons.commands, name="season")
pitazo.command()(seasons.play)
pitazo.command()(simulating.simulate)
pitazo.command()(watching.watch)
pitazo.command()(auditing.replay)
pitazo.command()(auditing.verify)
pitazo.command()(explaining.explain)
pitazo.command()(restoring.restored)
pitazo.command("import-results")(importing.import_results)
pitazo.command()(ranking.rank)
pitazo.command()(ties.ties)
pitazo.add_typer(regulations.commands, name="regulations")
pitazo.add_typer(tokens.commands, name="token")


def main() -> None:
    """Run the command that was asked for."""
    try:
        pitazo()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        reason = _first(error)
        if not type(reason).__module__.startswith(OURS):
            raise
        err.print(f"[red]error:[/] {escape(str(reason))}", soft_wrap=True)
        sys.exit(WRONG_USE if isinstance(reason, WRONG) else DIFFERENT)


def _first(error: BaseException) -> BaseException:
    """Give the error that tasks which ran together failed with."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


if __name__ == "__main__":
    main()
