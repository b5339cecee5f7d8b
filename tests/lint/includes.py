#!/usr/bin/env python3
"""Who may include whom: reads every #include of src/ and fails on an edge the design does not have.

A folder may include itself and what stands below it. Only one place may use
each library. Public headers know nothing but each other."""
import os
import re
import sys

BELOW = {
    "base": [],
    "registry": ["base"],
    "wire": ["base", "registry"],
    "x509": ["base", "registry"],
    "crypto": ["base", "registry", "wire", "x509"],
    "session": ["base", "registry", "wire", "x509", "crypto"],
    "analyze": ["base", "registry", "wire", "x509", "crypto", "session"],
    "policy": ["base", "registry", "wire", "x509", "crypto", "session", "analyze"],
    "capture": ["base"],
    "net": ["base"],
    "probe": ["base", "registry", "wire", "x509", "crypto", "session", "analyze", "policy"],
    "inspect": ["base", "registry", "wire", "x509", "crypto", "session", "analyze", "policy", "capture", "net"],
    "report": ["base", "registry", "wire", "x509", "crypto", "session", "analyze", "policy"],
    "cli": ["inspect", "probe", "report"],
}
LIBRARIES = [  # a header's beginning, and the only files that may use it
    ("wolfssl/", r"src/crypto/"),
    ("pcap", r"src/capture/(pcap|live|filter)\.c$"),
    ("cjson/", r"src/(report|policy)/"),
    ("zlib.h", r"src/(capture/decompress|crypto/certificate_compression)\.c$"),
    ("zstd.h", r"src/(capture/decompress|crypto/certificate_compression)\.c$"),
    ("lz4", r"src/capture/decompress\.c$"),
    ("librdkafka/", r"src/cli/kafka\.c$"),
    ("brotli/", r"src/crypto/certificate_compression\.c$"),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def problems_of(path, relative):
    folder = relative.split(os.sep)[1] if relative.startswith("src") else "include"
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, header = match.group(1) == '"', match.group(2)
        where = "%s:%d: " % (relative, number)
        target = header.split("/")[0]
        if folder == "include" and (quoted or "/" in header and target != "handlens"):
            yield where + "a public header may include only the C library and handlens/"
        elif quoted and folder != "include":
            if "/" not in header:
                if not header.endswith(".inc"):
                    yield where + 'name the folder: "%s/%s"' % (folder, header)
            elif target not in BELOW:
                yield where + "unknown folder %s" % target
            elif target != folder and target not in BELOW[folder]:
                yield where + "%s/ may not include %s/" % (folder, target)
        elif not quoted:
            for library, allowed in LIBRARIES:
                if header.startswith(library) and not re.search(allowed, relative):
                    yield where + "%s is used outside of %s" % (header, allowed)


def main():
    root = os.environ.get("SOURCE_DIR", ".")
    problems, files = [], 0
    for top in ("src", "include"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    path = os.path.join(folder, name)
                    files += 1
                    problems += problems_of(path, os.path.relpath(path, root))
    print("\n".join(problems) or "%d files, every include is allowed" % files)
    return 1 if problems or files < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
