"""Tokens: who may do what, made and ended on the server itself."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, get_args

import msgspec
import typer
from redis.asyncio import Redis
from rich.table import Table

from services.commands.shared import (
    DIFFERENT,
    Data,
    Json,
    app,
    err,
    on_server,
    out,
    print_json,
)
from services.store import access, log

DAYS_MAX = 36_500

commands = app(help="Who may do what: issue, revoke and list tokens.")


@commands.command()
def issue(
    role: Annotated[str, typer.Argument(help=" or ".join(get_args(access.Role)))],
    scopes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCOPE", help="*, COMPETITION, COMPETITION/sections/S or COMPETITION/matches/M"
        ),
    ] = None,
    days: Annotated[
        float,
        typer.Option(min=0, max=DAYS_MAX, help="how long it is good for; 0: until it is revoked"),
    ] = 0,
    data: Data = ".pitazo",
    json: Json = False,
) -> None:
    """Make a token and print it, once.

    \b
      $ pitazo token issue scorer copa-peru-2025-amazonas/matches/group-a-1 --days 2

    Only its hash is kept: nobody can print it again. Never gives more than the
    role and the scopes say.
    """
    if role not in get_args(access.Role):
        expected = ", ".join(get_args(access.Role))
        raise typer.BadParameter(f"expected one of {expected}, found {role!r}", param_hint="ROLE")
    wanted = msgspec.convert(role, access.Role)
    within = scopes or (["*"] if wanted == "operator" else [])
    if not within:
        message = f"a {role}'s token is for something: name a competition, or * for all"
        raise typer.BadParameter(message, param_hint="SCOPE")
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None

    async def made(redis: Redis) -> tuple[str, access.Grant, list[str]]:
        token, grant = await access.issue(redis, wanted, within, expires_at)
        return token, grant, await _not_there_yet(redis, grant)

    try:
        token, grant, missing = on_server(data, made)
    except access.BadScope as bad:
        raise typer.BadParameter(str(bad), param_hint="SCOPE") from None
    warnings = [f"there is no competition {name} yet; look for a slip" for name in missing]
    if json:
        print_json({"token": token, **msgspec.to_builtins(grant), "warnings": warnings})
    else:
        out.print(token, soft_wrap=True)
        for warning in warnings:
            err.print(f"[yellow]odd:[/] {warning}", soft_wrap=True)
        err.print(
            f"{grant.role} of {', '.join(grant.scopes)}, {_until(grant)}; its id is {grant.id}"
        )


@commands.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="as `token list` shows it")],
    data: Data = ".pitazo",
    json: Json = False,
) -> None:
    """End a token, everywhere, within seconds.

    \b
      $ pitazo token revoke 4f0e7c21a9b3

    Never touches what was recorded with it. The operator's token of `pitazo up`
    ends with that.
    """
    ended = on_server(data, lambda redis: access.revoke(redis, token_id))
    if json:
        print_json({"id": token_id, "revoked": ended})
    elif ended:
        out.print(f"{token_id} is revoked")
    if not ended:
        err.print(f"there is no token {token_id}; `pitazo token list` shows those there are")
        raise typer.Exit(DIFFERENT)


@commands.command(name="list")
def list_(data: Data = ".pitazo", json: Json = False) -> None:
    """List every token: its id, role, scopes and end.

    \b
      $ pitazo token list --json

    Never prints a token itself: only its hash is kept.
    """
    grants = on_server(data, access.listing)
    if json:
        print_json({"tokens": msgspec.to_builtins(grants)})
        return
    table = Table("Id", "Role", "Scopes", "Good")
    for grant in grants:
        table.add_row(grant.id, grant.role, ", ".join(grant.scopes), _until(grant))
    out.print(table)


async def _not_there_yet(redis: Redis, grant: access.Grant) -> list[str]:
    """Name the competitions of its scopes that nobody has created."""
    names = dict.fromkeys(scope.partition("/")[0] for scope in grant.scopes)
    there = await log.competitions(redis)
    return [name for name in names if name not in (access.EVERYTHING, *there)]


def _until(grant: access.Grant) -> str:
    if grant.expires_at is None:
        return "until it is revoked"
    end = grant.expires_at.isoformat(timespec="seconds")
    return f"{'expired' if grant.expired else 'until'} {end}"
