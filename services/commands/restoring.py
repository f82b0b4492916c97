"""For whoever puts a copy back: what followed it is forgotten by everybody."""

from services.commands.shared import Data, Json, on_server, out, print_json
from services.store import epochs


def restored(data: Data = ".pitazo", json: Json = False) -> None:
    """Say that a copy was put back, before it is started again.

    \b
      $ pitazo restored --data .pitazo
      copa-peru-2025-amazonas has a new epoch, 6f1d0c52a9b3e874

    What was recorded after the copy is gone, and scoreboards may still hold it:
    with a new epoch they get the whole view again. Said once too often, it costs
    them that and nothing else. Never changes a fact.
    """
    renewed = on_server(data, epochs.renew)
    if json:
        print_json({"epochs": renewed})
        return
    for competition, epoch in renewed.items():
        out.print(f"{competition} has a new epoch, {epoch}", soft_wrap=True)
    if not renewed:
        out.print("there is no competition there")
