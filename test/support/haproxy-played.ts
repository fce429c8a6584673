/** A check of the model's HAProxy through a fault and its cure, to be laid beside a real one. */
import { NEVER, SECOND } from '../../src/engine/clock.ts';
import type { Effects } from '../../src/engine/effects.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import { HaproxyCheck } from '../../src/model/load-balancer/haproxy-check.ts';
import {
  HAPROXY_SERVER,
  type HaproxyServerSettings,
  type HaproxyTimeouts,
  KUBEADM_HAPROXY,
} from '../../src/model/load-balancer/haproxy-settings.ts';
import { BalancerBench, ScriptedEndpoint } from './balancer-bench.ts';

export interface CheckSetting {
  readonly server: Partial<HaproxyServerSettings>;
  readonly timeouts: Partial<HaproxyTimeouts>;
  /** How long a good answer takes. */
  readonly after: number;
}

const FAULT = 50 * SECOND;

export type Break = (endpoint: ScriptedEndpoint, effects: Effects) => void;

/** From the fault to DOWN and from the cure to UP, in ms; undefined for what does not come. */
export function playedCheck(
  { server, timeouts, after }: CheckSetting,
  breaks: Break,
  replication: number,
) {
  const streams = new RandomStreams(`measured ${replication}`);
  const bench = new BalancerBench(false, 400 * SECOND);
  const endpoint = new ScriptedEndpoint('s0');
  endpoint.answer = { kind: 'ok', after };
  const settings = {
    server: { ...HAPROXY_SERVER, ...server },
    timeouts: { ...KUBEADM_HAPROXY.timeouts, ...timeouts },
  };
  const check = new HaproxyCheck('lb', endpoint, settings, 0, () => {});
  check.restart(streams.stream('phase'), bench.simulation);
  const cure = 200 * SECOND + Math.floor(streams.stream('cure').double() * 30 * SECOND);
  bench.at(FAULT, (effects) => breaks(endpoint, effects));
  bench.at(cure, (effects) => endpoint.become('ok', effects, after));
  bench.run();
  const milliseconds = (from: number, state: string) => {
    const seconds = bench.firstAfter(from, 'lb/s0', state);
    return seconds === undefined ? undefined : 1000 * seconds;
  };
  return { down: milliseconds(FAULT, 'marked down'), up: milliseconds(cure, 'marked up') };
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
export function settingOf({ server, defaults }: { server: string; defaults: readonly string[] }) {
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
    ]) as Partial<HaproxyServerSettings>,
    timeouts: { connect: timeout('connect')!, check: timeout('check') },
    after: 0.002 * SECOND,
  };
}

/** `500ms` or `2s`. */
function durationOf(text: string): number {
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
