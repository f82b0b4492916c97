"""The command line: `pitazo`, whose help is the manual.

Exit status: 0 done, 1 a difference or refusal was found, 2 wrong use. What goes wrong is said in a
sentence; a traceback means a bug. A command is imported when it is asked for, so that none waits
for what only others need.
"""

import sys
from importlib import import_module
from typing import Any

import typer.main
from rich.markup import escape

from services.commands.shared import DIFFERENT, app, err

WRONG_USE = 2
INTERRUPTED = 130
OURS = ("events.", "projections.", "services.")

COMMANDS = {
    "up": "serving.up",
    "serve": "serving.serve",
    "settings": "serving.show_settings",
    "season": "seasons.commands",
    "play": "seasons.play",
    "simulate": "simulating.simulate",
    "watch": "watching.watch",
    "replay": "auditing.replay",
    "verify": "auditing.verify",
    "explain": "explaining.explain",
    "restored": "restoring.restored",
    "import-results": "importing.import_results",
    "rank": "ranking.rank",
    "ties": "ties.ties",
    "regulations": "regulations.commands",
    "token": "tokens.commands",
}
"""Where each command is, or the group of them, below `services.commands`; in the order of help."""


class Commands(typer.core.TyperGroup):
    """All commands, each imported for whoever asks for it."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            self.commands = {name: self.get_command(ctx, name) for name in COMMANDS}
            return None  # and one of them may be meant
        module, _, name = COMMANDS[cmd_name].partition(".")
        found = getattr(import_module(f"services.commands.{module}"), name)
        if not isinstance(found, typer.Typer):
            found, alone = app(), found
            found.command(cmd_name)(alone)
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


pitazo = app(name="pitazo", cls=Commands)


@pitazo.callback()
def about() -> None:
    """Football results from the pitch to every scoreboard, and provable."""


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
        sys.exit(WRONG_USE if _is_wrong_use(reason) else DIFFERENT)


def _first(error: BaseException) -> BaseException:
    """Give the error that tasks which ran together failed with."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _is_wrong_use(reason: BaseException) -> bool:
    from services.addresses import BadAddress
    from services.catalogue import UnknownRegulations
    from services.results.lists import UnknownList
    from services.settings import BadSetting

    return isinstance(reason, BadSetting | BadAddress | UnknownRegulations | UnknownList)


if __name__ == "__main__":
    main()
