#!/usr/bin/env bash
# The life of the package on a freshly booted Debian 12 with nothing else on it: installed, not configured, configured
# wrongly and rightly, reloaded, killed, hung, installed again, purged. Changes the machine: never run it on one that matters.
#
#   life.sh PACKAGE.deb        as root, the package being installed already
set -u
package=${1:?usage: life.sh PACKAGE.deb}
unit=callarchive.service
notes=$(mktemp -d)
failed=0

# is WHAT COMMAND: one line of the report.
is() {
    if eval "$2"; then echo "ok   $1"; else echo "FAIL $1"; failed=1; fi
}
value() { systemctl show -P "$1" "$unit"; }
# soon SECONDS COMMAND: whether it becomes true in that time.
soon() {
    local i
    for i in $(seq $(($1 * 4))); do
        if eval "$2"; then return 0; fi
        sleep 0.25
    done
    return 1
}
as_service() { setpriv --reuid callarchive --regid callarchive --init-groups "$@"; }
journal() { journalctl -u "$unit" -o cat --no-pager "$@"; }
configure() {
    cat >/etc/callarchive/callarchive.yaml <<TEXT
apps:
  - name: demo
    sdk_app_id: 1400000000
    endpoint: http://127.0.0.1:8080
    secret_key_file: /run/credentials/callarchive.service/secret_key
schedule:
  poll_interval: $1
TEXT
}

is "installed and not started" '[ "$(value ActiveState)" = inactive ]'
is "the user is there" 'id callarchive >/dev/null'
systemctl start $unit 2>/dev/null
is "without a key it does not start, and is not retried" '[ "$(value ExecMainStatus)" = 243 ] && [ "$(value NRestarts)" = 0 ]'
systemctl reset-failed $unit

systemd-run -q --unit=vendor callkit-sim --calls 3000 --listen 127.0.0.1:8080
printf '0123456789abcdef%.0s' 1 2 3 4 | install -m 0600 /dev/stdin /etc/callarchive/secret_key
configure 0s
systemctl start $unit 2>/dev/null
is "a bad configuration ends with 78, and is not retried" '[ "$(value ExecMainStatus)" = 78 ] && [ "$(value NRestarts)" = 0 ]'
is "the journal has it as an error" 'journal -p err | grep -q poll_interval'
systemctl reset-failed $unit

configure 2s
is "doctor before the first start" 'CALLARCHIVE_APPS_0_SECRET_KEY_FILE=/etc/callarchive/secret_key callarchive doctor >$notes/doctor; grep -q "UserSig is accepted" $notes/doctor'
systemctl start $unit
is "start comes back when it is ready" '[ "$(value ActiveState)" = active ] && exec 3<>/dev/tcp/127.0.0.1/9177'
is "a status in words" 'soon 20 "value StatusText | grep -q \"margin 6d 23h\""'
value StatusText
is "the archive can be asked" '[ "$(as_service callarchive query --limit 3 --format csv | wc -l)" = 4 ]'
is "doctor beside the daemon" 'as_service callarchive doctor >$notes/doctor'
is "the archive is not for others" '[ "$(stat -c %U:%a /var/lib/callarchive)" = callarchive:750 ] && [ "$(stat -c %a /var/lib/callarchive/calls.db)" = 640 ]'
status=/proc/$(value MainPID)/status
is "confined" 'grep -q "^Seccomp:.2" $status && grep -q "^NoNewPrivs:.1" $status && grep -q "^CapEff:.0000000000000000" $status'

configure 3s
systemctl reload $unit
is "a good reload" 'soon 5 "journal | grep -q \"configuration was read again\""'
configure 0s
systemctl reload $unit
is "a bad reload is told" 'soon 5 "journal -p err | grep -q \"nothing was changed\" && value StatusText | grep -q refused"'
is "and stops nothing" '[ "$(value ActiveState)" = active ] && [ "$(value NRestarts)" = 0 ]'
configure 2s
systemctl reload $unit
is "until a good one" 'soon 5 "! value StatusText | grep -q refused"'
is "cycles are of priority info" 'journal -p info | grep -q "final until" && ! journal -p warning | grep -q "final until"'

process=$(value MainPID)
[ "$process" -gt 1 ] || { journal | tail -20; exit 1; }
kill -9 "$process"
is "killed, it comes back" 'soon 20 "[ \$(value NRestarts) = 1 ] && [ \$(value ActiveState) = active ]"'

