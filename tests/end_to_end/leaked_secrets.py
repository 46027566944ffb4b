"""Daemons with a key of random digits, in trouble: the key and its UserSigs are nowhere but in the
configuration and on the wire."""

import contextlib
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import subprocess
import time

import harness
import test_secrets
from place import Place
from soak import FAULTS

# Applications of one simulator, each with a key of its own.
TOGETHER = 25
FIRST_APP = 1400000100
# strace shows every write with its bytes; what goes through TLS is encrypted in them.
WRITES = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg,execve"
TRACE_EVERY = 5


def forms(key):
    yield from test_secrets.Secrets.forms(None, key)
    # The middle alone, where only a part was told.
    yield key[16:48].encode()


def check(what, data, key):
    for form in forms(key):
        assert form not in data, f"the key is in {what}"
    for found in test_secrets.USER_SIG.finditer(data):
        raise AssertionError(f"{what} holds what looks like a UserSig: {found.group()[:20]}...")


def check_process(process, key):
    """What others may see of a process that runs, and nothing that only root may."""
    folder = pathlib.Path(f"/proc/{process.pid}")
    for name in ("cmdline", "environ", "status", "comm", "maps"):
        with contextlib.suppress(OSError):
            check(f"/proc/PID/{name}", (folder / name).read_bytes(), key)
    limits = (folder / "limits").read_text()
    core = re.search(r"Max core file size\s+(\S+)\s+(\S+)", limits)
    assert core and core.groups() == ("0", "0"), "a core could be dumped"


class Run:
    def __init__(self, place, simulator, number, key, dice):
        self.place, self.simulator, self.number, self.key, self.dice = place, simulator, number, key, dice
        self.folder = place.folder / f"run{number}"
        self.folder.mkdir()
        self.archive = self.folder / "calls.db"
        self.config = self.folder / "callarchive.yaml"
        self.app = FIRST_APP + number % TOGETHER
        self.port = harness.free_port()

    def write_config(self):
        # Every third time it is another key than the service knows.
        key = self.key if self.number % 3 else secrets.token_hex(32)
        self.key = key
        self.config.write_text(
            f"archive:\n  path: {self.archive}\napps:\n  - name: canary\n"
            f"    sdk_app_id: {self.app}\n"
            f"    endpoint: {self.simulator.url}\n    secret_key: \"{key}\"\n"
            f"schedule:\n  poll_interval: 1s\nrequests:\n  ca_file: {self.simulator.ca_file}\n"
            f"  timeout: 4s\nhttp:\n  listen: 127.0.0.1:{self.port}\n"
            f"log:\n  level: trace\n  format: {self.dice.choice(['json', 'text'])}\n")

    def asked(self):
        return self.simulator.stats()["apps"][str(self.app)]["requests"]

    def live(self):
        """The faults it met."""
        self.write_config()
        faults = self.dice.sample([name for name in FAULTS if name != "pause"], 4)
        self.simulator.set_faults(**{name: self.dice.choice([0.1, 0.4, 1.0]) for name in faults})
        traced = self.number % TRACE_EVERY == 0 and shutil.which("strace")
        under = ["strace", "-D", "-f", "-qq", "-s", "1000000", "-e", WRITES, "-e", "signal=none",
                 "-o", self.folder / "trace"] if traced else ()
        environment = {"CALLARCHIVE_LOG_LEVEL": "trace"}
        log = self.folder / "daemon.log"
        asked = self.asked()
        with harness.Daemon(self.config, log, environment, under=under) as daemon:
            def listens():
                with contextlib.suppress(OSError):
                    return harness.get(f"http://127.0.0.1:{self.port}/healthz")
                assert daemon.process.poll() is None, daemon.log
            harness.wait_until(listens, 20, "it listens")
            time.sleep(self.dice.uniform(0.1, 0.8))
            # Too many requests, again and again, is nothing to be told for two minutes.
            harness.wait_until(lambda: log.stat().st_size > 200 or self.asked() >= asked + 3, 20,
                               "something is told, or asked several times")
            for path in ("/metrics", "/healthz", "/readyz"):
                with contextlib.suppress(OSError):
                    check(path, harness.get(f"http://127.0.0.1:{self.port}{path}")[1].encode(), self.key)
            check_process(daemon.process, self.key)
            # All that it wrote yet, the log of the database included.
            self.check_files()
            self.end(daemon)
        self.check_files()
        self.check_commands()
        shutil.rmtree(self.folder)
        return faults

    def end(self, daemon):
        how = self.dice.choice([signal.SIGTERM, signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
        daemon.signal(how)
        daemon.process.wait(20 * harness.PATIENCE)

    def check_files(self):
        for path in sorted(self.folder.iterdir()):
            if path != self.config:
                assert not path.name.startswith("core"), path
                check(path.name, path.read_bytes(), self.key)

    def check_commands(self):
        for command in (["status"], ["gaps", "--json"], ["check-config"]):
            if self.dice.random() < 0.4:
                outcome = harness.run(*command, config=self.config)
                check(str(command), (outcome.out + outcome.err).encode(), self.key)
        if self.dice.random() < 0.3:
            # A slip of the hand: one character of the file gone, somewhere.
            text = self.config.read_text()
            at = self.dice.randrange(len(text))
            self.config.write_text(text[:at] + text[at + 1:])
            outcome = harness.run("check-config", config=self.config)
            assert outcome.status in (0, 78), outcome
            check(f"check-config without character {at}", (outcome.out + outcome.err).encode(), self.key)


def leaks(count):
    dice = random.Random(random.SystemRandom().randrange(10**9))
    met = {}
    # Cores go where the process is, should there be any.
    os.umask(0o077)
    for first in range(0, count, TOGETHER):
        with contextlib.closing(Place()) as place:
            keys = [secrets.token_hex(32) for _ in range(TOGETHER)]
            apps = [word for number, key in enumerate(keys)
                    for word in ("--app", f"{FIRST_APP + number}:{key}")]
            simulator = place.simulator("--calls", "200", *apps)
            for number in range(first, min(count, first + TOGETHER)):
                for fault in Run(place, simulator, number, keys[number % TOGETHER], dice).live():
                    met[fault] = met.get(fault, 0) + 1
    return {"runs": count, "faults": met}
