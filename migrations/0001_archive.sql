-- The archive. Tables may change with a later migration; the views at the end are the public
-- interface and only ever gain columns.
--
-- Columns ending in _ts are unix seconds. A week, here, is 604800 seconds from the epoch. Column
-- seal is a checksum over the other columns of its row (src/store/seal.h), for what no index, sum or
-- other table says a second time.

PRAGMA application_id = 0x43444152;  -- "CDAR"

CREATE TABLE application (
    application_no INTEGER PRIMARY KEY,
    sdk_app_id     INTEGER NOT NULL UNIQUE,
    call_count     INTEGER NOT NULL DEFAULT 0  -- kept by the writer: counting reads the whole file
) STRICT;

-- One entry of the configuration: an application seen through one dialect, with its ledger.
CREATE TABLE source (
    source_no                INTEGER PRIMARY KEY,
    application_no           INTEGER NOT NULL REFERENCES application,
    dialect                  TEXT    NOT NULL CHECK (dialect IN ('v1', 'v4')),
    name                     TEXT    NOT NULL,
    beginning_ts             INTEGER NOT NULL,
    beginning_may_move_to_ts INTEGER NOT NULL,
    retention_seconds        INTEGER NOT NULL,
    sweep_from_ts            INTEGER,
    sweep_as_of_ts           INTEGER,
    ended_after              INTEGER NOT NULL DEFAULT 0,
    started_before           INTEGER NOT NULL DEFAULT 0,
    acknowledged_until_ts    INTEGER NOT NULL DEFAULT 0,
    last_success_ts          INTEGER,
    last_error               TEXT,
    last_error_ts            INTEGER,
    seal                     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (application_no, dialect)
) STRICT;

