#!/usr/bin/env python3
"""screenshot.py COMMAND... > docs/handlens.svg - a terminal's picture of what a command prints.

Runs the command with colours and draws its output as an SVG: text stays text,
so that it can be searched, read aloud, and compared in a diff."""
import html
import re
import subprocess
import sys

COLORS = {"1": ("#e6edf3", "bold"), "2": ("#8b949e", ""), "32": ("#3fb950", ""), "1;31": ("#ff7b72", "bold"),
          "33": ("#d29922", ""), "36": ("#79c0ff", ""), "0": ("#c9d1d9", "")}
WIDTH, LINE, LEFT, TOP = 8.43, 20, 16, 44


def spans(line):
    """[(text, style code)]"""
    style = "0"
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        match = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if match:
            style = match.group(1) or "0"
        elif part:
            yield part, style


def main():
    command = sys.argv[1:]
    output = subprocess.run(command, capture_output=True, text=True).stdout
    lines = [("$ handlens " + " ".join(command[1:]).replace("--color always ", ""))] + output.rstrip("\n").split("\n")
    columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    width, height = int(columns * WIDTH + 2 * LEFT), TOP + LINE * len(lines) + 12
    print('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" '
          'aria-label="output of handlens">' % (width, height, width, height))
    print('<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
    for i, color in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        print('<circle cx="%d" cy="18" r="6" fill="%s"/>' % (LEFT + 6 + 20 * i, color))
    print('<g font-family="ui-monospace,SFMono-Regular,Menlo,DejaVu Sans Mono,monospace" font-size="14" '
          'style="white-space:pre">')
    for number, line in enumerate(lines):
        column, y = 0, TOP + LINE * number + 14
        for text, style in spans(line):
            color, weight = COLORS.get(style, COLORS["0"])
            column += len(text) - len(text.lstrip(" "))  # SVG would fold the spaces
            text = text.lstrip(" ")
            shown = text.rstrip(" ")
            if shown:
                print('<text x="%.1f" y="%d" fill="%s"%s textLength="%.1f">%s</text>' %
                      (LEFT + column * WIDTH, y, color, ' font-weight="bold"' if weight else "", len(shown) * WIDTH, html.escape(shown)))
            column += len(text)
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
