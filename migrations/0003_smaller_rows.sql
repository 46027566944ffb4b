-- A tenth less for each call: its id as two numbers instead of 36 characters, and shorter rows of who
-- took part.

-- A UUID as the vendor writes it, 8-4-4-4-12 digits in lower case, is 16 bytes: two numbers. Any other
-- id stays a text in call_id_high, with no call_id_low; so do the ids of all rows that were there
-- before, and neither they nor the index are written anew: what the index holds is the text, as ever.
-- SQLite has no ALTER TABLE for this, but says how a table's definition is changed where its content
-- fits both (sqlite.org/lang_altertable.html#otheralter): a column that a row does not have yet is NULL.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql =
'CREATE TABLE call (
    call_no           INTEGER PRIMARY KEY,
    application_no    INTEGER NOT NULL REFERENCES application,
    source_no         INTEGER NOT NULL REFERENCES source,  -- which saw the call first
    version_source_no INTEGER NOT NULL REFERENCES source,  -- which told this version
    -- The week of the start, or of the arrival where the start is missing or implausible.
    bucket            INTEGER NOT NULL,
    call_id_high      ANY     NOT NULL,  -- see call_id
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
    seal              INTEGER NOT NULL,
    call_id_low       INTEGER,
    call_id           TEXT AS (
        CASE WHEN call_id_low IS NULL THEN call_id_high
             ELSE printf(''%08x-%04x-%04x-%04x-%012x'',
                         call_id_high >> 32 & 0xffffffff, call_id_high >> 16 & 0xffff,
                         call_id_high & 0xffff, call_id_low >> 48 & 0xffff,
                         call_id_low & 0xffffffffffff) END) VIRTUAL
) STRICT'
WHERE type = 'table' AND name = 'call';
PRAGMA writable_schema = RESET;

DROP VIEW call_users;

-- As before, but for two columns: a second of the week takes three bytes where a time takes four, and
-- the roles stand in the last bits of the call's number.
CREATE TABLE participant_of_week (
    week       INTEGER NOT NULL,  -- since 1970, of the call's start or of when it was first seen
    user_no    INTEGER NOT NULL,
    second     INTEGER NOT NULL,  -- of that week
    call_roles INTEGER NOT NULL,  -- call_no times 4, plus the sum of these of table role
    PRIMARY KEY (week, user_no, second, call_roles)
) STRICT, WITHOUT ROWID;
-- OR IGNORE: where two rows become one, one of them was damaged.
INSERT OR IGNORE INTO participant_of_week
SELECT period, user_no, start_ts % 604800 + 604800 * (start_ts % 604800 < 0),
       call_no * 4 + (role & 3)
FROM participant;
DROP TABLE participant;
ALTER TABLE participant_of_week RENAME TO participant;

-- As in 0001: for skip-scan. Dropping the table took its statistics along.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('participant', 'participant', '240000000 1200000 4 2 1');
ANALYZE sqlite_schema;

-- The conditions always hold. They let SQLite go from a call to its users as well as from
-- a user to their calls, without an index over participants by call.
CREATE VIEW call_users AS
SELECT
    (SELECT name FROM source WHERE source_no = c.source_no) AS app,
    (SELECT sdk_app_id FROM application WHERE application_no = c.application_no) AS sdk_app_id,
    c.call_id, u.user_id, as_role.name AS role,
    -- From the participant, so that those of other times are left out before their calls are read.
    -- No product leaves 64 bits.
    CASE WHEN p.week < 0 THEN (p.week + 1) * 604800 - (604800 - p.second)
         ELSE p.week * 604800 + p.second END AS start_ts
FROM user AS u
JOIN participant AS p ON p.user_no = u.user_no
JOIN call AS c ON c.call_no = p.call_roles / 4
-- Last: the roles of a participant who was found.
CROSS JOIN role AS as_role
WHERE p.call_roles & as_role.no
  AND p.second = coalesce(c.start_ts, c.first_seen_ts) % 604800
                 + 604800 * (coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0)
  AND p.week = coalesce(c.start_ts, c.first_seen_ts) / 604800
               - (coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0)
  AND p.user_no IN (
      SELECT c.caller_no
      UNION ALL
      SELECT n.user_no FROM json_each(c.callees) AS e
      JOIN user AS n ON n.user_id = e.value AND n.application_no = c.application_no);