mkdir -p /etc/systemd/system/$unit.d
printf '[Service]\nWatchdogSec=3\nRestartSec=1\n' >/etc/systemd/system/$unit.d/watchdog.conf
systemctl daemon-reload
systemctl restart $unit
sleep 7
is "the watchdog leaves a good daemon alone" '[ "$(value NRestarts)" = 0 ] && [ "$(value ActiveState)" = active ]'
kill -STOP "$(value MainPID)"
is "and replaces one that hangs" 'soon 30 "[ \$(value NRestarts) = 1 ] && [ \$(value ActiveState) = active ]" && journal | grep -q "Watchdog timeout"'
rm /etc/systemd/system/$unit.d/watchdog.conf

install -m 0644 /usr/share/doc/callarchive/examples/narrow.conf /etc/systemd/system/$unit.d/
systemctl daemon-reload
systemctl restart $unit
is "works with narrow.conf" 'soon 10 "value StatusText | grep -q \"margin 6d\"" && [ "$(value ActiveState)" = active ]'
systemd-analyze security --no-pager $unit | tail -1
rm -r /etc/systemd/system/$unit.d
systemctl daemon-reload
systemctl restart $unit
systemd-analyze security --no-pager $unit | tail -1
is "systemd has nothing to say of the units" '[ -z "$(systemd-analyze verify $unit callarchive-sync.service callarchive-sync.timer 2>&1)" ]'

# newer VERSION: the same package as a later one, with another configuration in it.
newer() {
    dpkg-deb -R "$package" "$notes/tree"
    sed -i "s/^Version:.*/Version: $1/" "$notes/tree/DEBIAN/control"
    echo "# of version $1" >>"$notes/tree/etc/callarchive/callarchive.yaml"
    dpkg-deb -b "$notes/tree" "$notes/newer.deb" >/dev/null
    rm -r "$notes/tree"
}
process=$(value MainPID)
newer 98.0
is "upgraded" 'dpkg -i --force-confold "$notes/newer.deb" >"$notes/upgrade" 2>&1'
is "it runs again" 'soon 10 "[ \$(value ActiveState) = active ] && [ \$(value MainPID) != $process ]"'
is "with its configuration" 'grep -q demo /etc/callarchive/callarchive.yaml'
configure 0s
newer 99.0
is "an upgrade ends well though the daemon does not come up" 'dpkg -i --force-confold "$notes/newer.deb" >"$notes/upgrade" 2>&1'
is "and says so" 'grep -q "does NOT RUN" "$notes/upgrade" && [ "$(value ActiveState)" = failed ]'
configure 2s
systemctl restart $unit
is "mended, it runs" '[ "$(value ActiveState)" = active ]'
apt-get remove -y -q callarchive >"$notes/remove" 2>&1
is "removed, it is stopped and nothing is lost" '[ ! -e /usr/bin/callarchive ] && [ -s /var/lib/callarchive/calls.db ] && grep -q demo /etc/callarchive/callarchive.yaml && ! systemctl is-active -q $unit'
is "installed again" 'dpkg -i --force-confold "$notes/newer.deb" >"$notes/again" 2>&1'
systemctl start $unit
is "with its archive and configuration" '[ "$(value ActiveState)" = active ] && [ "$(as_service callarchive query --limit 3 --format csv | wc -l)" = 4 ]'
for page in man1/callarchive.1 man1/callkit-sim.1 man5/callarchive.yaml.5; do
    # A minimal machine leaves manual pages out.
    is "the manual page $page" 'dpkg -L callarchive | grep -q "/usr/share/man/$page.gz"'
done
systemctl stop $unit
is "a clean stop" '[ "$(value Result)" = success ] && [ "$(value ExecMainStatus)" = 0 ]'
systemctl start callarchive-sync.service
is "a pass by the other unit" '[ "$(systemctl show -P Result callarchive-sync.service)" = success ]'
systemctl enable -q --now callarchive-sync.timer
is "the timer waits for its hour" 'systemctl is-active -q callarchive-sync.timer && systemctl show -P NextElapseUSecRealtime callarchive-sync.timer | grep -q ":"'
systemctl disable -q --now callarchive-sync.timer

DEBIAN_FRONTEND=noninteractive apt-get purge -y -q callarchive >"$notes/purge" 2>&1
is "purged" '[ ! -e /usr/bin/callarchive ] && [ ! -e /etc/callarchive/callarchive.yaml ]'
is "the archive and the key stay, and it says so" '[ -s /var/lib/callarchive/calls.db ] && [ -e /etc/callarchive/secret_key ] && grep -q "the archive stays" $notes/purge'
exit $failed
