"""What a whole database says, to see that nothing of it changed."""

from service.config import Config
from service.db import connect_owner


async def fingerprints(config: Config) -> dict[str, tuple[int, str]]:
    """The number of rows of each table, and a digest of all that they say."""
    owner = await connect_owner(config)
    try:
        tables = await owner.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        found = {}
        for table in tables:
            name = table["relname"]
            row = await owner.fetchrow(
                f"SELECT count(*) AS rows, coalesce(md5(string_agg(t::text, '' ORDER BY t::text)),"
                f" '') AS digest FROM {name} AS t"
            )
            assert row is not None
            found[name] = (row["rows"], row["digest"])
    finally:
        await owner.close()
    assert len(found) > 30
    return found
