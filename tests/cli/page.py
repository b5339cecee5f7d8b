#!/usr/bin/env python3
"""Pages (--html) as people get them: what they hold, and what a browser makes of 2,000 handshakes.

  HANDLENS=build/.../handlens page.py [NAME...]

Each function is a case. Those that look at a page are skipped where there is no Chromium."""
import html.parser
import os
import re
import resource
import struct
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
PCAPS = os.path.join(ROOT, "pcaps")
CAPTURE = os.path.join(PCAPS, "fail-wrong-purpose.pcap")
SEVERAL = ["fail-wrong-purpose", "tls12-ecdhe-rsa", "tls13-x25519", "fail-no-shared-version"]

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import browser  # noqa: E402
import cases  # noqa: E402
from cases import expect  # noqa: E402


def run(*arguments, **options):
    return subprocess.run([HANDLENS, "--ca-file", os.path.join(PCAPS, "lab-ca.pem"), *arguments], capture_output=True, timeout=120,
                          **options)


def page_of(place, *arguments):
    path = os.path.join(place, "page.html")
    p = run("--html", path, *arguments)
    expect(p.returncode == 0 and p.stderr == b"", p.returncode, p.stderr)
    with open(path, encoding="utf8") as file:
        return file.read()


def records_of(name):
    with open(os.path.join(PCAPS, name + ".pcap"), "rb") as file:
        data = file.read()
    at, out = 24, []
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        out.append((seconds * 1000000 + fraction, length, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return data[:24], out


def write_many(path, count):
    """The same few handshakes again and again, each time of another client."""
    sources = [records_of(name) for name in SEVERAL]
    with open(path, "wb") as file:
        file.write(sources[0][0])
        for i in range(count):
            _, records = sources[i % len(sources)]
            client = struct.pack(">I", (10 << 24) + i + 1)
            for time, length, packet in records:
                time += 1700000000000000 + 1000 * i - records[0][0]
                packet = packet.replace(bytes([192, 0, 2, 10]), client)
                file.write(struct.pack("<IIII", time // 1000000, time % 1000000, len(packet), length) + packet)


class Outline(html.parser.HTMLParser):
    """Are all elements closed in their order, all ids unique, all links to something that is there?"""
    EMPTY = {"meta", "input", "br", "path", "rect"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.used = [], set(), []
        self.tags = set()
        self.feed(text)
        expect(self.open == [], "not closed:", self.open)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.add(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)
        expect(len(values) == len(attributes), "an attribute twice in", tag)
        if "id" in values:
            expect(values["id"] not in self.ids, "an id twice:", values["id"])
            self.ids.add(values["id"])
        self.used += [values[k] for k in ("aria-labelledby", "aria-describedby", "for") if k in values]
        if "href" in values:
            expect(values["href"].startswith("#"), "a link to", values["href"])
            self.used.append(values["href"][1:])
        expect("src" not in values and not any(k.startswith("on") for k in values), "attributes of", tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        expect(self.open and self.open.pop() == tag, "closed in another order:", tag)


# --- without a browser -----------------------------------------------------------------


def well_formed(folder):
    captures = sorted(os.path.join(PCAPS, name) for name in os.listdir(PCAPS) if ".pcap" in name)
    text = page_of(folder, *captures)
    outline = Outline(text)
    missing = [i for i in outline.used if i not in outline.ids]
    expect(not missing, "links to nothing:", missing)
    expect("script" not in outline.tags and {"main", "header", "h1", "h2", "h3", "svg", "title", "desc"} <= outline.tags, outline.tags)
    for word in ("no-shared-version", "here it broke", "What to change", "Handlens Lab Root", "not in the trust store", "All fields"):
        expect(word in text, word, "is missing")


def the_report_stays_as_it_is(folder):
    plain, path = run("-v", CAPTURE), os.path.join(folder, "page.html")
    for arguments in (["-v"], ["--format", "json"], ["--format", "markdown"]):
        expect(run(*arguments, CAPTURE).stdout == run(*arguments, "--html", path, CAPTURE).stdout, arguments, "differ")
    p = run("-v", "--html", "-", "-o", path, CAPTURE)
    with open(path, "rb") as file:
        expect(file.read() == plain.stdout and p.stdout.startswith(b"<!DOCTYPE html>"), "a page on standard output")


def only_what_is_shown(folder):
    text = page_of(folder, "--only", "failed", *(os.path.join(PCAPS, name + ".pcap") for name in SEVERAL))
    expect(text.count('<details class="h ') == 2 and "2 shown" in text, text.count('<details class="h '))
    text = page_of(folder, "--only", "incomplete", CAPTURE)
    expect(text.count('<details class="h ') == 0 and "</html>" in text, "an empty page")


def mistakes(folder):
    target = os.path.join(folder, "capture.pcap")
    with open(CAPTURE, "rb") as source, open(target, "wb") as copy:
        copy.write(source.read())
    rows = [
        (["--html", "/dev/full", CAPTURE], b"/dev/full: No space left"),
        (["--html", os.path.join(folder, "none", "page.html"), CAPTURE], b"No such file"),
        (["--html", target, target], b"is to be read and written"),
        (["--html", os.path.join(folder, "x"), "-o", os.path.join(folder, "x"), CAPTURE], b"named twice"),
        (["--html", "-", CAPTURE], b"both go to standard output"),
        (["--html", "", CAPTURE], b"--html takes FILE"),
    ]
    for arguments, message in rows:
        p = run(*arguments)
        expect(p.returncode == 2 and message in p.stderr and len(p.stderr.splitlines()) == 1, arguments, p.returncode, p.stderr)
    expect(os.path.getsize(target) == os.path.getsize(CAPTURE), "the capture was overwritten")
    p = subprocess.run([HANDLENS, "decode", "--format", "markdown", os.path.join(PCAPS, "lab-ca.pem")], capture_output=True)
    expect(p.returncode == 2 and b"is for handshakes" in p.stderr, p.stderr)


def no_temporary_file(folder):
    path = os.path.join(folder, "page.html")
    p = run("--html", path, CAPTURE, env=dict(os.environ, TMPDIR=os.path.join(folder, "none")))
    expect(p.returncode == 2 and b"no temporary file" in p.stderr and len(p.stderr.splitlines()) == 1, p.returncode, p.stderr)
    expect(run("--html", path, CAPTURE, env=dict(os.environ, TMPDIR=folder)).returncode == 0, "TMPDIR")
    expect(sorted(os.listdir(folder)) == ["page.html"], "left behind:", os.listdir(folder))


def the_disk_fills_up(folder):
    many, path = os.path.join(folder, "many.pcap"), os.path.join(folder, "page.html")
    write_many(many, 100)

    def small_files():
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))

    p = run("--html", path, many, preexec_fn=small_files)
    expect(p.returncode == 2 and b"File too large" in p.stderr and len(p.stderr.splitlines()) == 1, p.returncode, p.stderr)


# --- with one -------------------------------------------------------------------------------


def many_handshakes(folder):
    if not browser.PROGRAM:
        print("skipped: no Chromium is installed")
        return
    many, path = os.path.join(folder, "many.pcap"), os.path.join(folder, "page.html")
    write_many(many, 2000)
    page_of(folder, many)
    with browser.Browser() as chromium:
        page = chromium.open("file://" + path, width=390)
        expect(page.requests() == ["file://" + path], "asked for", page.requests())
        expect(page.complaints() == [], "complaints:", page.complaints())
        expect(page.value("document.querySelectorAll('details.h').length") == 2000, "sections")
        expect(page.value("document.documentElement.scrollWidth <= innerWidth"), "wider than a phone")
        expect(page.value("getComputedStyle(document.body).maxWidth") != "none", "the style sheet was refused")
        visible = "[...document.querySelectorAll('tr.h')].filter(row => row.offsetHeight > 0).length"
        for choice, count in (("all", 2000), ("failed", 1000), ("completed", 1000), ("incomplete", 0), ("found", 1000), ("all", 2000)):
            found = page.value("document.getElementById('show-%s').click(), %s" % (choice, visible))
            expect(found == count, choice, "shows", found)
        text = page.value("location.hash = '#h1997', document.getElementById('h1997').innerText")
        expect("certificate-wrong-purpose" in text and "Handlens Lab Root" in text, "a link does not unfold its section")
        expect(page.value("document.querySelector('#h1997 svg desc').textContent").startswith("frame "), "the picture's description")
        print("        2,000 handshakes in %.1f s" % page.seconds)


def in_the_dark_and_on_paper(folder):
    if not browser.PROGRAM:
        print("skipped: no Chromium is installed")
        return
    page_of(folder, CAPTURE, os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    with browser.Browser() as chromium:
        background = "getComputedStyle(document.body).backgroundColor"
        dark = chromium.open("file://" + os.path.join(folder, "page.html"), dark=True)
        expect(sum(map(int, re.findall(r"\d+", dark.value(background))[:3])) < 150, "the dark is", dark.value(background))
        dark.call("Emulation.setEmulatedMedia", media="print")
        expect(dark.value(background) == "rgb(255, 255, 255)", "the paper is", dark.value(background))
        expect(dark.value("document.querySelectorAll('svg.ladder')[1].getBoundingClientRect().height > 50"), "a section is folded on paper")
        expect(not dark.value("document.getElementById('show-all').offsetHeight"), "choices on paper")


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
