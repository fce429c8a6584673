/**
 * What users of a real HAProxy meet before it has noticed anything: connections at random moments
 * to servers that are dead or silent, without checks; how many are served or closed, and after how
 * long.
 */
import { connect } from 'node:tls';
import { now, Rig, type Setting, sleep } from './rig.ts';

export interface ConnectionRow {
  readonly retries: number;
  /** `option redispatch N`; false for `no option redispatch`. */
  readonly redispatch: number | false;
  /** `timeout connect`, milliseconds. */
  readonly connect: number;
  readonly servers: readonly ('ok' | 'dead' | 'silent' | 'mute')[];
  /** Further lines of `defaults`. */
  readonly defaults?: readonly string[];
}

const COUNT = 120;
const SPREAD = 6_000;
/** Above this a connection has waited for something. */
const WAITED = 400;

const rows: ConnectionRow[] = [];
for (const redispatch of [1, false] as const) {
  for (const retries of [0, 1, 3]) {
    rows.push({ retries, redispatch, connect: 5_000, servers: ['dead', 'ok', 'ok'] });
    rows.push({ retries, redispatch, connect: 5_000, servers: ['dead', 'dead', 'ok'] });
    rows.push({ retries, redispatch, connect: 1_000, servers: ['silent', 'ok', 'ok'] });
    rows.push({ retries, redispatch, connect: 1_000, servers: ['silent', 'silent', 'ok'] });
  }
}
for (const redispatch of [3, -1, 0]) {
  rows.push({ retries: 3, redispatch, connect: 5_000, servers: ['dead', 'ok', 'ok'] });
  rows.push({ retries: 3, redispatch, connect: 1_000, servers: ['silent', 'ok', 'ok'] });
}
for (const more of [[], ['timeout server-fin 1s'], ['timeout tunnel 4s']]) {
  const defaults = ['timeout client 2s', 'timeout server 6s', ...more];
  const servers = ['mute', 'mute', 'mute'] as const;
  rows.push({ retries: 1, redispatch: 1, connect: 1_000, servers, defaults });
}
export const CONNECTION_ROWS: readonly ConnectionRow[] = rows;

/** One connection: `ok` when the server shook hands, else `closed`, and after how many ms. */
function visit(port: number): Promise<{ kind: 'ok' | 'closed'; after: number }> {
  const from = now();
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false };
    const socket = connect(options, () => end('ok'));
    const end = (kind: 'ok' | 'closed') => {
      socket.destroy();
      resolve({ kind, after: now() - from });
    };
    socket.on('error', () => end('closed'));
    socket.on('end', () => end('closed'));
  });
}

/** Milliseconds of those that met each, by `ok` or `closed` and `at once` or `late`. */
export async function met(rig: Rig, row: ConnectionRow) {
  const { retries, redispatch, servers, defaults: more = [] } = row;
  await Promise.all(servers.map((behaviour, at) => rig.become(rig.ports[at]!, behaviour)));
  const option = redispatch === false ? 'no option redispatch' : `option redispatch ${redispatch}`;
  const defaults = [`timeout connect ${row.connect}ms`, `retries ${retries}`, option, ...more];
  const setting: Setting = { server: '', defaults, checks: false };
  await rig.serve(setting);
  const outcomes = await Promise.all(
    Array.from({ length: COUNT }, async () => {
      await sleep(Math.random() * SPREAD);
      return visit(rig.front);
    }),
  );
  const counts: Record<string, { count: number; least: number; most: number }> = {};
  for (const { kind, after } of outcomes) {
    const key = after < WAITED ? `${kind} at once` : `${kind} after ${Math.round(after / 500) / 2}`;
    const known = counts[key] ?? { count: 0, least: after, most: after };
    counts[key] = {
      count: known.count + 1,
      least: Math.round(Math.min(known.least, after)),
      most: Math.round(Math.max(known.most, after)),
    };
  }
  return counts;
}

export async function measureConnections() {
  const rig = new Rig(12_100, 3);
  await rig.start();
  const found: object[] = [];
  try {
    for (const row of CONNECTION_ROWS) {
      const outcomes = await met(rig, row);
      console.error(JSON.stringify({ ...row, outcomes }));
      found.push({ ...row, outcomes });
    }
  } finally {
    rig.stop();
  }
  return found;
}
