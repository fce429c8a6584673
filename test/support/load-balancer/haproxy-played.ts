/** A check of the model's HAProxy through a fault and its cure, to be laid beside a real one. */

import { NEVER, SECOND } from '../../../src/engine/clock.ts';
import type { Effects } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { HaproxyCheck } from '../../../src/model/load-balancer/haproxy/haproxy-check.ts';
import type {
  HaproxyServerSettings,
  HaproxyTimeouts,
  HaproxyVersion,
} from '../../../src/model/load-balancer/haproxy/haproxy-settings.ts';
import {
  ProcessTimers,
  RESOLVERS_PERIOD,
} from '../../../src/model/load-balancer/haproxy/process-timers.ts';
import type { CheckRow } from '../../real/haproxy/rows.ts';
import { HAPROXY_SERVER, KUBEADM_HAPROXY } from '../defaults.ts';
import { BalancerBench, ScriptedEndpoint } from './balancer-bench.ts';

/** Others behind the same HAProxy: their timers matter to some checks. */
export interface Beside {
  /** Servers in all. */
  readonly servers: number;
  /** Whether all break, each at its own moment of 5 s, or the first alone. */
  readonly break: 'all' | 'one';
}

export interface CheckSetting {
  readonly server: Partial<HaproxyServerSettings>;
  readonly timeouts: Partial<HaproxyTimeouts>;
  readonly version?: HaproxyVersion;
  /** How long a good answer takes. */
  readonly after: number;
}

const FAULT = 50 * SECOND;
const SPREAD = 5 * SECOND;

export type Break = (endpoint: ScriptedEndpoint, effects: Effects) => void;

/** From the fault to DOWN and from the cure to UP, in ms; undefined for what does not come. */
export function playedCheck(
  { server, timeouts, after, version = '2.6.12' }: CheckSetting,
  breaks: Break,
  replication: number,
  beside: Beside = { servers: 1, break: 'one' },
) {
  const streams = new RandomStreams(`measured ${replication}`);
  const bench = new BalancerBench(false, 400 * SECOND);
  const settings = {
    version,
    server: { ...HAPROXY_SERVER, ...server },
    timeouts: { ...KUBEADM_HAPROXY.timeouts, ...timeouts },
  };
  const cure = 200 * SECOND + Math.floor(streams.stream('cure').double() * 30 * SECOND);
  const moments = streams.stream('moments');
  const timers = new ProcessTimers();
  let [brokenAt, curedAt] = [FAULT, cure];
  if (beside.servers > 1) {
    timers.restart(-Math.floor(moments.double() * RESOLVERS_PERIOD));
    brokenAt += Math.floor(moments.double() * SPREAD);
    curedAt += Math.floor(moments.double() * SPREAD);
  }
  for (let index = 0; index < beside.servers; index++) {
    const endpoint = new ScriptedEndpoint(`s${index}`);
    endpoint.answer = { kind: 'ok', after };
    const check = new HaproxyCheck('lb', endpoint, settings, timers, index, () => {});
    if (beside.servers === 1) check.restart(streams.stream('phase'), bench.simulation);
    else check.begin(index / beside.servers, bench.simulation);
    if (index > 0 && beside.break === 'one') continue;
    const [broken, cured] =
      index === 0
        ? [brokenAt, curedAt]
        : [FAULT, cure].map((from) => from + Math.floor(moments.double() * SPREAD));
    bench.at(broken!, (effects) => breaks(endpoint, effects));
    bench.at(cured!, (effects) => endpoint.become('ok', effects, after));
  }
  bench.run();
  const milliseconds = (from: number, state: string) => {
    const seconds = bench.firstAfter(from, 'lb/s0', state);
    return seconds === undefined ? undefined : 1000 * seconds;
  };
  return { down: milliseconds(brokenAt, 'marked down'), up: milliseconds(curedAt, 'marked up') };
}

/** Behaviours of the servers in test/real/haproxy, as the model's answers. */
export function breakOf(behaviour: string): Break {
  const [kind, wait] = behaviour.split(' ');
  return (endpoint, effects) => {
    if (kind === 'dead') endpoint.become('refusal', effects);
    if (kind === 'mute') endpoint.become('hang', effects);
    if (kind === 'hang') endpoint.become('ok', effects, NEVER);
    if (kind === 'late') endpoint.become('ok', effects, Number(wait) * 1_000);
    if (kind === 'silent') endpoint.become('silence', effects);
    if (kind === 'error') endpoint.become('error', effects);
  };
}

/** The settings of the model for a row measured in test/real/haproxy. */
export function settingOf({ server, defaults, checks }: CheckRow): CheckSetting {
  const words = server.split(' ');
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : []));
  const known = Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  const times = ['inter', 'fastinter', 'downinter'].filter((name) => known[name] !== undefined);
  const counts = ['fall', 'rise'].filter((name) => known[name] !== undefined);
  const timeout = (name: string) => {
    const line = defaults.find((one) => one.startsWith(`timeout ${name} `));
    return line === undefined ? undefined : durationOf(line.split(' ')[2]!);
  };
  return {
    server: Object.fromEntries([
      ...times.map((name) => [name, durationOf(known[name]!)]),
      ...counts.map((name) => [name, Number(known[name])]),
      ...(checks === false ? [] : Object.entries({ check: checks.kind, checkSsl: checks.ssl })),
    ]) as Partial<HaproxyServerSettings>,
    timeouts: { connect: timeout('connect')!, check: timeout('check') },
    after: 0.002 * SECOND,
  };
}

/** `500ms` or `2s`. */
export function durationOf(text: string): number {
  return Number.parseFloat(text) * (text.endsWith('ms') ? SECOND / 1_000 : SECOND);
}

/** A fault takes hold, and a line of the log is read, so late on a busy machine: ms. */
const LATE = 25;
/** Allowed besides, of either sample: ms. */
const ALLOWED = 60;

/** The largest distance that is left when each time may be off by what is allowed. */
export function distanceAfterAllowance(real: readonly number[], simulated: readonly number[]) {
  const below = (sample: readonly number[], value: number) =>
    sample.filter((one) => one <= value).length / sample.length;
  const late = simulated.map((value) => value + LATE);
  const gaps = (some: readonly number[], others: readonly number[]) =>
    some.map((value) => below(some, value) - below(others, value + ALLOWED));
  return Math.max(0, ...gaps(real, late), ...gaps(late, real));
}
