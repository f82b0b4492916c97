"""Every key that Pitazo writes in Redis or Valkey is named here, once.

All keys of a competition share the hash tag `{competition}`, so that a script
may touch several of them and a cluster keeps them on one node.
"""

COMPETITIONS = "pitazo:competitions"
TOKENS = "pitazo:tokens"


def log(competition: str) -> str:
    return f"pitazo:{{{competition}}}:log"


def ids(competition: str) -> str:
    return f"pitazo:{{{competition}}}:ids"


def versions(competition: str) -> str:
    return f"pitazo:{{{competition}}}:versions"


def meta(competition: str) -> str:
    return f"pitazo:{{{competition}}}:meta"


def people(competition: str) -> str:
    return f"pitazo:{{{competition}}}:people"


def views(competition: str, view_epoch: str) -> str:
    return f"pitazo:{{{competition}}}:views:{view_epoch}"


def topics(competition: str, view_epoch: str) -> str:
    return f"pitazo:{{{competition}}}:topics:{view_epoch}"


def snapshot(competition: str, view_epoch: str) -> str:
    return f"pitazo:{{{competition}}}:snapshot:{view_epoch}"


def changes(competition: str) -> str:
    return f"pitazo:{{{competition}}}:changes"


def heir(competition: str) -> str:
    return f"pitazo:{{{competition}}}:heir"


def lease(competition: str, generation: int) -> str:
    return f"pitazo:{{{competition}}}:lease:{generation}"
