/** What is measured of HAProxy's checks: settings, and faults with how they are cured. */
import type { Checks, Setting } from './rig.ts';

export interface CheckRow extends Setting {
  /** Behaviours of servers (see servers.mjs), and `silent`. */
  readonly faults: readonly string[];
  /** How long to wait for DOWN, and then for UP: seconds. */
  readonly patience: readonly [down: number, up: number];
}

function checked(
  server: string,
  timeouts: readonly string[],
  patience: CheckRow['patience'],
  faults = ['dead', 'mute', 'hang', 'silent', 'error'],
  checks: Checks = { kind: 'httpchk', ssl: true },
): CheckRow {
  const defaults = timeouts.map((timeout) => `timeout ${timeout}`);
  return { server, defaults, checks, patience, faults };
}

const TIMEOUTS = ['connect 4s', 'check 3s'];

/** Those of haproxy-samples.json beside the tests are not measured again, but for kubeadm's. */
export const CHECK_ROWS: Readonly<Record<string, CheckRow>> = {
  kubeadm: checked('', ['connect 5s', 'check 10s'], [14, 7], ['dead', 'mute', 'silent', 'error']),
  oneSecond: checked(
    'inter 1s fall 2 rise 3',
    ['connect 5s', 'check 3s'],
    [13, 9],
    [...['dead', 'mute', 'hang', 'silent', 'error', 'late 2700', 'late 3300']],
  ),
  oneSecondWhole: checked(
    'inter 1s fall 2 rise 3',
    ['connect 5s'],
    [7, 9],
    [...['dead', 'mute', 'hang', 'silent', 'late 700', 'late 1300']],
  ),
  fiveSeconds: checked(
    'inter 5s',
    ['connect 1s', 'check 6s'],
    [38, 17],
    ['dead', 'hang', 'silent'],
  ),
  faster: checked('inter 4s fastinter 500ms downinter 1s', ['connect 300ms', 'check 1s'], [9, 6]),
  shortConnect: checked('inter 2s', ['connect 500ms', 'check 2500ms'], [16, 9]),
  /** `timeout check` below the bound on connecting: others' timers matter. */
  shortCheck: checked('inter 2s', ['connect 5s', 'check 1s'], [17, 8], ['hang', 'late 1500']),
  tcp: checked('inter 1500ms', TIMEOUTS, [10, 5], ['dead', 'mute', 'silent', 'error'], {
    kind: 'tcp-check',
    ssl: false,
  }),
  tcpSsl: checked('inter 1500ms', TIMEOUTS, [11, 6], ['dead', 'mute', 'hang'], {
    kind: 'tcp-check',
    ssl: true,
  }),
  sslHello: checked('inter 1500ms', TIMEOUTS, [15, 8], ['dead', 'mute', 'hang'], {
    kind: 'ssl-hello-chk',
    ssl: false,
  }),
};
