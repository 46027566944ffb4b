"""The checks find what is planted, so that their silence means something."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import file_length
import include_direction
import no_leaks


class House(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class IncludeDirection(House):
    wrong = [
        ("base/a.h", '#include "plan/plan.h"'),
        ("plan/a.cpp", '#include "store/archive.h"'),
        ("plan/a.cpp", "#include <random>"),
        ("plan/a.h", "#include <iostream>"),
        ("plan/a.h", "#include <ctime>"),
        ("port/a.h", '#include "api/request.h"'),
        ("api/a.cpp", '#include "store/archive.h"'),
        ("sqlite/a.cpp", '#include "store/archive.h"'),
        ("net/a.cpp", '#include "engine/engine.h"'),
        ("sys/a.cpp", '#include "net/curl_http.h"'),
        ("store/a.cpp", "#include <sqlite3.h>"),
        ("store/a.cpp", '#include "engine/engine.h"'),
        ("engine/a.cpp", '#include "sqlite/database.h"'),
        ("engine/a.cpp", '#include "net/curl_http.h"'),
        ("engine/a.cpp", "  #  include <spdlog/spdlog.h>"),
        ("app/a.cpp", "#include <curl/curl.h>"),
        ("app/a.cpp", '#include "simulator/world.h"'),
        ("simulator/a.cpp", '#include "api/request.h"'),
        ("base/a.cpp", '#include "../plan/plan.h"'),
        ("novel/a.cpp", ""),
    ]
    right = [
        ("base/a.h", '#include "base/b.h"\n#include <ctime>'),
        ("plan/a.h", '#include "base/time.h"\n#include <chrono>'),
        ("store/a.h", '#include "sqlite/database.h"\n#include "api/record.h"'),
        ("sqlite/a.cpp", "#include <sqlite3.h>"),
        ("net/a.cpp", '#include <curl/curl.h>\n#include "port/http.h"'),
        ("engine/a.cpp", '#include "store/archive.h"\n// #include "net/curl_http.h"'),
        ("simulator/a.cpp", "#include <sys/socket.h>"),
        ("app/a.cpp", '#include "engine/engine.h"\n#include <spdlog/spdlog.h>'),
    ]

    def test_planted_violations_are_found(self):
        for name, text in self.wrong:
            with self.subTest(name=name, text=text):
                self.write(name, f"\n{text}\n")
                found = include_direction.violations(self.root)
                self.assertEqual(len(found), 1, found)
                self.assertIn(name, found[0])
                (self.root / name).unlink()

    def test_what_is_allowed_is_not(self):
        for name, text in self.right:
            self.write(name, text)
        self.assertEqual(include_direction.violations(self.root), [])


class FileLength(House):
    def test_the_limit_is_the_last_length_allowed(self):
        self.write("base/long.cpp", "\n" * file_length.LINES_MAX)
        self.assertEqual(file_length.violations(self.root), [])
        self.write("base/long.cpp", "\n" * (file_length.LINES_MAX + 1))
        self.assertEqual(len(file_length.violations(self.root)), 1)


class NoLeaks(House):
    def test_planted_paths_are_found(self):
        for home in no_leaks.HOMES:
            for line in (home + "someone/file", f'path = "{home}x"', f"-I{home}x"[2:]):
                self.assertTrue(no_leaks.leaks_in(line), line)
        for line in ("https://host" + no_leaks.HOMES[0] + "x", "docs" + no_leaks.HOMES[3] + "x",
                     "/var/lib/callarchive/calls.db", "/etc/callarchive"):
            self.assertFalse(no_leaks.leaks_in(line), line)

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_only_tracked_files_count(self):
        subprocess.run(["git", "init", "-q", self.root], check=True)
        self.write("tracked.txt", "see " + no_leaks.HOMES[0] + "someone/notes")
        self.write("untracked.txt", "see " + no_leaks.HOMES[0] + "someone/notes")
        subprocess.run(["git", "-C", self.root, "add", "tracked.txt"], check=True)
        self.assertEqual(len(no_leaks.violations(self.root)), 1)


if __name__ == "__main__":
    unittest.main()
