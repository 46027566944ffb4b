"""requests and the sqlite3 module.

usage: archive_requests.py URL FROM TO WINDOW_SECONDS DATABASE
"""

import json
import sqlite3
import sys

import requests

url, begin, to, length, path = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
session = requests.Session()
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
        answer = session.post(url, json={"startTimestamp": begin, "endTimestamp": begin + length - 1,
                                         "numberPerPage": 100, "page": page})
        rows = answer.json().get("data", {}).get("callRecordList", [])
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
