"""Every bug that a test or trial found in what was believed to work, and what shows it again: on the
version before its remedy, or on this one with the planted bug."""

PLANTED = "scripts/mutants"
SIMULATION = "callarchive_simulation --seeds 1 --trace --first"
TESTS = "ctest --preset dev -R"

# What it was, what found it, what shows it.
BUGS = [
    ("The archive's time began at a date that a wrong clock at boot had given: a gap of years, or "
     "nothing read for a year", "simulation, seeds 1 and 2",
     f"{PLANTED} beginning-by-a-wrong-clock"),
    ("With an archive and a clock years behind nothing was ever due, so nothing was asked, so the "
     "right time was never learnt", "simulation, seed 14", f"{PLANTED} never-asks-the-time-again"),
    ("While the disk was full the API was read every two seconds: each read without anything to "
     "commit reset the back-off", "simulation, seed 5", f"{SIMULATION} 5"),
    ("Three requests a second for as long as every answer was broken", "simulation, seed 9",
     f"{SIMULATION} 9"),
    ("What one sweep had proved was forgotten with the next; moments between the two were told as "
     "never read", "simulation, seed 2055", f"{PLANTED} one-sweep-for-ever"),
    ("A file system layer without shared memory could open an archive once and never again",
     "simulation, seed 3", f"{SIMULATION} 3"),
    ("A commit whose fsync had failed, seen by the next process in the page cache, was built upon; a "
     "power cut then took what had been told as durable", "a disk that forgets what it failed to sync",
     f"{TESTS} failed_sync"),
    ("The first poll moved the archive's beginning by the whole overlap; calls of those minutes were "
     "never asked for", "end-to-end test of a compressed week",
     f"{PLANTED} beginning-moves-without-limit"),
    ("A process killed within two seconds of each start never got on: all was in one open "
     "transaction", "kill -9, again and again", f"{TESTS} '^sim$'"),
    ("A pass that gave up ended with exit status 0", "end-to-end test without an API",
     f"{TESTS} '^sim$'"),
    ("A gap acknowledged at once stayed unacknowledged, for it was dated when its moments would have "
     "left", "end-to-end test of an outage", f"{TESTS} '^plan$'"),
    ("A loss in the minute after another was told with the next one, which might never come",
     "end-to-end test of an outage", f"{TESTS} '^app$'"),
    ("With a retention of an hour a window that could not be read was set aside for an hour",
     "reading the code for the simulation", f"{TESTS} '^engine$'"),
    ("SQLite went on writing into a file that had been unlinked; what was claimed went with the "
     "process", "end-to-end test of a file taken away", f"{TESTS} end_to_end_file_taken_away"),
    ("A disk that was full during a commit was told as a broken one", "a real file with failing "
     "fdatasync", f"{TESTS} '^sqlite$'"),
    ("A start without a free inode was told as a missing file", "end-to-end test on a full tmpfs",
     f"{TESTS} end_to_end_file_systems"),
    ("A copy that failed left a journal beside it", "end-to-end test of backup",
     f"{TESTS} end_to_end_backup"),
    ("A subtraction overflowed: /readyz said 'starting' for ever and no gauge was served",
     "a running daemon", f"{TESTS} end_to_end_daemon"),
    ("A key under a wrong name (secret_key_env) was repeated in the error", "end-to-end test of "
     "secrets", f"{TESTS} end_to_end_secrets"),
    ("http:// was allowed to any host that began with '127.', which got the UserSig in the clear",
     "test of addresses", f"{TESTS} '^app$'"),
    ("A clock ahead by less than the overlap at the first start left out calls that could still be "
     "read for that long", "wrong clocks with the real binary",
     "tests/end_to_end/hardship.py clocks 200"),
    ("A pass left the newest ten minutes to the next one where the clock was ahead at its start",
     "wrong clocks with the real binary", f"{TESTS} '^sim$'"),
    ("A window that failed again and again, by a time-out say, was always the next, and all behind "
     "it was never read", "drifts of the API", f"{TESTS} '^sim$'"),
    ("Moving a key about needed memory; without any the process was aborted where it should have "
     "ended in order", "failing memory", "callarchive_out_of_memory --first 26969 --last 26969"),
    ("verify called a sound archive damaged where there was not enough memory to read a page",
     "failing memory", "callarchive_out_of_memory --first 3170 --last 3185"),
    ("An answer whose Date is nonsense (1970) was believed, and calls known from before were "
     "archived a second time", "drifts of the API", "callarchive_drifts --only wrong-date"),
    ("A pass (sync) whose open-ended sweep failed for good, while polls were answered, tried it for "
     "hours: tens of thousands of requests", "drifts of the API",
     "callarchive_drifts --only http-500 --page middle"),
    ("A folded first line in an answer was added to freed memory: libcurl before 8.1, on a handle "
     "used again (curl pull request 11103)", "fuzzing the HTTP path", "ctest --preset asan -R '^net$'"),
    ("Broken JSON (a string before a colon, a bracket for a value) was passed over, and the record "
     "archived without what stood behind it", "fuzzing answers", f"{TESTS} '^api$'"),
    ("Records that left the retention while a window of several pages was read pulled others across "
     "a page already read; without a total, or with one that fell meanwhile, the window was claimed",
     "simulation, seed 777025", f"{SIMULATION} 777025"),
    ("By a clock some seconds ahead a moment was claimed as read a second before it was",
     "simulation, seed 900154", f"{SIMULATION} 900154"),
    ("A nonsense Date (1970) at the first start moved the archive's beginning by a day that could "
     "still be read", "drifts of the API", f"{TESTS} drift_wrong-date"),
    ("A pass tried a window whose second page alone was refused as too much for hours", "drifts of "
     "the API", f"{TESTS} drift_http-429"),
    ("On a disk of 8 MiB the database's own log took all space that came free, and no commit ever "
     "succeeded again", "a small disk, filled and freed", f"{TESTS} full_disk"),
    ("One answer with a Date in the past put off the next poll for as long as the date was wrong: for "
     "good, with one of 1970", "a soak that stood still", f"{TESTS} '^sim$'"),
    ("check-config sent bytes of a configuration that were no UTF-8 to the terminal as they were",
     "flipped bits", f"{TESTS} '^app$'"),
    ("A service's certificate that was renewed, and with it requests.ca_file, was refused for up to a day",
     "five minutes of use", f"{TESTS} '^net$'"),
    ("While the filter's meaning was unknown, calls that arrived while a long sweep was read, newest "
     "first, kept it from its end again and again: a busy application's moments left the retention "
     "unclaimed", "simulation, seeds 127420712414347 and 809477421884866", f"{TESTS} '^sim$'"),
    ("While the filter's meaning was unknown and no total was given, calls that left the retention made "
     "every sweep be read twice, and in vain where the second time took longer than the first: seconds "
     "left the retention unclaimed", "simulation, seed 993333073931638", f"{TESTS} '^sim$'"),
    ("By a clock ahead by more than a second, yet less than a Date header can show, a moment was claimed "
     "as read up to two seconds later than it was", "simulation, seed 239536206952194",
     f"{TESTS} '^sim$'"),
    ("Sweeps came so seldom that a moment which had just missed one waited longer than half of what was left "
     "of its retention, and an API that misbehaved for the rest of it made a gap",
     "simulation, seed 825270508880739", f"{TESTS} '^simulation$'"),
    ("Without memory for the first answer, or for the end of a request that nobody waited for any more, "
     "the process was aborted where it should have ended in order", "failing memory",
     "callarchive_out_of_memory --first 26360 --last 26380"),
    ("A UserSig of which its maker said that it is good for ever (the largest number there is) was refused as "
     "expired: the sum overflowed", "looking for what no test reaches", f"{TESTS} '^api$'"),
    ("Where no answer had a Date, what an outage longer than the retention had cost was never declared as a gap",
     "looking for what no test reaches", f"{TESTS} '^sim$'"),
    ("Where the new UserSig was called expired too, it was asked with up to seven times in a row, every five "
     "minutes", "looking for what no test reaches", f"{TESTS} '^sim$'"),
    ("In what is nested too deeply to be read, or stands where nobody reads, broken JSON was passed over: a "
     "bracket missing there took the list of records with it, and an answer with calls could be taken for "
     "one without", "fuzzing", f"{TESTS} '^api$'"),
    ("A request that had waited for a commit was believed to have gone out before it, and a second later the "
     "service saw more than the limit allows (223 requests of 200)", "measuring", f"{TESTS} '^net$'"),
]
