// Node's http with a kept connection, and better-sqlite3, which is looked for in NODE_PATH.
// usage: node archive_node.cjs URL FROM TO WINDOW_SECONDS DATABASE

const http = require('http');
const Database = require('better-sqlite3');

const [url, from, to, length, path] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const database = new Database(path);
database.exec(`PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS call (call_id TEXT PRIMARY KEY, start INTEGER, accept INTEGER,
    end INTEGER, media TEXT, type TEXT, result TEXT, caller TEXT, room TEXT, callees TEXT);
CREATE INDEX IF NOT EXISTS call_by_start ON call (start);`);
const insert = database.prepare('INSERT OR IGNORE INTO call VALUES (?,?,?,?,?,?,?,?,?,?)');
const keep = database.transaction((rows) => {
  for (const r of rows) {
    insert.run(r.callId, r.startCallTs, r.acceptTs ?? null, r.endTs, r.mediaType, r.callType,
      r.callResult, r.caller, r.roomId, JSON.stringify(r.callees));
  }
});

function ask(body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST', agent, headers: { 'Content-Type': 'application/json' },
    }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(pieces).toString())));
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

(async () => {
  let records = 0;
  for (let begin = +from; begin < +to; begin += +length) {
    const window = [];
    for (let page = 1; ; ++page) {
      const answer = await ask({
        startTimestamp: begin, endTimestamp: begin + +length - 1, numberPerPage: 100, page,
      });
      const rows = answer.data?.callRecordList ?? [];
      window.push(...rows);
      if (rows.length < 100) break;
    }
    keep(window);
    records += window.length;
  }
  agent.destroy();
  console.log(JSON.stringify({ records }));
})();
