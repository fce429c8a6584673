/** Disks that are slow or stand still, and the quiet cluster. Left out: full and failing disks. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { IGNORED, LEADER, LOST } from './logs.ts';
import type { Answer } from './probes.ts';
import type { Act, Scene, Values } from './rig.ts';
import { now, SCRATCH, sleep } from './shell.ts';
import { quantile, sortedCopy } from './statistics.ts';

const PATIENCE = 12_000;
const SLOW_FOR = 15_000;

function latencies(name: string, answers: readonly Answer[]): Values {
  const good = sortedCopy(
    answers.filter(({ succeeded }) => succeeded).map(({ begun, ended }) => ended - begun),
  );
  if (good.length === 0) return { [`${name} p50`]: null };
  return {
    [`${name} p50`]: quantile(good, 0.5),
    [`${name} p90`]: quantile(good, 0.9),
    [`${name} p99`]: quantile(good, 0.99),
    [`${name} max`]: good.at(-1)!,
    [`${name} failed`]: answers.length - good.length,
  };
}

function longestGap(answers: readonly Answer[], from: number, to: number): number {
  const ends = answers.filter(({ succeeded }) => succeeded).map(({ ended }) => ended);
  const within = sortedCopy([from, ...ends.filter((end) => end > from && end < to), to]);
  return Math.max(...within.slice(1).map((end, place) => end - within[place]!));
}

export function slowDisk(who: 'leader' | 'follower', how: 'every' | 'stall', time: number): Act {
  const slowed = (scene: Scene) => (who === 'leader' ? scene.leader : scene.followers[0]!);
  const watched = how === 'every' ? SLOW_FOR : time;
  return {
    act: async (scene) => {
      const { cluster } = scene;
      scene.writer.member = scene.leader;
      scene.probe('put', 50, PATIENCE);
      scene.probe('serializable', 50, PATIENCE);
      scene.probe('linearizable', 100, PATIENCE);
      await sleep(300);
      scene.mark('fault');
      cluster.slow(slowed(scene), `${how} ${time}\n`);
      await sleep(watched);
      scene.mark('over');
      if (how === 'every') cluster.slow(slowed(scene), 'off\n');
      await sleep(Math.min(6_000, 3_000 + time));
      scene.mark('end');
    },
    values: (scene) => diskValues(scene, slowed(scene)),
  };
}

function diskValues(scene: Scene, slowed: number): Values {
  const fault = scene.at('fault');
  const elected = scene.all('fault', LEADER);
  const begun = (answers: readonly Answer[]) =>
    answers.filter((answer) => answer.begun >= fault && answer.begun < scene.at('over'));
  const of = (answers: readonly Answer[], slow: boolean) =>
    begun(answers).filter(({ member }) => (member === slowed) === slow);
  return {
    'writer: longest gap': longestGap(scene.writer.answers, fault, scene.at('end')),
    'puts: longest gap': longestGap(scene.answers('put'), fault, scene.at('end')),
    'leaders elected': elected.length,
    'fault to elected': elected[0] === undefined ? null : elected[0].time - fault,
    'slow member lost leader': scene.since('fault', LOST, slowed),
    'slow member leads at end': lastLeader(scene) === slowed ? 1 : 0,
    'votes ignored': scene.all('fault', IGNORED).length,
    ...latencies('put at slow', of(scene.answers('put'), true)),
    ...latencies('put at others', of(scene.answers('put'), false)),
    ...latencies('serializable at slow', of(scene.answers('serializable'), true)),
    ...latencies('serializable at others', of(scene.answers('serializable'), false)),
    ...latencies('linearizable at slow', of(scene.answers('linearizable'), true)),
    ...latencies('linearizable at others', of(scene.answers('linearizable'), false)),
  };
}

function lastLeader(scene: Scene): number {
  return scene.all('fault', LEADER).at(-1)?.member ?? scene.leader;
}

/** Times of fdatasync after small writes into a file of full length, as etcd's log has it. */
async function syncTimes(count: number): Promise<number[]> {
  const path = join(SCRATCH, 'sync-times');
  const file = openSync(path, 'w');
  writeSync(file, Buffer.alloc(count * 512));
  fdatasyncSync(file);
  const times: number[] = [];
  for (let place = 0; place < count; place++) {
    writeSync(file, Buffer.alloc(300, 1), 0, 300, place * 512);
    const begun = now();
    fdatasyncSync(file);
    times.push(now() - begun);
    await sleep(10);
  }
  closeSync(file);
  rmSync(path);
  return times;
}

/** Twenty seconds at the leader and twenty at a follower, the published writer alone; the disk. */
export const nothingWrong: Act = {
  act: async (scene) => {
    scene.writer.member = scene.leader;
    scene.mark('start');
    await sleep(20_000);
    scene.writer.member = scene.followers[0]!;
    scene.mark('follower');
    await sleep(20_000);
    const times = sortedCopy(await syncTimes(1_000));
    for (const share of [0.5, 0.9, 0.99, 1]) {
      scene.marks.set(`sync ${share}`, scene.at('start') + quantile(times, share));
    }
  },
  values: (scene) => {
    const sync = (share: number) => scene.at(`sync ${share}`) - scene.at('start');
    const at = (member: number) => scene.writer.answers.filter((put) => put.member === member);
    return {
      ...latencies('put at leader', at(scene.leader)),
      ...latencies('put at follower', at(scene.followers[0]!)),
      'fdatasync p50': sync(0.5),
      'fdatasync p90': sync(0.9),
      'fdatasync p99': sync(0.99),
      'fdatasync max': sync(1),
    };
  },
};
