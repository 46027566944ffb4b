"""Commands of which strace makes chosen system calls fail."""

import shutil
import subprocess
import unittest

import harness


def can_trace():
    return shutil.which("strace") and subprocess.run(
        ["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


NEEDS_STRACE = unittest.skipUnless(can_trace(), "strace is not installed, or may not trace here")
# strace gives arguments their values and files their names only where it may read them.
LOOKS_INTO_IT = unittest.skipUnless(harness.may_look_into_protected(),
                                    "without CAP_SYS_PTRACE the program is protected from strace")


class Failing(harness.EndToEnd):
    """For tests of commands that end by themselves."""

    def failing(self, faults, *command, of=None, **options):
        """The outcome of a command whose calls fail as the faults say: each as strace's inject has
        it, and once if it does not say when; with `of`, only where they have to do with this file.
        """
        trace = self.folder / "trace"
        under = ["strace", "-f", "-qq", "-o", trace, *(["-P", of] if of else [])]
        for fault in [faults] if isinstance(faults, str) else faults:
            under += ["-e", f"inject={fault}" + ("" if ":when=" in fault else ":when=1")]
        outcome = harness.run(*command, config=self.config, under=under, **options)
        self.assertIn("(INJECTED)", trace.read_text(), f"there was no {faults}: {outcome}")
        trace.unlink()
        return outcome

    def place_of(self, call, words, *command):
        """Which of the command's calls of that name is the last that has those words among its
        arguments, for the `when` of a fault: what is loaded before it, a sanitizer for instance,
        calls it too."""
        trace = self.folder / "trace"
        harness.run(*command, config=self.config,
                    under=["strace", "-f", "-qq", "-o", trace, "-e", f"trace={call}"])
        calls = trace.read_text().splitlines()
        trace.unlink()
        return max(place for place, line in enumerate(calls, 1) if words in line)

    def check_fails(self, outcome, status, *words):
        self.assertEqual(outcome.status, status, outcome)
        for text in words:
            self.assertIn(text, outcome.out + outcome.err)
