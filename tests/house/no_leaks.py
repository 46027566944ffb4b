"""No tracked file names a path of the machine it was written on.

usage: no_leaks.py REPOSITORY
"""

import pathlib
import re
import shutil
import subprocess
import sys

# Split, so that this file does not find itself.
HOMES = ("/ho" "me/", "/Us" "ers/", "/ro" "ot/", "/wo" "rk/", "/buil" "ds/", "/work" "space/")
# At the start of a path: not inside a URL or a longer path.
PATH = re.compile("(?<![\\w.:/~}-])(" + "|".join(HOMES) + r")[\w.-]")


def leaks_in(text):
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)
            if PATH.search(line)]


def tracked(repository):
    if shutil.which("git") is None:
        return None
    listed = subprocess.run(["git", "-C", repository, "ls-files", "-z"], capture_output=True)
    if listed.returncode != 0:
        return None
    return [name for name in listed.stdout.decode().split("\0") if name]


def violations(repository):
    found = []
    for name in tracked(repository) or []:
        path = pathlib.Path(repository) / name
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        for number, line in leaks_in(data.decode(errors="replace")):
            found.append(f"{name}:{number}: {line[:120]}")
    return found


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    if tracked(sys.argv[1]) is None:
        print("this is no git repository, or there is no git: nothing to look at")
        return 77
    found = violations(sys.argv[1])
    print("\n".join(found) if found else "no file names a path of the machine it was written on")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
