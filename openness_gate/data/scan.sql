-- What a scan keeps, in one SQLite file that anyone can query. Times are UTC, in ISO 8601.

CREATE TABLE scans (            -- one row for each scan; it has not ended while `ended` is NULL
  id INTEGER PRIMARY KEY,
  begun TEXT NOT NULL,
  ended TEXT,
  day TEXT NOT NULL,            -- the day that waivers were held against
  targets TEXT NOT NULL,        -- what was scanned, as the user wrote it: JSON
  terms TEXT NOT NULL,          -- digest of the policy, its parents, the program and --fail-on
  policy TEXT NOT NULL, policy_title TEXT NOT NULL, policy_from TEXT NOT NULL, policy_sha256 TEXT NOT NULL,
  program TEXT NOT NULL,        -- the version of openness-gate
  requests INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE repositories (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,     -- what stays when it is renamed
  target TEXT NOT NULL,         -- as `openness-gate check` takes it
  name TEXT NOT NULL,
  origin TEXT NOT NULL,
  version TEXT NOT NULL,        -- changes whenever the content may have
  commit_id TEXT NOT NULL,
  facts TEXT NOT NULL           -- visibility, topics, custom properties, ...: JSON
);

CREATE TABLE verdicts (         -- what a commit was found to be, by a policy
  id INTEGER PRIMARY KEY,
  repository INTEGER NOT NULL REFERENCES repositories,
  commit_id TEXT NOT NULL,
  terms TEXT NOT NULL,
  seen TEXT NOT NULL,           -- digest of what the forge says that bears on it
  day TEXT NOT NULL,            -- the only day that it holds for; '' where it lasts
  result TEXT NOT NULL,         -- fail | incomplete | ask | pass | not-applicable
  reason TEXT NOT NULL,         -- why it is not applicable
  report BLOB,                  -- the report of `openness-gate check --format json`, deflated (zlib)
  UNIQUE (repository, commit_id, terms, seen, day)
);

CREATE TABLE releases (
  id INTEGER PRIMARY KEY,
  verdict INTEGER NOT NULL REFERENCES verdicts ON DELETE CASCADE,
  path TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, result TEXT NOT NULL, label TEXT NOT NULL,
  reached TEXT NOT NULL         -- the level; '' where the policy has none
);

CREATE TABLE components (
  release INTEGER NOT NULL REFERENCES releases ON DELETE CASCADE,
  component TEXT NOT NULL, completeness TEXT NOT NULL, access TEXT NOT NULL, license TEXT NOT NULL, class TEXT NOT NULL,
  PRIMARY KEY (release, component)
) WITHOUT ROWID;

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  release INTEGER NOT NULL REFERENCES releases ON DELETE CASCADE,
  rule TEXT NOT NULL, severity TEXT NOT NULL, status TEXT NOT NULL, openness TEXT NOT NULL,
  needs TEXT NOT NULL, got TEXT NOT NULL, advice TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
  excused_by TEXT NOT NULL,     -- who waived or confirmed it
  excuse TEXT NOT NULL,         -- why
  excused_until TEXT NOT NULL   -- the last day
);

CREATE TABLE scanned (          -- of the last scans: what became of each repository
  scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
  repository INTEGER NOT NULL REFERENCES repositories,
  state TEXT NOT NULL,          -- judged | skipped | failed
  verdict INTEGER REFERENCES verdicts,
  reason TEXT NOT NULL,
  PRIMARY KEY (scan, repository)
) WITHOUT ROWID;

CREATE TABLE totals (           -- of every scan that ended: how many repositories had a result (or were skipped, failed)
  scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
  result TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (scan, result)
) WITHOUT ROWID;

CREATE TABLE changes (          -- of every scan that ended: the repositories whose result is another than before
  scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
  repository INTEGER NOT NULL REFERENCES repositories,
  before TEXT NOT NULL,         -- '' for one that is new
  after TEXT NOT NULL,          -- '' for one that is gone
  PRIMARY KEY (scan, repository)
) WITHOUT ROWID;

CREATE VIEW results AS          -- of the last scan: one row for each repository
  SELECT r.name, r.target, v.commit_id AS commit_id, s.state, COALESCE(v.result, '') AS result,
         CASE WHEN s.reason != '' THEN s.reason ELSE COALESCE(v.reason, '') END AS reason, r.facts, s.verdict
  FROM scanned s JOIN repositories r ON r.id = s.repository LEFT JOIN verdicts v ON v.id = s.verdict
  WHERE s.scan = (SELECT MAX(id) FROM scans);

-- The cache: what was fetched, by what it is.

CREATE TABLE trees (commit_id TEXT PRIMARY KEY, tree BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE blobs (oid TEXT PRIMARY KEY, content BLOB NOT NULL);      -- deflated (zlib)
CREATE TABLE needs (commit_id TEXT, oid TEXT, PRIMARY KEY (commit_id, oid)) WITHOUT ROWID;  -- the blobs that were read of a commit
CREATE TABLE glances (commit_id TEXT PRIMARY KEY, program TEXT NOT NULL, is_release INTEGER NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE answers (key TEXT PRIMARY KEY, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);

CREATE INDEX verdicts_of ON verdicts (repository, commit_id);
CREATE INDEX releases_of ON releases (verdict);
CREATE INDEX findings_of ON findings (release);