-- Values that come from a small set. What the API may say tomorrow gets the next number.
CREATE TABLE media_type  (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE call_type   (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE call_result (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO media_type  VALUES (1, 'audio'), (2, 'video');
INSERT INTO call_type   VALUES (1, 'single'), (2, 'group');
INSERT INTO call_result VALUES (1, 'normal_end'), (2, 'interrupt'),
    -- The numbers 3 to 7 mean "not answered" in the views and in the writer.
    (3, 'cancel'), (4, 'reject'), (5, 'not_answer'), (6, 'call_busy'), (7, 'offline');

CREATE TABLE user (
    user_no        INTEGER PRIMARY KEY,
    application_no INTEGER NOT NULL REFERENCES application,
    user_id        TEXT    NOT NULL,
    UNIQUE (user_id, application_no)  -- user_id first: people ask for a user without an application
) STRICT;

-- Calls in the order of their arrival. Only call_id is certain; the rest may be NULL.
CREATE TABLE call (
    call_no           INTEGER PRIMARY KEY,
    application_no    INTEGER NOT NULL REFERENCES application,
    source_no         INTEGER NOT NULL REFERENCES source,  -- which saw the call first
    version_source_no INTEGER NOT NULL REFERENCES source,  -- which told this version
    -- The week of the start, or of the arrival where the start is missing or implausible.
    bucket            INTEGER NOT NULL,
    call_id           TEXT    NOT NULL,
    content_hash      INTEGER NOT NULL,
    room_id_type      INTEGER,
    total_user_number INTEGER,
    revision          INTEGER NOT NULL DEFAULT 1,
    first_seen_ts     INTEGER NOT NULL,
    changed_ts        INTEGER,  -- NULL while revision is 1
    start_ts          INTEGER,
    accept_ts         INTEGER,
    end_ts            INTEGER,
    media_type        INTEGER REFERENCES media_type,
    call_type         INTEGER REFERENCES call_type,
    call_result       INTEGER REFERENCES call_result,
    caller_no         INTEGER REFERENCES user,
    room_id           TEXT,
    callees           TEXT,  -- JSON array, in the order received
    extra             TEXT,  -- JSON object
    seal              INTEGER NOT NULL
) STRICT;
-- One index over all call ids would dirty one random page for each new call, ever slower as the
-- file grows. In buckets of a week the part that is written stays small; the writer looks in every
-- bucket that the API can still reach, so a call id stays unique over all of them.
CREATE UNIQUE INDEX call_by_id ON call (application_no, bucket, call_id);
CREATE INDEX call_by_start ON call (start_ts, application_no);
-- For those who fetch what is new: calls that changed are few, and the others are found by call_no,
-- which grows with first_seen_ts.
CREATE INDEX call_by_change ON call (changed_ts) WHERE changed_ts IS NOT NULL;

-- Who took part, clustered so that one person's calls of a week lie together. start_ts is when the
-- call was first seen where its start is not known, so that it is found near that time.
CREATE TABLE participant (
    period   INTEGER NOT NULL,  -- week of start_ts
    user_no  INTEGER NOT NULL,
    start_ts INTEGER NOT NULL,
    call_no  INTEGER NOT NULL,
    role     INTEGER NOT NULL,  -- 1 caller, 2 callee
    PRIMARY KEY (period, user_no, start_ts, call_no, role)
) STRICT, WITHOUT ROWID;

-- Earlier versions of calls that changed.
CREATE TABLE call_revision (
    call_no           INTEGER NOT NULL REFERENCES call,
    revision          INTEGER NOT NULL,
    replaced_ts       INTEGER NOT NULL,
    content_hash      INTEGER NOT NULL,
    room_id_type      INTEGER,
    total_user_number INTEGER,
    changed_ts        INTEGER,
    start_ts          INTEGER,
    accept_ts         INTEGER,
    end_ts            INTEGER,
    media_type        INTEGER,
    call_type         INTEGER,
    call_result       INTEGER,
    caller_no         INTEGER,
    room_id           TEXT,
    callees           TEXT,
    extra             TEXT,
    seal              INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (call_no, revision)
) STRICT, WITHOUT ROWID;

-- Sums kept by the writer. hour_ts is the hour of the start, or of the first sight where the start
-- is not known; 0 stands for a value the API did not give. source_no is the one that saw the call
-- first. A talk whose end is not known counts as 0 seconds. longest_seconds is the longest talk, and
-- never negative.
CREATE TABLE rollup_hour (
    source_no       INTEGER NOT NULL,
    hour_ts         INTEGER NOT NULL,
    media_type      INTEGER NOT NULL,
    call_type       INTEGER NOT NULL,
    call_result     INTEGER NOT NULL,
    calls           INTEGER NOT NULL,
    answered        INTEGER NOT NULL,
    talk_seconds    INTEGER NOT NULL,
    longest_seconds INTEGER NOT NULL,
    PRIMARY KEY (source_no, hour_ts, media_type, call_type, call_result)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage_segment (
    source_no     INTEGER NOT NULL REFERENCES source,
    from_ts       INTEGER NOT NULL,
    to_ts         INTEGER NOT NULL CHECK (to_ts > from_ts),
    read_ts       INTEGER,
    state         TEXT    NOT NULL CHECK (state IN ('open', 'final', 'gap')),
    reason        TEXT    CHECK (reason IN ('unread', 'early')),
    detected_ts   INTEGER,
    last_read_age INTEGER,
    seal          INTEGER NOT NULL,
    CHECK ((state = 'gap') = (reason IS NOT NULL AND detected_ts IS NOT NULL)),
    PRIMARY KEY (source_no, from_ts)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected_record (
    rejected_no      INTEGER PRIMARY KEY,
    source_no        INTEGER NOT NULL REFERENCES source,
    raw_hash         INTEGER NOT NULL,
    received_ts      INTEGER NOT NULL,
    last_received_ts INTEGER NOT NULL,
    times            INTEGER NOT NULL DEFAULT 1,
    reason           TEXT    NOT NULL,
    raw              TEXT    NOT NULL,
    seal             INTEGER NOT NULL
) STRICT;
CREATE INDEX rejected_record_by_hash ON rejected_record (source_no, raw_hash);

-- What is left of forgotten users: a random key, and HMAC-SHA256 with it of where (an sdk_app_id,
-- or * for everywhere), a zero byte and the id. In hexadecimal.
CREATE TABLE forgotten (
    key  TEXT NOT NULL,
    hash TEXT NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (key, hash)
) STRICT, WITHOUT ROWID;

-- Statistics written by hand (sqlite.org/fileformat2.html#the_sqlite_stat1_table), so that a call id
-- or a user alone is found through the indexes by skip-scan from the first row on. ANALYZE and
-- PRAGMA optimize would replace them by what a small file suggests: do not run them.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('call', 'call_by_id', '100000000 100000000 500000 1'),
    ('call', 'call_by_start', '100000000 2 2'),
    ('call', 'call_by_change', '1000000 100'),
    ('participant', 'participant', '240000000 1200000 4 2 2 1'),
    ('user', 'sqlite_autoindex_user_1', '1000000 1 1'),
    ('call_revision', 'call_revision', '1000000 2 1'),
    ('source', 'sqlite_autoindex_source_1', '4 2 1'),
    ('application', 'sqlite_autoindex_application_1', '4 1'),
    ('media_type', 'sqlite_autoindex_media_type_1', '4 1'),
    ('call_type', 'sqlite_autoindex_call_type_1', '4 1'),
    ('call_result', 'sqlite_autoindex_call_result_1', '8 1');
ANALYZE sqlite_schema;

-- Names and numbers for people; call_row, revision_row and coverage_row are not public.
CREATE VIEW call_row AS
SELECT
    c.call_no, c.application_no, c.source_no, c.bucket,
    (SELECT name FROM source WHERE source_no = c.source_no) AS app,
    (SELECT sdk_app_id FROM application WHERE application_no = c.application_no) AS sdk_app_id,
    c.call_id,
    (SELECT name FROM media_type WHERE no = c.media_type) AS media_type,
    (SELECT name FROM call_type WHERE no = c.call_type) AS call_type,
    (SELECT name FROM call_result WHERE no = c.call_result) AS call_result,
    c.room_id,
    (SELECT user_id FROM user WHERE user_no = c.caller_no) AS caller,
    coalesce(c.callees, '[]') AS callees,
    c.start_ts, c.accept_ts, c.end_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.start_ts, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.accept_ts, 'unixepoch') AS accepted_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.end_ts, 'unixepoch') AS ended_at,
    c.accept_ts IS NOT NULL AND coalesce(c.call_result, 0) NOT IN (3, 4, 5, 6, 7) AS answered,
    -- CAST, because a difference that leaves 64 bits becomes a floating point number.
    CAST(CASE WHEN c.accept_ts IS NOT NULL AND coalesce(c.call_result, 0) NOT IN (3, 4, 5, 6, 7)
              THEN c.accept_ts ELSE c.end_ts END - c.start_ts AS INTEGER) AS ring_seconds,
    CASE WHEN c.accept_ts IS NOT NULL AND coalesce(c.call_result, 0) NOT IN (3, 4, 5, 6, 7)
         THEN CAST(c.end_ts - c.accept_ts AS INTEGER) ELSE 0 END AS talk_seconds,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.first_seen_ts, 'unixepoch') AS first_seen_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(c.changed_ts, c.first_seen_ts), 'unixepoch')
        AS changed_at,
    c.revision, c.room_id_type, c.total_user_number, c.extra
FROM call AS c;

CREATE VIEW calls AS
SELECT app, sdk_app_id, call_id, media_type, call_type, call_result, room_id, caller, callees,
       start_ts, accept_ts, end_ts, started_at, accepted_at, ended_at, answered, ring_seconds,
       talk_seconds, first_seen_at, changed_at, revision, room_id_type, total_user_number, extra
FROM call_row;

CREATE VIEW revision_row AS
SELECT
    c.call_no,
    (SELECT name FROM source WHERE source_no = c.source_no) AS app,
    (SELECT sdk_app_id FROM application WHERE application_no = c.application_no) AS sdk_app_id,
    c.call_id,
    (SELECT name FROM media_type WHERE no = r.media_type) AS media_type,
    (SELECT name FROM call_type WHERE no = r.call_type) AS call_type,
    (SELECT name FROM call_result WHERE no = r.call_result) AS call_result,
    r.room_id,
    (SELECT user_id FROM user WHERE user_no = r.caller_no) AS caller,
    coalesce(r.callees, '[]') AS callees,
    r.start_ts, r.accept_ts, r.end_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.start_ts, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.accept_ts, 'unixepoch') AS accepted_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.end_ts, 'unixepoch') AS ended_at,
    r.accept_ts IS NOT NULL AND coalesce(r.call_result, 0) NOT IN (3, 4, 5, 6, 7) AS answered,
    CAST(CASE WHEN r.accept_ts IS NOT NULL AND coalesce(r.call_result, 0) NOT IN (3, 4, 5, 6, 7)
              THEN r.accept_ts ELSE r.end_ts END - r.start_ts AS INTEGER) AS ring_seconds,
    CASE WHEN r.accept_ts IS NOT NULL AND coalesce(r.call_result, 0) NOT IN (3, 4, 5, 6, 7)
         THEN CAST(r.end_ts - r.accept_ts AS INTEGER) ELSE 0 END AS talk_seconds,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.first_seen_ts, 'unixepoch') AS first_seen_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(r.changed_ts, c.first_seen_ts), 'unixepoch')
        AS changed_at,
    r.revision, r.room_id_type, r.total_user_number, r.extra,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.replaced_ts, 'unixepoch') AS replaced_at
