/**
 * One story of three members: a follower is cut off for ten seconds, comes back, and after a long
 * while the other one is killed. What the leader knows of the first is told after each of these.
 */

import { type Duration, MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { Effects, StateChange } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { EtcdCluster } from '../../../src/model/etcd/etcd-cluster.ts';
import type { EtcdSettings } from '../../../src/model/etcd/etcd-settings.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { BENCH_SETTINGS } from './etcd-bench.ts';
import { stateOf } from './etcd-timelines.ts';

const CUT_AT: Duration = 60 * SECOND;
const HEAL_AT: Duration = 70 * SECOND;
const KILL_AT: Duration = 600 * SECOND;
const END: Duration = 1200 * SECOND;

interface Told {
  /** The state of the follower's progress, and of everything. */
  readonly lines: readonly string[];
  readonly losses: readonly string[];
  readonly elided: number;
}

export function probing(settings: Partial<EtcdSettings>, neverSleep: boolean): Told {
  const losses: string[] = [];
  const observer = {
    changed: (change: StateChange) => {
      const isLoss = change.subject === 'etcd.write' && stateWords(change) !== 'granted';
      if (isLoss) losses.push(stateWords(change));
    },
    settled: () => {},
  };
  const simulation = new Simulation(observer, { neverSleep, tracing: true });
  // One that outlasts a tick loses the next, which sleep does not know of.
  const longestFsync = 90 * MILLISECOND;
  const all = { ...BENCH_SETTINGS, longestFsync, ...settings };
  const cluster = new EtcdCluster(all, new RandomStreams('probing'));
  simulation.restart(END);
  cluster.startWarm(simulation);
  const lines = plot(cluster, simulation);
  while (!simulation.run(100_000));
  return { lines, losses, elided: cluster.ticksElided(END) };
}

/** What is going to happen; the lines fill as it does. */
function plot(cluster: EtcdCluster, simulation: Simulation): readonly string[] {
  const lines: string[] = [];
  const { processes } = cluster;
  const leader = cluster.leader!.core;
  const [first, second] = leader.peers as [MemberId, MemberId];
  const ways = [leader.id, second].flatMap((id) => [[id, first] as const, [first, id] as const]);
  const at = (time: Duration, act: (effects: Effects) => void) => {
    const step = (_: unknown, effects: Effects) => {
      cluster.wake(effects);
      act(effects);
    };
    simulation.at(time, { kind: 'story', target: { step } });
  };
  const tell = () => {
    const { state } = leader.progress.get(first)!;
    lines.push(`${state} ${cluster.members.map(stateOf).join(' | ')}`);
  };
  at(CUT_AT, (effects) => {
    for (const [from, to] of ways) cluster.cut(from, to, effects);
  });
  at(HEAL_AT, tell);
  at(HEAL_AT, (effects) => {
    for (const [from, to] of ways) cluster.heal(from, to, effects);
  });
  at(KILL_AT, tell);
  at(KILL_AT, (effects) => processes[second]!.vanish(effects));
  at(END - 1, tell);
  return lines;
}
