"""A few rounds of each trial that scripts/gate goes on with for hours."""

import os
import shutil
import subprocess
import tempfile
import unittest

import hardship
import killed_commands
import leaked_secrets
import many_backups
import soak
import tracing


def can_mount():
    """Root may, but not root of a container."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder],
                          capture_output=True).returncode != 0:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


class Hardship(unittest.TestCase):
    def test_kills(self):
        self.assertEqual(hardship.kills(60)["kills"], 60)

    def test_backups_while_the_daemon_writes(self):
        self.assertEqual(many_backups.backups(20)["copies"], 20)

    def test_secrets_of_daemons_in_trouble(self):
        self.assertEqual(leaked_secrets.leaks(8)["runs"], 8)

    def test_bit_flips(self):
        self.assertGreater(hardship.flip_bits(60)["found"], 0)

    @tracing.NEEDS_STRACE
    def test_killed_migrations_and_backups(self):
        self.assertGreater(killed_commands.migration_kills(41)["kills"], 10)
        self.assertGreater(killed_commands.backup_kills(29)["kills"], 5)

    @unittest.skipUnless(can_mount(), "no file system may be mounted here")
    def test_small_disk_filled_and_freed(self):
        self.assertEqual(hardship.full_disk(2)["rounds"], 2)

    def test_a_minute_of_the_soak(self):
        result = soak.Soak(50, None).run()
        self.assertLessEqual(result["wal_mib_max"], soak.LOG_MIB_MAX)
        self.assertGreater(result["claims"], 0)


if __name__ == "__main__":
    unittest.main()
