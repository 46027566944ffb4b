-- One row for each who took part in a call, whatever their roles: the API lists the caller among the
-- callees, so that nearly every call had two rows for its caller.

-- A participant has the sum of these.
CREATE TABLE role (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO role VALUES (1, 'caller'), (2, 'callee');

DROP VIEW call_users;

-- As before: clustered so that one person's calls of a week lie together. start_ts is when the call
-- was first seen where its start is not known.
CREATE TABLE participant_once (
    period   INTEGER NOT NULL,  -- week of start_ts
    user_no  INTEGER NOT NULL,
    start_ts INTEGER NOT NULL,
    call_no  INTEGER NOT NULL,
    role     INTEGER NOT NULL,
    PRIMARY KEY (period, user_no, start_ts, call_no)
) STRICT, WITHOUT ROWID;
INSERT INTO participant_once
SELECT period, user_no, start_ts, call_no, sum(role) FROM participant GROUP BY 1, 2, 3, 4;
DROP TABLE participant;
ALTER TABLE participant_once RENAME TO participant;

-- As in 0001: for skip-scan. Dropping the table took its statistics along.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('participant', 'participant', '240000000 1200000 4 2 1'),
    ('role', 'sqlite_autoindex_role_1', '2 1');
ANALYZE sqlite_schema;

-- The conditions always hold. They let SQLite go from a call to its users as well as from
-- a user to their calls, without an index over participants by call.
CREATE VIEW call_users AS
SELECT
    (SELECT name FROM source WHERE source_no = c.source_no) AS app,
    (SELECT sdk_app_id FROM application WHERE application_no = c.application_no) AS sdk_app_id,
    c.call_id, u.user_id, as_role.name AS role, p.start_ts
FROM user AS u
JOIN participant AS p ON p.user_no = u.user_no
JOIN call AS c ON c.call_no = p.call_no
-- Last: the roles of a participant who was found.
CROSS JOIN role AS as_role
WHERE p.role & as_role.no
  AND p.start_ts = coalesce(c.start_ts, c.first_seen_ts)
  AND p.period = coalesce(c.start_ts, c.first_seen_ts) / 604800
                 - (coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0)
  AND p.user_no IN (
      SELECT c.caller_no
      UNION ALL
      SELECT n.user_no FROM json_each(c.callees) AS e
      JOIN user AS n ON n.user_id = e.value AND n.application_no = c.application_no);
