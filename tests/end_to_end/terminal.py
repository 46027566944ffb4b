"""A command with a terminal at its standard streams, as a pseudoterminal plays it."""

import collections
import fcntl
import os
import pty
import select
import struct
import subprocess
import tempfile
import termios
import time

import harness

# `seen` is what the terminal got; `out` and `err` what went elsewhere.
Session = collections.namedtuple("Session", "status seen out err")


def run(*words, config, at=("out", "err"), columns=100, environment=None, held=None, on_text=None,
        seconds=60):
    """One command to its end. `at` names the streams that are the terminal: in, out, err; without
    columns it does not know its own size. Until `held(process)` has returned the terminal takes
    nothing, as after Ctrl-S, and the command waits with its first word. `on_text(text, write,
    process)` is called with all that was seen whenever there is more."""
    ours, theirs = pty.openpty()
    if columns:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    # It would else make "\r\n" of every line end.
    mode = termios.tcgetattr(theirs)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, mode)
    if held:
        termios.tcflow(theirs, termios.TCOOFF)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [harness.CALLARCHIVE, "--config", str(config), *map(str, words)],
            stdin=theirs if "in" in at else subprocess.DEVNULL,
            stdout=theirs if "out" in at else out, stderr=theirs if "err" in at else err,
            env=harness.clean_environment(environment))
        try:
            if held:
                held(process)
                termios.tcflow(theirs, termios.TCOON)
            os.close(theirs)
            seen = _read(ours, process, on_text, time.monotonic() + seconds * harness.PATIENCE)
            status = process.wait(10 * harness.PATIENCE)
        finally:
            os.close(ours)
            if process.poll() is None:
                process.kill()
                process.wait()
        for file in (out, err):
            file.seek(0)
        return Session(status, seen.decode(), out.read().decode(), err.read().decode())


def _read(ours, process, on_text, end):
    seen = b""
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            part = os.read(ours, 65536)
        except OSError:  # EIO: nobody holds the other end any more
            return seen
        if not part:
            return seen
        seen += part
        if on_text:
            on_text(seen.decode(errors="replace"), lambda text: os.write(ours, text), process)
    raise harness.Failed(f"the command did not end: {seen[-500:]!r}")
