"""The page is one file that asks for nothing, small beside its data, and does in Chromium what people do with it: boxes
open and close, by click and by key; search marks what it finds; hovering shows a card, and lights an axis or the class
of a tie; keys walk along wires; a drag is no click; the address holds all of it, and brings it back.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s %root
REQUIRES: weft, chromium
"""
import re
import sys
from pathlib import Path

import chromium
import drawing

ROOT = Path(sys.argv[1])
PROGRAM, ENTRY = ROOT / "examples/gallery/ties.weft", "language_model"
PROBLEMS = []


def expect(what, truth):
    if not truth:
        PROBLEMS.append(what)


def by_id(path):
    return f"document.getElementById({path!r})"


def check_file(html):
    data = sum(len(part) for part in re.findall(
        r"<svg.*?</svg>|<script type=\"application/json\".*?</script>", html, re.DOTALL))
    expect(f"{len(html) - data} bytes beside the data", len(html) - data <= 250_000)
    expect("no content security policy", "default-src 'none'" in html)
    for found in re.findall(r"(?:src|href)=\"[^\"]*\"|@import[^;]*|url\([^)]*\)", html):
        expect(f"a request: {found}", False)


def check_opening(page):
    hidden = "document.getElementById('panel').hidden"
    page.click(page.middle(by_id("embed")))
    expect("a click opens no box", not page.value(hidden) and "open=embed" in page.value("location.hash"))
    page.press("Escape")
    expect("Escape closes nothing", page.value(hidden) and "open=" not in page.value("location.hash"))
    page.drag(page.middle(by_id("embed")), [300, 300])
    expect("a drag opens a box", page.value(hidden))
    expect("a drag does not pan", page.value("view.x") != 0 or page.value("view.y") != 0)
    page.click(page.middle("document.getElementById('fit')"))
    inside = "[...document.querySelectorAll('g.inside')].find(g => g.dataset.frame.endsWith('attn'))"
    page.value(f"toggle({inside}.dataset.frame)")
    expect("an open frame does not fold", page.value(f"{inside}.style.display") == "none")
    page.value(f"toggle({inside}.dataset.frame)")
    expect("a folded frame does not open", page.value(f"{inside}.style.display") == "")


def check_search(page):
    def found(query):
        page.press("/")
        page.value("search.value = ''")
        page.type(query)
        count = page.value("document.getElementById('count').textContent")
        marked = page.value("document.querySelectorAll('.found').length")
        expect(f"`{query}` is not what is marked", count.split(",")[0] == f"{marked} found")
        return int(count.split()[0])

    expect("`rms_norm` is not found twice", found("rms_norm") == 2)
    expect("`proved` finds not the one fold, whose laws are proved", found("proved") >= 1)
    expect("`assumed` finds something", found("assumed") == 0)
    axis, everything = found("axis:Head"), page.value("document.querySelectorAll('g.node[id]').length")
    expect("`axis:Head` finds nothing, or all", 0 < axis < everything)
    expect("`tied` finds not the one box whose weight is tied", found("tied") == 1)
    expect("`rsqrt` finds something that is shown", found("rsqrt") == 0)
    held = page.value("[...document.querySelectorAll('.holds')].map(g => g.id)")
    expect(f"what is inside closed boxes is not found: {held}",
           held == ["body@chain.body.norm_1@map", "body@chain.body.norm_2@map"])
    page.value("search.value = ''; runSearch()")
    expect("what was found stays marked", page.value("document.querySelectorAll('.found').length") == 0)
    page.press("Escape")


def check_hover(page):
    page.hover(page.middle(by_id("embed")))
    card = page.value("card.hidden ? '' : card.innerText")
    for part in ("embed", "type", "Vocab[Seq] → real[Seq, Model]", "sizes  Seq open, Vocab 50257, Model 768",
                 "weights  38597376", "source  ties.weft:"):
        expect(f"the card of `embed` has no `{part}`: {card}", part in card)
    fold = "[...document.querySelectorAll('g.is-fold')][0]"
    page.hover(page.middle(fold))
    card = page.value("card.hidden ? '' : card.innerText")
    for part in ("softmax[t where t <= s]", "flops", "assoc proved", "licence", "algorithm  product of component `o`"):
        expect(f"the card of the fold has no `{part}`: {card}", part in card)
    page.hover(page.middle("document.querySelector('g.tie > rect')"))
    card = page.value("card.hidden ? '' : card.innerText")
    for part in ("tie_head", "head.W[v, m] = embed.token[v, m]", "reads  embed.token"):
        expect(f"the card of the tie has no `{part}`: {card}", part in card)
    lit = page.value("[...document.querySelectorAll('.s.on')].every(s => s.closest('g.tie')) && "
                     "document.querySelectorAll('.s.on').length")
    expect("a tie does not light its class alone", lit)
    strand = "document.querySelector('g.data > path.s.a0')"
    start = page.value(f"(() => {{ const s = {strand}, p = s.getPointAtLength(12), m = s.getScreenCTM(); "
                       "return [p.x * m.a + m.e, p.y * m.d + m.f]; })()")
    page.hover(start)
    expect("an axis does not light all its strands and no other", page.value(
        "document.body.classList.contains('lit') && "
        "[...document.querySelectorAll('.s')].every(s => s.classList.contains('on') === s.classList.contains('a0'))"))


def check_keys_and_address(page, url):
    page.press("ArrowRight")
    first = page.value("view.focus")
    page.press("ArrowRight")
    second = page.value("view.focus")
    expect(f"keys walk from `{first}` to `{second}`", first == "embed" and second == "body@chain")
    page.press("ArrowLeft")
    expect("keys do not walk back", page.value("view.focus") == "embed")
    page.press("Enter")
    address = page.value("location.hash")
    expect(f"the address does not hold the view: {address}", "open=embed" in address and "focus=embed" in address)
    page.open("about:blank")
    page.open(url + address + "&query=rms_norm")
    expect("the address brings no view back", page.value(
        "!document.getElementById('panel').hidden && document.querySelector('g.focus').id === 'embed' && "
        "document.querySelectorAll('.found').length === 2"))


def main():
    page_file = Path("page.html")
    page_file.write_text(drawing.draw(PROGRAM, "--entry", ENTRY, "--format", "html"))
    check_file(page_file.read_text())
    url = page_file.resolve().as_uri()
    with chromium.Page(Path("profile").resolve()) as page:
        page.open(url)
        check_opening(page)
        check_search(page)
        check_hover(page)
        check_keys_and_address(page, url)
        for request in page.requests:
            expect(f"the page asks for {request}", request.startswith((url, "about:blank")))
        expect(f"the page complains: {page.messages}", not page.messages)
    print("\n".join(PROBLEMS))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
