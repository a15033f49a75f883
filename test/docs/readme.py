"""The program on the front page is the example it names.

RUN: %python %s %root
"""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
shown = re.search(r"^```weft\n(.*?)^```$", (root / "README.md").read_text(), re.MULTILINE | re.DOTALL)[1]
program = (root / "examples" / "digits" / "digits.weft").read_text()
sys.exit(0 if shown in program else "the program of README.md is not the one of examples/digits/digits.weft")