FROM call AS c JOIN call_revision AS r ON r.call_no = c.call_no;

CREATE VIEW call_revisions AS
SELECT app, sdk_app_id, call_id, media_type, call_type, call_result, room_id, caller, callees,
       start_ts, accept_ts, end_ts, started_at, accepted_at, ended_at, answered, ring_seconds,
       talk_seconds, first_seen_at, changed_at, revision, room_id_type, total_user_number, extra,
       replaced_at
FROM revision_row;

-- The conditions always hold. They let SQLite go from a call to its users as well as from
-- a user to their calls, without an index over participants by call.
CREATE VIEW call_users AS
SELECT
    (SELECT name FROM source WHERE source_no = c.source_no) AS app,
    (SELECT sdk_app_id FROM application WHERE application_no = c.application_no) AS sdk_app_id,
    c.call_id, u.user_id,
    CASE p.role WHEN 1 THEN 'caller' ELSE 'callee' END AS role,
    p.start_ts
FROM user AS u
JOIN participant AS p ON p.user_no = u.user_no
JOIN call AS c ON c.call_no = p.call_no
WHERE p.start_ts = coalesce(c.start_ts, c.first_seen_ts)
  AND p.period = coalesce(c.start_ts, c.first_seen_ts) / 604800
                 - (coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0)
  AND p.user_no IN (
      SELECT c.caller_no
      UNION ALL
      SELECT n.user_no FROM json_each(c.callees) AS e
      JOIN user AS n ON n.user_id = e.value AND n.application_no = c.application_no);

