"""Folders of src include only the folders under them, so that what decides stays free of what acts.

usage: include_direction.py SRC
"""

import pathlib
import re
import sys

# Folder: the folders it may include, besides itself.
ALLOWED = {
    "base": set(),
    "plan": {"base"},
    "port": {"base"},
    "api": {"base", "plan", "port"},
    "sqlite": {"base"},
    "net": {"base", "port"},
    "sys": {"base", "port"},
    "store": {"base", "plan", "api", "sqlite"},
    "engine": {"base", "plan", "port", "api", "store"},
    "app": {"base", "plan", "port", "api", "sqlite", "net", "sys", "store", "engine"},
    "simulator": {"base"},
}

# Header: the only folders that include it.
ONLY_IN = [
    (re.compile(r"sqlite3.*\.h"), {"sqlite"}),
    (re.compile(r"curl/.*"), {"net"}),
]

# Folder: headers it never includes, since its code must run under a virtual clock and network.
NEVER_IN = {
    "engine": re.compile(r"spdlog/.*|curl/.*|sqlite.*"),
    "plan": re.compile(r"spdlog/.*|curl/.*|sqlite.*|random|iostream|ctime"),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def fault_of(folder, header, ours):
    """What is wrong with one include, in words; None where nothing is."""
    for pattern, folders in ONLY_IN:
        if pattern.fullmatch(header) and folder not in folders:
            return f"only {', '.join(sorted(folders))}/ may include {header}"
    never = NEVER_IN.get(folder)
    if never and never.fullmatch(header):
        return f"{folder}/ must not include {header}"
    # <sys/socket.h> is the system's.
    other = header.split("/")[0] if ours and "/" in header else None
    if other in ALLOWED and other != folder and other not in ALLOWED[folder]:
        return f"{folder}/ must not include {other}/ ({header})"
    return None


def violations(src):
    found = []
    for path in sorted(p for suffix in ("*.h", "*.cpp") for p in src.rglob(suffix)):
        relative = path.relative_to(src)
        folder = relative.parts[0]
        if folder not in ALLOWED or len(relative.parts) < 2:
            found.append(f"{relative}: this folder has no rule in {pathlib.Path(__file__).name}")
            continue
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            header = match.group(2)
            line = text.count("\n", 0, match.start()) + 1
            fault = fault_of(folder, header, match.group(1) == '"')
            if header.startswith("."):
                fault = f"{header}: includes are written from src on"
            if fault:
                found.append(f"{relative}:{line}: {fault}")
    return found


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    found = violations(pathlib.Path(sys.argv[1]))
    print("\n".join(found) if found else "every include points downwards")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
