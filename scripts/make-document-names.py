#!/usr/bin/env python3
"""Write src/report/document_names.inc from docs/handshake.schema.json: what an expression may name.

usage: make-document-names.py [--check]

--check writes nothing, and fails where the file is not what the schema says."""
import json
import os
import sys

ROOT = os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
SCHEMA = os.path.join(ROOT, "docs", "handshake.schema.json")
OUT = os.path.join(ROOT, "src", "report", "document_names.inc")
# Definitions that have more fields than the schema names: those of each extension, of certificates with -vv.
OPEN = {"extension", "certificate", "certificate.public_key"}


class Names:
    def __init__(self, schema):
        self.schema, self.kinds, self.rows = schema, {}, []
        self.kind_of([schema], "")

    def variants(self, node):
        """The node without references and alternatives: a list of what it may be, with the definitions that it came from."""
        if "$ref" in node:
            name = node["$ref"].split("/")[-1]
            return [(n, name if d is None else d) for n, d in self.variants(self.schema["definitions"][name])]
        found = [v for key in ("anyOf", "oneOf", "allOf") for one in node.get(key, []) for v in self.variants(one)]
        return found or [(node, None)]

    def shape(self, node, path):
        """'list' or 'one', and the number of the kind of object that it holds: 0 is none."""
        is_list, objects, opened = False, [], False
        for n, definition in self.variants(node):
            types = n.get("type") if isinstance(n.get("type"), list) else [n.get("type")]
            if "array" in types:
                is_list = True
                inner, holds = self.shape(n.get("items", {}), path + "[]")
                assert not inner, path
                if "items" not in n or holds == "OPEN":
                    opened = True
                elif holds:
                    return True, holds
            elif "object" in types and "properties" in n:
                objects.append((n, definition))
            elif "object" in types or not n:
                opened = True
        if objects:
            return is_list, self.kind_of([n for n, _ in objects], objects[0][1] or path)
        return is_list, "OPEN" if opened else 0

    def kind_of(self, nodes, name):
        if name in self.kinds:
            return self.kinds[name]
        kind = self.kinds[name] = len(self.kinds) + 1
        rows = {}
        for node in nodes:
            for key, value in node["properties"].items():
                rows[key] = self.shape(value, name + "." + key if name else key)
        for key, (is_list, holds) in rows.items():
            self.rows.append((kind, key, is_list, holds))
        if name in OPEN:
            self.rows.append((kind, "*", False, "OPEN"))
        return kind

    def text(self):
        out = ["/* Written by scripts/make-document-names.py from docs/handshake.schema.json. */\n"]
        names = {kind: name or "the document" for name, kind in self.kinds.items()}
        last = 0
        for kind, key, is_list, holds in sorted(self.rows, key=lambda r: (r[0], r[1] == "*")):
            if kind != last:
                out.append("/* %s */\n" % names[kind])
                last = kind
            out.append('{ %d, "%s", %s, %s },\n' % (kind, key, "true" if is_list else "false", holds if holds != "OPEN" else "ANYTHING"))
        return "".join(out)


def main():
    with open(SCHEMA, encoding="utf-8") as file:
        text = Names(json.load(file)).text()
    if "--check" in sys.argv[1:]:
        with open(OUT, encoding="utf-8") as file:
            same = file.read() == text
        print("document_names.inc is %s" % ("up to date" if same else "old: run scripts/make-document-names.py"))
        return 0 if same else 1
    with open(OUT, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
