/** What is measured of HAProxy's checks: settings, and faults with how they are cured. */
import type { Setting } from './rig.ts';

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
): CheckRow {
  const defaults = timeouts.map((timeout) => `timeout ${timeout}`);
  return { server, defaults, checks: true, patience, faults };
}

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
};
