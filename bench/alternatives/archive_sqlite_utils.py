"""What people reach for: requests and sqlite-utils, as Debian packages them.

usage: archive_sqlite_utils.py URL FROM TO WINDOW_SECONDS DATABASE
"""

import json
import sys

import requests
import sqlite_utils

url, begin, to, length, path = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
session = requests.Session()
database = sqlite_utils.Database(path)
database.enable_wal()

records = 0
while begin < to:
    page, window = 1, []
    while True:
        answer = session.post(url, json={"startTimestamp": begin, "endTimestamp": begin + length - 1,
                                         "numberPerPage": 100, "page": page})
        rows = answer.json().get("data", {}).get("callRecordList", [])
        window += rows
        if len(rows) < 100:
            break
        page += 1
    if window:
        database["call"].insert_all(window, pk="callId", ignore=True)
        database["call"].create_index(["startCallTs"], if_not_exists=True)
    records += len(window)
    begin += length
print(json.dumps({"records": records}))
