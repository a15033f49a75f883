"""A page in headless Chromium, driven as a person would: DevTools over a pipe, with Python's own library."""
import base64
import json
import os
import select
import shutil
import subprocess
import time

CHROMIUM = shutil.which("chromium")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
         "--force-color-profile=srgb", "--force-device-scale-factor=1", "--font-render-hinting=none",
         "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-first-run"]
KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "ArrowRight": ("ArrowRight", 39, ""),
        "ArrowLeft": ("ArrowLeft", 37, ""), "/": ("Slash", 191, "/")}


class Page:
    """Use as `with Page(profile_folder) as page`. What the page logs and asks the network for is kept."""

    def __init__(self, profile, width=1400, height=900, dark=False):
        self.messages, self.requests, self.count, self.unread, self.session = [], [], 0, b"", None
        self.loads = 0
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()
        self.browser = self.start(profile, to_browser, from_browser)
        os.close(to_browser)
        os.close(from_browser)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    @staticmethod
    def start(profile, to_browser, from_browser):
        # Chromium reads commands from file 3 and writes answers to file 4.
        command = [CHROMIUM, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        script = f'exec 3<&{to_browser} 4>&{from_browser}; exec "$@"'
        return subprocess.Popen(["bash", "-c", script, "bash", *command], pass_fds=(to_browser, from_browser),
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.kill()
        self.browser.wait()

    def receive(self, seconds):
        """The next message; None when there is none in time."""
        end = time.monotonic() + seconds
        while b"\0" not in self.unread:
            if not select.select([self.read], [], [], max(0, end - time.monotonic()))[0]:
                return None
            part = os.read(self.read, 1 << 20)
            assert part, "the browser ended"
            self.unread += part
        line, self.unread = self.unread.split(b"\0", 1)
        return json.loads(line)

    def note(self, message):
        method, said = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loads += 1
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.messages.append(json.dumps(said)[:400])

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(60)
            assert answer, f"{method}: no answer"
            if answer.get("id") == self.count:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.note(answer)

    def open(self, url):
        before, end = self.loads, time.monotonic() + 60
        self.call("Page.navigate", url=url)
        while self.loads == before:
            assert time.monotonic() < end, f"{url} does not load"
            if message := self.receive(1):
                self.note(message)

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, f"{expression}: {result['exceptionDetails']}"
        return result["result"].get("value")

    def middle(self, element):
        """Where an element, given as an expression, stands on the screen."""
        return self.value(f"(() => {{ const r = ({element}).getBoundingClientRect(); "
                          "return [r.x + r.width / 2, r.y + r.height / 2]; })()")

    def mouse(self, kind, place, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **more)

    def hover(self, place):
        self.mouse("mouseMoved", place)

    def click(self, place):
        self.hover(place)
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, place, button="left", buttons=int(kind == "mousePressed"), clickCount=1)

    def drag(self, start, end):
        self.hover(start)
        self.mouse("mousePressed", start, button="left", buttons=1, clickCount=1)
        self.mouse("mouseMoved", end, button="left", buttons=1)
        self.mouse("mouseReleased", end, button="left", clickCount=1)

    def press(self, key):
        code, number, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number,
                      **({"text": text} if text and kind == "keyDown" else {}))

    def type(self, text):
        self.call("Input.insertText", text=text)

    def screenshot(self):
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
