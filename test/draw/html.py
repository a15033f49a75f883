"""The page makes no request, is small beside its data, and does in Chromium what its address says: a search is marked,
a box is open, another is in focus.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s %root/test/networks/gpt2/gpt2.weft
REQUIRES: weft
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import drawing

CHROMIUM = shutil.which("chromium")


def page_after(page, state):
    """The page's document after its script has run, at an address with this state."""
    done = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=profile",
                           "--virtual-time-budget=2000", "--dump-dom", f"{page.resolve().as_uri()}#{state}"],
                          capture_output=True, text=True, timeout=120)
    return done.stdout


def static_problems(html):
    data = sum(len(part) for part in re.findall(r"<svg.*?</svg>|<script type=\"application/json\".*?</script>", html,
                                                re.DOTALL))
    if len(html) - data > 250_000:
        yield f"{len(html) - data} bytes beside the data"
    if "default-src 'none'" not in html:
        yield "no content security policy"
    yield from (f"a request: {found}" for found in re.findall(r"(?:src|href)=\"[^\"]*\"|@import[^;]*|url\([^)]*\)", html))


def driven_problems(page):
    if "3 found" not in page_after(page, "query=layer_norm"):
        yield "searching for `layer_norm` does not find three boxes"
    if not re.search(r">[1-9]\d* found<", page_after(page, "query=proved")):
        yield "searching for `proved` finds nothing"
    opened = page_after(page, "open=gpt2.embed")
    if not re.search(r'<div id="panel"[^>]*><h2>gpt2\.embed</h2><svg', opened):
        yield "`open=gpt2.embed` opens nothing"
    focused = page_after(page, "focus=gpt2.embed")
    if not re.search(r'class="[^"]*\bfocus\b[^"]*" id="gpt2\.embed"', focused):
        yield "`focus=gpt2.embed` marks nothing"


def main():
    html = drawing.draw(sys.argv[1], "--format", "html")
    page = Path("gpt2.html")
    page.write_text(html)
    found = list(static_problems(html))
    if CHROMIUM:
        found += driven_problems(page)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
