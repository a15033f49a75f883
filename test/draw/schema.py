"""`weft draw --format json` is what docs/picture.schema.json says, for every program that has something to draw.

RUN: %python %s %root
REQUIRES: weft
"""
import json
import sys
from pathlib import Path

import jsonschema

import drawing

ROOT = Path(sys.argv[1])


def main():
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "picture.schema.json").read_text()))
    found, pictures = [], 0
    for folder in ("examples", "test/networks", "test/elaborate", "test/draw/Inputs"):
        for program in sorted((ROOT / folder).rglob("*.weft")):
            picture = drawing.picture_of(program)
            if picture:
                pictures += 1
                found += [f"{program.name}: {error.json_path}: {error.message[:200]}"
                          for error in validator.iter_errors(picture)]
    print("\n".join(found[:20]))
    return 1 if found or not pictures else 0


if __name__ == "__main__":
    sys.exit(main())
