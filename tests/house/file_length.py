"""No file of src is longer than a person reads in one sitting.

usage: file_length.py SRC
"""

import pathlib
import sys

LINES_MAX = 350


def violations(src):
    found = []
    for path in sorted(p for suffix in ("*.h", "*.cpp") for p in src.rglob(suffix)):
        lines = len(path.read_text().splitlines())
        if lines > LINES_MAX:
            found.append(f"{path.relative_to(src)}: {lines} lines; allowed: {LINES_MAX}")
    return found


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    found = violations(pathlib.Path(sys.argv[1]))
    print("\n".join(found) if found else f"no file is longer than {LINES_MAX} lines")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
