"""What a process asks of the system before it works, where the system refuses it."""

import contextlib
import re
import unittest

import harness
import test_service
import tracing


@tracing.NEEDS_STRACE
class FailingStart(tracing.Failing):
    def setUp(self):
        super().setUp()
        self.write_config(self.simulator("--calls", "300"))

    def test_a_process_that_cannot_be_protected_says_so_and_goes_on(self):
        plain = harness.run("version")
        for call, of, words in (("prlimit64", "RLIMIT_CORE", "core dumps cannot be turned off"),
                                ("prctl", "PR_SET_DUMPABLE", "the process stays dumpable")):
            with self.subTest(call=call):
                when = self.place_of(call, of, "version")
                outcome = self.failing(f"{call}:error=EPERM:when={when}", "version")
                self.check_fails(outcome, 0, f"callarchive: {words}: Operation not permitted")
                self.assertEqual(outcome.out, plain.out)

    @tracing.LOOKS_INTO_IT
    def test_signals_that_cannot_be_received_end_it_before_it_writes(self):
        for call, of, error, words in (
                ("signalfd4", "TERM", "EMFILE", "received: Too many open files"),
                ("rt_sigprocmask", "SIG_BLOCK, [HUP INT TERM]", "EPERM", "blocked: Operation not")):
            with self.subTest(call=call):
                when = self.place_of(call, of, "sync")
                for made in self.folder.glob("calls.db*"):
                    made.unlink()
                self.check_fails(self.failing(f"{call}:error={error}:when={when}", "sync"), 1,
                                 f"signals cannot be {words}")
                self.assertEqual(list(self.folder.glob("calls.db*")), [])

    def under_a_manager(self, call, fault):
        """The log of a daemon one of whose first calls fails, and what it told its manager."""
        (self.folder / "daemon.log").unlink(missing_ok=True)
        name = f"@callarchive-{self.folder.name}"
        manager = test_service.Manager(name)
        with contextlib.closing(manager.socket):
            daemon = self.daemon(environment={"NOTIFY_SOCKET": name}, under=[
                "strace", "-D", "-f", "-qq", "-o", self.folder / "trace",
                "-e", f"trace={call}", "-e", f"inject={call}:{fault}"])
            daemon.wait_for_log("final until", 20)
            self.assertEqual(daemon.stop()[0], 0, daemon.log)
            return daemon.log, manager.read()

    def test_a_service_manager_that_cannot_be_spoken_to_is_told_and_stops_nothing(self):
        for call, error, why in (("socket", "EMFILE", "Too many open files"),
                                 ("setsockopt", "ENOPROTOOPT", "Protocol not available")):
            with self.subTest(call=call):
                log, messages = self.under_a_manager(call, f"error={error}:when=1")
                self.assertRegex(log, rf"cannot be reached at \$NOTIFY_SOCKET \(.*\): {why}")
                self.assertEqual(messages, [])

    @tracing.LOOKS_INTO_IT
    def test_a_message_to_the_service_manager_that_a_signal_interrupts_is_sent_again(self):
        _, messages = self.under_a_manager("sendto", "error=EINTR:when=1..2")
        interrupted = re.findall(r'"EXTEND_TIMEOUT_USEC=.* EINTR',
                                 (self.folder / "trace").read_text())
        self.assertEqual(len(interrupted), 2)
        self.assertIn("EXTEND_TIMEOUT_USEC", messages[0])
        self.assertEqual(sum("READY" in message for message in messages), 1)

if __name__ == "__main__":
    unittest.main()
