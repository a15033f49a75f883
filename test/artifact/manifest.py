"""Manifests are what docs/manifest.schema.json says, and an object's own numbers are in them.

RUN: %python %s %t %root
REQUIRES: weft
"""
import json
import subprocess
import sys
from pathlib import Path

import jsonschema

folder, root = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
schema = json.loads((root / "docs" / "manifest.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def manifest(program, *words):
    subprocess.run(["weft", "build", program, "-o", folder / "net", *words], check=True)
    made = json.loads((folder / "net.json").read_text())
    validator.validate(made)
    return made


digits = manifest(root / "examples" / "digits" / "digits.weft", "--init", "1")
assert digits["costs"]["parameters"] == "2410" and digits["costs"]["flops"] == "4810 * Image"
assert [weight["name"] for weight in digits["weights"]] == ["hidden.W", "hidden.b", "read_out.W", "read_out.b"]
assert all(weight["sha256"] for weight in digits["weights"])
assert digits["claims"] == [{"subject": "digits", "property": "weights == 2410", "verdict": "proved"}]

minilm = manifest(root / "examples" / "minilm" / "minilm.weft")
assert minilm["costs"]["parameters"] == "22565376" and minilm["weights"][0]["sha256"] is None

rows = manifest(Path(__file__).parent / "Inputs" / "rows.weft")
assert rows["entries"][0]["axes"] == [{"name": "Row", "member": "Row"}]
assert manifest(Path(__file__).parent / "Inputs" / "total.weft")["sites"][0]["name"] == "contract.requires"