CREATE VIEW coverage_row AS
SELECT
    s.name AS app, a.sdk_app_id, g.from_ts, g.to_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', g.read_ts, 'unixepoch') AS read_at, g.state,
    strftime('%Y-%m-%dT%H:%M:%SZ', g.detected_ts, 'unixepoch') AS detected_at,
    g.reason, g.last_read_age,
    g.detected_ts <= s.acknowledged_until_ts AS acknowledged
FROM source AS s
JOIN application AS a ON a.application_no = s.application_no
JOIN coverage_segment AS g ON g.source_no = s.source_no;

CREATE VIEW coverage AS
SELECT app, sdk_app_id, from_ts, to_ts, read_at, state FROM coverage_row;

CREATE VIEW gaps AS
SELECT app, sdk_app_id, from_ts, to_ts, read_at, state, detected_at, reason, last_read_age,
       acknowledged
FROM coverage_row WHERE state = 'gap';

CREATE VIEW cursors AS
SELECT
    app, sdk_app_id, cursor_ts, head_ts,
    min(retention_seconds, head_ts + retention_seconds - unixepoch()) AS margin_seconds,
    last_success_at, last_error, last_error_at
FROM (
    SELECT
        s.name AS app, a.sdk_app_id, s.retention_seconds,
        coalesce(
            (SELECT min(g.from_ts) FROM coverage_segment AS g
             WHERE g.source_no = s.source_no AND g.state = 'open'),
            (SELECT max(g.to_ts) FROM coverage_segment AS g WHERE g.source_no = s.source_no),
            s.beginning_ts) AS cursor_ts,
        coalesce(
            (SELECT min(g.from_ts) FROM coverage_segment AS g
             WHERE g.source_no = s.source_no AND g.state = 'open' AND g.read_ts IS NULL),
            (SELECT max(g.to_ts) FROM coverage_segment AS g WHERE g.source_no = s.source_no),
            s.beginning_ts) AS head_ts,
        strftime('%Y-%m-%dT%H:%M:%SZ', s.last_success_ts, 'unixepoch') AS last_success_at,
        s.last_error,
        strftime('%Y-%m-%dT%H:%M:%SZ', s.last_error_ts, 'unixepoch') AS last_error_at
    FROM source AS s JOIN application AS a ON a.application_no = s.application_no
);

CREATE VIEW rejected_records AS
SELECT
    s.name AS app, a.sdk_app_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.received_ts, 'unixepoch') AS received_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.last_received_ts, 'unixepoch') AS last_received_at,
    r.times, r.reason, r.raw
FROM rejected_record AS r
JOIN source AS s ON s.source_no = r.source_no
JOIN application AS a ON a.application_no = s.application_no;
