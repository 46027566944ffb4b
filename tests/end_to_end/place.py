"""A folder with a simulator and an archive, for programs that try one thing many times."""

import pathlib
import sqlite3

import harness

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")


class Place(harness.EndToEnd):
    """As a test has it, without a test around it. To be cleaned up with doCleanups()."""

    def __init__(self, folder=None):
        super().__init__("runTest")
        self.setUp()
        if folder:
            self.archive = pathlib.Path(folder) / "calls.db"
        self.known = set()

    def runTest(self):
        """Nothing: unittest wants to have it."""

    def close(self):
        self.doCleanups()

    def wait_for_calls(self, seconds=30):
        """Until the daemon has made the archive and put calls into it."""
        def there():
            try:
                return self.archive.exists() and self.value("SELECT count(*) FROM calls") > 0
            except sqlite3.Error:  # the schema is being made
                return False
        harness.wait_until(there, seconds, "calls are archived")

    def look(self, thorough=False):
        """Checks what must hold at every moment; gives back how many calls there are."""
        with sqlite3.connect(self.archive, timeout=10) as archive:
            if not archive.execute("SELECT 1 FROM sqlite_schema WHERE name = 'calls'").fetchone():
                assert not self.known, "the archive is empty again"
                return 0
            check = "integrity_check" if thorough else "quick_check"
            assert archive.execute(f"PRAGMA {check}").fetchall() == [("ok",)]
            ids = [row[0] for row in archive.execute("SELECT call_id FROM calls")]
        archive.close()
        assert len(ids) == len(set(ids)), "a call is there twice"
        gone = self.known - set(ids)
        assert not gone, f"{len(gone)} calls are gone"
        self.known = set(ids)
        return len(ids)

    def check_claims(self, truth, path=None):
        """All that the ledger says was read is there, in the archive or in a copy of it. For the
        reading by start, the simulator's default."""
        with harness.opened(path or self.archive) as archive:
            stretches = archive.execute("SELECT from_ts, to_ts, unixepoch(read_at) AS read_at "
                                        "FROM coverage").fetchall()
            present = {row[0] for row in archive.execute("SELECT call_id FROM calls")}
        missing = []
        claimed = 0
        for key, call in truth.items():
            for stretch in stretches:
                if not stretch["from_ts"] <= call["start_ts"] < stretch["to_ts"]:
                    continue
                read_at = stretch["read_at"]
                if read_at is None or call["visible_from"] >= read_at:
                    continue
                if call["visible_until"] < read_at + harness.EDGE_SECONDS:
                    continue
                claimed += 1
                if key not in present:
                    missing.append((key, call["start_ts"], read_at))
        assert not missing, f"claimed and missing: {missing[:5]}"
        assert claimed > 0, "nothing is claimed: this tests nothing"
        return claimed
