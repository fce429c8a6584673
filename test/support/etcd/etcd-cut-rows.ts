/**
 * Cuts of the network and their healing as they were measured on real etcd. Times are milliseconds.
 */
import { MILLISECOND, type Time } from '../../../src/engine/clock.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import type { BenchSettings } from './etcd-bench.ts';
import { FINE_AFTER, inMilliseconds, Scene, succession, type Values } from './etcd-rows.ts';

function healing(scene: Scene, heal: Time, member: MemberId): Values {
  const outage = scene.writer.outage(heal - 20 * MILLISECOND, 140 * MILLISECOND);
  const follows = scene.follows.find((one) => one.member === member)?.time;
  return {
    'outage after heal': outage.length / MILLISECOND,
    'heal to its begin':
      outage.begin === undefined ? undefined : (outage.begin - heal) / MILLISECOND,
    'heal to follows first': follows === undefined ? undefined : (follows - heal) / MILLISECOND,
    'leaders elected after heal': scene.elected.length,
    'old leader again': scene.bench.leader?.core.id === scene.leader ? 1 : 0,
    'campaigns after heal': scene.bench.campaigns.length,
    'longest fine gap after heal': scene.fine.longestGap(heal - 80 * MILLISECOND) / MILLISECOND,
  };
}

export function followerCut(settings: BenchSettings, replication: number, seconds: number): Values {
  const scene = new Scene(settings, replication);
  const member = scene.followers[0]!;
  scene.writer.member = [scene.leader, scene.followers[1]!][replication % 2]!;
  const cut = scene.mark();
  scene.cutOff(member, 'cut');
  scene.run(seconds * 1000 - 600 + scene.bench.stream.double() * 1000);
  const campaigns = scene.bench.campaigns.length;
  const outage = scene.writer.outage(cut - 20 * MILLISECOND, 140 * MILLISECOND).length;
  const heal = scene.mark();
  scene.cutOff(member, 'heal');
  scene.until(() => scene.follows.some((one) => one.member === member), 15);
  scene.run(4_000);
  return {
    'outage while cut': outage / MILLISECOND,
    'campaigns while cut': campaigns,
    ...healing(scene, heal, member),
  };
}

export function leaderCut(settings: BenchSettings, replication: number, seconds: number): Values {
  const scene = new Scene(settings, replication);
  const cut = scene.mark();
  scene.cutOff(scene.leader, 'cut');
  scene.run(FINE_AFTER);
  scene.fine.firstAfter(cut);
  scene.run(seconds * 1000 - 600 + scene.bench.stream.double() * 1000);
  const phases = succession(scene, cut);
  const heal = scene.mark();
  scene.cutOff(scene.leader, 'heal');
  scene.until(() => scene.follows.some((one) => one.member === scene.leader), 15);
  scene.run(4_000);
  return { ...phases, ...healing(scene, heal, scene.leader) };
}

/** All that the leader sends to others is lost, or all that they send to it. */
export function oneWayCut(
  settings: BenchSettings,
  replication: number,
  lost: 'sent' | 'received',
  seconds: number,
): Values {
  const scene = new Scene(settings, replication);
  const { bench, leader, followers } = scene;
  const each = (verb: 'cut' | 'heal') => {
    for (const other of followers) {
      if (lost === 'sent') bench[verb](leader, other);
      else bench[verb](other, leader);
    }
  };
  let steppedDown: Time | undefined;
  const cut = scene.mark();
  each('cut');
  scene.run(1);
  scene.fine.firstAfter(cut);
  const old = bench.cluster.members[leader]!.core;
  scene.until(() => old.role !== 'leader', seconds - 1);
  if (old.role !== 'leader') steppedDown = bench.now - cut;
  const spent = (bench.now - cut) / MILLISECOND;
  scene.run(Math.max(1, seconds * 1000 - 600 + bench.stream.double() * 1000 - spent));
  const phases = succession(scene, cut);
  const heal = scene.mark();
  each('heal');
  scene.until(() => scene.follows.some((one) => one.member === leader), 15);
  scene.run(4_000);
  return {
    ...phases,
    'cut to stepped down': inMilliseconds(steppedDown),
    ...healing(scene, heal, leader),
  };
}

export function linkCut(settings: BenchSettings, replication: number, seconds: number): Values {
  const scene = new Scene(settings, replication);
  const { bench, leader } = scene;
  const member = scene.followers[0]!;
  scene.writer.member = [leader, scene.followers[1]!][replication % 2]!;
  const cut = scene.mark();
  bench.cut(leader, member);
  bench.cut(member, leader);
  scene.run(seconds * 1000 - 600 + bench.stream.double() * 1000);
  const outage = scene.writer.outage(cut - 20 * MILLISECOND, 140 * MILLISECOND).length;
  const campaigns = bench.campaigns.length;
  const elected = scene.elected.length;
  const heal = scene.mark();
  bench.heal(leader, member);
  bench.heal(member, leader);
  scene.until(() => scene.follows.some((one) => one.member === member), 15);
  scene.run(4_000);
  return {
    'outage while cut': outage / MILLISECOND,
    'campaigns while cut': campaigns,
    'leaders elected while cut': elected,
    ...healing(scene, heal, member),
  };
}
