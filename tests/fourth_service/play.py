"""Plays the stories named to it in the house it was started in, and prints how they went there: by name, as JSON."""

import asyncio
import json
import sys
from pathlib import Path

from bot.brain import open_brain
from bot.stage import play

CACHE = Path("var/cache")


async def played(names: list[str]) -> dict[str, str]:
    brain = open_brain(CACHE)
    return {name: await play(Path(name).read_text(encoding="utf-8"), brain) for name in names}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(played(sys.argv[1:]))))
