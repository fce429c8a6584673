/**
 * Rows of measurements of real etcd 3.4.23 (test/real/etcd/samples.json, made by
 * test/real/etcd/measure.mjs) and the same rows played in the model, with a distance between them.
 */
import { readFileSync } from 'node:fs';
import { MILLISECOND } from '../../../src/engine/clock.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import { quantile } from '../statistics/samples.ts';
import type { BenchSettings } from './etcd-bench.ts';
import { followerCut, leaderCut, linkCut, oneWayCut } from './etcd-cut-rows.ts';
import { slowDisk } from './etcd-disk-rows.ts';
import { allRestarted, leaderFrozen, leaderKilled, quorumBack, type Values } from './etcd-rows.ts';

type Samples = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export const SAMPLES = JSON.parse(readFileSync('test/real/etcd/samples.json', 'utf8')) as Samples;

export type Play = (replication: number) => Values;

/** Three processes that start at once on two cores take longer than one. */
const TOGETHER = { startUp: new Uniform(50 * MILLISECOND, 70 * MILLISECOND) };

/** 3.4 drops reads before the first commit, and snapshots the log by its count. */
function settings(preVote: boolean): BenchSettings {
  return { preVote, anyAnswerEndsProbe: false, addsOnlyToAll: true };
}

/** How each label of the measurements is played; undefined for one that is not. */
export function playOf(label: string): Play | undefined {
  const base = settings(label.endsWith('PreVote on'));
  const what = label.replace(/, PreVote (on|off)$/, '');
  return processPlay(what, base) ?? cutPlay(what, base) ?? diskPlay(what, base);
}

function processPlay(what: string, base: BenchSettings): Play | undefined {
  const killed = (more: BenchSettings) => (replication: number) =>
    leaderKilled({ ...base, ...more }, replication);
  const latency = () => ({ base: 50 * MILLISECOND, jitter: 60 });
  switch (what) {
    case 'leader killed, 3 members':
      return killed({});
    case 'leader killed, 5 members':
      return killed({ members: 5 });
    case 'leader killed, 50/500 ms':
      return killed({ heartbeatInterval: 50 * MILLISECOND });
    case 'leader killed, 500/5000 ms':
      return killed({ heartbeatInterval: 500 * MILLISECOND });
    case 'leader killed, 50 ms one way':
      return killed({ latency });
    case 'all killed, restarted at once':
      return (replication) => allRestarted({ ...base, ...TOGETHER }, replication, 'kill');
    case 'all stopped by SIGTERM, restarted':
      return (replication) => allRestarted({ ...base, ...TOGETHER }, replication, 'stop');
    case '2 of 3 killed, one back after 10 s':
      return (replication) => quorumBack(base, replication);
    default: {
      const [, frozen] = /^leader frozen ([\d.]+) s$/.exec(what) ?? [];
      if (frozen === undefined) return undefined;
      return (replication) => leaderFrozen(base, replication, Number(frozen));
    }
  }
}

function cutPlay(what: string, base: BenchSettings): Play | undefined {
  if (what === 'leader cut off 10 s') return (replication) => leaderCut(base, replication, 10);
  if (what === 'link leader-follower cut 10 s') {
    return (replication) => linkCut(base, replication, 10);
  }
  const deaf = what === 'leader hears nobody for 8 s';
  if (deaf || what === 'nobody hears the leader for 8 s') {
    const lost = deaf ? 'received' : 'sent';
    return (replication) => oneWayCut(base, replication, lost, 8);
  }
  const [, seconds] = /^follower cut off (\d+) s$/.exec(what) ?? [];
  if (seconds === undefined) return undefined;
  return (replication) => followerCut(base, replication, Number(seconds));
}

function diskPlay(what: string, base: BenchSettings): Play | undefined {
  const [, who, how, length] = /^(leader|follower)'s (syncs|disk stalls) (\d+) ms/.exec(what) ?? [];
  if (who === undefined) return undefined;
  const kind = how === 'syncs' ? 'every' : 'stall';
  return (replication) =>
    slowDisk(base, replication, who as 'leader' | 'follower', kind, Number(length));
}

/** The values of so many replications, by name, each in rising order. */
export function played(play: Play, count: number): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (let replication = 0; replication < count; replication++) {
    for (const [name, value] of Object.entries(play(replication))) {
      if (value === undefined || Number.isNaN(value)) continue;
      const known = values.get(name) ?? [];
      values.set(name, known);
      known.push(value);
    }
  }
  for (const known of values.values()) known.sort((one, other) => one - other);
  return values;
}

/**
 * Rows measured with cuts of always the same length, so that all of them met TCP's clocks in one
 * phase: the model is asked about cuts of any length.
 */
const OF_ONE_PHASE = [
  'follower cut off 3 s, PreVote on: heal to follows first',
  'follower cut off 10 s, PreVote on: heal to follows first',
];

export function isComparable(label: string, value: string): boolean {
  return !OF_ONE_PHASE.includes(`${label}: ${value}`);
}

/** What clients and a busy machine add: so many milliseconds, and a share of what they measure. */
const CLIENT = 20;
const CLIENT_SHARE = 0.03;

/**
 * The largest distance between two samples' distributions (Kolmogorov-Smirnov) that is left when
 * each time may be off by what the client adds.
 */
export function distance(one: readonly number[], other: readonly number[]): number {
  const below = (sample: readonly number[], value: number) =>
    sample.filter((known) => known <= value).length / sample.length;
  const beyond = (value: number) => value + CLIENT + CLIENT_SHARE * Math.abs(value);
  const gaps = (some: readonly number[], rest: readonly number[]) =>
    some.map((value) => below(some, value) - below(rest, beyond(value)));
  return Math.max(0, ...gaps(one, other), ...gaps(other, one));
}

/** Samples below say too little to be compared by their shape; their medians are. */
const ENOUGH = 5;
/** Of medians, where there are few samples: a share, and milliseconds beside it. */
const MEDIAN_SHARE = 0.2;
const MEDIAN_MILLISECONDS = 60;
/** Of the share of simulated values below their median: 1 % lie beyond. */
const MEDIAN_DEVIATIONS = 2.6;

/** Both in rising order. */
export function agree(measured: readonly number[], simulated: readonly number[]): boolean {
  if (measured.length >= ENOUGH) {
    return distance(measured, simulated) < tolerated(measured, simulated);
  }
  const median = quantile(measured, 0.5);
  // What a median of so few replications is known to, where two ways to go are as frequent.
  const spread = (MEDIAN_DEVIATIONS * 0.5) / Math.sqrt(simulated.length);
  const low = quantile(simulated, 0.5 - spread);
  const high = quantile(simulated, 0.5 + spread);
  const difference = Math.max(low - median, median - high);
  return difference < MEDIAN_SHARE * median + MEDIAN_MILLISECONDS;
}

/** The distance that samples of one law exceed once in a thousand times. */
export function tolerated(one: readonly number[], other: readonly number[]): number {
  return 1.95 * Math.sqrt(1 / one.length + 1 / other.length);
}
