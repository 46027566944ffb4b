"""What Python's standard library gives: http.client, json, sqlite3.

usage: archive_stdlib.py URL FROM TO WINDOW_SECONDS DATABASE
"""

import http.client
import json
import sqlite3
import sys
import urllib.parse

url, begin, to, length, path = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
parts = urllib.parse.urlsplit(url)
target = f"{parts.path}?{parts.query}"
connection = http.client.HTTPConnection(parts.netloc)

database = sqlite3.connect(path)
database.executescript("""
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS call (call_id TEXT PRIMARY KEY, start INTEGER, accept INTEGER,
    end INTEGER, media TEXT, type TEXT, result TEXT, caller TEXT, room TEXT, callees TEXT);
CREATE INDEX IF NOT EXISTS call_by_start ON call (start);
""")

records = 0
while begin < to:
    page = 1
    while True:
        body = json.dumps({"startTimestamp": begin, "endTimestamp": begin + length - 1,
                           "numberPerPage": 100, "page": page})
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        rows = json.loads(connection.getresponse().read()).get("data", {}).get("callRecordList", [])
        database.executemany(
            "INSERT OR IGNORE INTO call VALUES (?,?,?,?,?,?,?,?,?,?)",
            [(r["callId"], r["startCallTs"], r.get("acceptTs"), r["endTs"], r["mediaType"],
              r["callType"], r["callResult"], r["caller"], r["roomId"], json.dumps(r["callees"]))
             for r in rows])
        records += len(rows)
        if len(rows) < 100:
            break
        page += 1
    database.commit()
    begin += length
print(json.dumps({"records": records}))
