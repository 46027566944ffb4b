#!/bin/sh
# What fits on a page: curl, jq, sqlite3.
# usage: archive.sh URL FROM TO WINDOW_SECONDS DATABASE
set -eu
url=$1 from=$2 to=$3 length=$4 database=$5

sqlite3 "$database" "PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS call (call_id TEXT PRIMARY KEY, start INTEGER, accept INTEGER,
    end INTEGER, media TEXT, type TEXT, result TEXT, caller TEXT, room TEXT, callees TEXT);
CREATE INDEX IF NOT EXISTS call_by_start ON call (start);" >/dev/null

records=0
while [ "$from" -lt "$to" ]; do
    page=1
    while :; do
        answer=$(curl -sf -H 'Content-Type: application/json' -d "{\"startTimestamp\":$from,
            \"endTimestamp\":$((from + length - 1)),\"numberPerPage\":100,\"page\":$page}" "$url")
        rows=$(printf '%s' "$answer" | jq '.data.callRecordList // [] | length')
        printf '%s' "$answer" | jq -r '.data.callRecordList // [] | .[] | [.callId, .startCallTs, .acceptTs,
            .endTs, .mediaType, .callType, .callResult, .caller, .roomId, (.callees | tojson)] | @csv' |
            sqlite3 "$database" '.mode csv' \
                'CREATE TEMP TABLE arrived AS SELECT * FROM call WHERE 0' \
                '.import /dev/stdin arrived --schema temp' \
                'INSERT OR IGNORE INTO call SELECT * FROM arrived'
        records=$((records + rows))
        [ "$rows" -eq 100 ] || break
        page=$((page + 1))
    done
    from=$((from + length))
done
echo "{\"records\": $records}"
