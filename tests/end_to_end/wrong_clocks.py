"""Daemons whose clocks are wrong, and jump, by anything from a second to ten years."""

import calendar
import random
import time

import test_clocks

SECONDS_MAX = 10 * 365 * 86_400
# At once: each mostly waits.
TOGETHER = 10
# The default of schedule.overlap.
OVERLAP = 600
# By a clock further behind the service's certificate is not valid yet, and nothing can be read until
# the clock is set right.
CERTIFICATE_AGE = 29 * 86_400


def drawn_error(dice):
    """Either way, every order of magnitude as often; now and then none, or a leap second, or the
    hour that a machine with a local clock gains or loses."""
    special = dice.random()
    if special < 0.1:
        return 0
    if special < 0.2:
        return dice.choice([1, -1, 3600, -3600])
    return round(SECONDS_MAX ** dice.random()) * dice.choice([1, -1])


class Machine(test_clocks.Machine):
    """Small jumps are not told, so the last line may be of before the last of them. And a clock
    that is behind by no more than the overlap is believed: what it takes for now is read."""

    def behind(self):
        return -self.error if -OVERLAP <= self.error < 0 else 0

    def has_read_up_to(self, moment):
        return super().has_read_up_to(moment - self.behind())

    def check_equals_truth(self, truth, begun, done, **options):
        believed = begun - self.behind() - test_clocks.harness.EDGE_SECONDS
        return super().check_equals_truth(
            {key: call for key, call in truth.items()
             if not self.behind() or call["start_ts"] < believed}, begun, done, **options)

    def set_clock(self, error):
        self.errors = [*getattr(self, "errors", []), error]
        super().set_clock(error)

    def check_believes_it(self):
        test_clocks.harness.wait_until(lambda: self.process.log.endswith("\n"), 60, "a line is told")
        line = self.process.log.rstrip().splitlines()[-1]
        text = line.split('"time":"')[1].split('"')[0]
        believed = calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
        off = believed - self.process.log_path.stat().st_mtime
        self.assertTrue(any(abs(off - error) <= 60 for error in self.errors), (off, self.errors))


class Round(test_clocks.Clocks):
    """As the tests, with clocks from dice."""

    # A retention before what a clock that is believed calls now.
    beginning_within = test_clocks.Clocks.beginning_within + OVERLAP
    catch_up_seconds = 90

    def runTest(self):
        """Nothing: unittest wants to have it."""

    def live(self, dice, count):
        self.setUp()
        try:
            simulator = self.begin()
            begun = time.time()
            lives = [[drawn_error(dice) for _ in range(1 + dice.randrange(3))] for _ in range(count)]
            longest = max(map(len, lives))
            for life in lives:
                # Who has no more jumps keeps the clock it has; half of them are set right.
                life.extend([life[-1]] * (longest - len(life)))
                if dice.random() < 0.5 or life[-1] < -CERTIFICATE_AGE:
                    life[-1] = 0
            machines = [Machine().boot(self, f"clock{number}", life[0])
                        for number, life in enumerate(lives)]
            try:
                self.check_all(machines, simulator, begun, list(zip(*lives))[1:])
            except BaseException:
                print(f"clock errors in seconds, for each machine: {lives}", flush=True)
                for machine in machines:
                    print(machine.name, machine.process.log[-1500:], sep="\n", flush=True)
                raise
            return sum(first != second for life in lives for first, second in zip([0, *life], life))
        finally:
            self.doCleanups()


def clocks(count):
    assert test_clocks.library(), "libfaketime is not installed"
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    jumps = 0
    for done in range(0, count, TOGETHER):
        jumps += Round().live(dice, min(TOGETHER, count - done))
    return {"runs": count, "wrong_or_jumping": jumps}
