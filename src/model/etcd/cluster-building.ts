/**
 * Makes the members of a cluster, their disks and the channels between them, anew each replication.
 */
import type { Time } from '../../engine/clock.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { Disk } from '../parts/disk.ts';
import { memberKey } from '../parts/stream-keys.ts';
import { Channel } from './channel.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import { EtcdMember } from './etcd-member.ts';
import { LongFsyncs } from './long-fsyncs.ts';
import { RaftCore } from './raft/raft-core.ts';

/** Ticks of members come after those of all health checks of one instant. */
export const FIRST_RANK = 2 ** 20;
const PHASE = 4;

export interface BuiltMembers {
  readonly members: readonly EtcdMember[];
  /** From the start, by members' places. */
  readonly firstTicks: readonly Time[];
  readonly longFsyncs: readonly LongFsyncs[];
}

export function buildMembers(cluster: EtcdCluster): BuiltMembers {
  const { settings, streams } = cluster;
  const { names, heartbeatInterval: period, tickSpread } = settings;
  const voters = names.map((_, id) => id);
  const phases = streams.stream('etcd/tickPhase');
  const common = Math.floor(phases.double() * period);
  const firstTicks: Time[] = [];
  const longFsyncs: LongFsyncs[] = [];
  const members = names.map((name, id) => {
    const key = memberKey(id);
    const own = phases.double();
    firstTicks.push(
      tickSpread === 'independent'
        ? Math.floor(own * period)
        : (common + Math.floor(own * tickSpread)) % period,
    );
    const timeouts = streams.stream(`${key}/etcd.electionTimeout`);
    const core = new RaftCore(id, { voters, learners: [] }, settings, {
      draw: (range) => Math.floor(timeouts.double() * range),
      hasUnappliedChange: (campaigner) =>
        cluster.membership.hasUnapplied(campaigner, cluster.members[id]!.applied),
      campaigned: (campaigner) => cluster.listener.campaigned?.(campaigner),
      committed: (leader) => cluster.chronicle.hasCommitted(leader, cluster.members),
      rivalled: (candidate) => cluster.chronicle.rivalled(candidate),
      progressed: () => cluster.touched(),
    });
    const wal = diskOf(`${key}/etcd.fsync`, cluster);
    const isSame = settings.backendDisk === 'same';
    const backend = isSame ? wal : diskOf(`${key}/etcd.backendFsync`, cluster);
    const member = new EtcdMember(name, core, { wal, backend }, processOf(id, cluster), cluster);
    member.loop.processor.restart(streams.key(`${key}/etcd.processor`));
    member.loop.backend.restart(uniformAt(streams.key(`${key}/etcd.backend`), 0, PHASE));
    longFsyncs.push(longFsyncsOf(key, wal, cluster));
    return member;
  });
  return { members, firstTicks, longFsyncs };
}

function diskOf(key: string, { settings, streams }: EtcdCluster): Disk {
  const disk = new Disk(settings.fsync, settings.longestFsync);
  disk.restart(streams.key(key));
  return disk;
}

function processOf(id: number, { settings }: EtcdCluster) {
  const { heartbeatInterval, initialElectionTickAdvance } = settings;
  return { heartbeatInterval, initialElectionTickAdvance, rank: FIRST_RANK + id };
}

function longFsyncsOf(key: string, disk: Disk, cluster: EtcdCluster): LongFsyncs {
  const { fsync, longestFsync, writeInterval } = cluster.settings;
  const stream = cluster.streams.stream(`${key}/etcd.longFsync`);
  return new LongFsyncs(disk, fsync, longestFsync, writeInterval, stream, cluster);
}

export function buildChannels(cluster: EtcdCluster): readonly (readonly Channel[])[] {
  const { settings, streams } = cluster;
  const { names, loss, bandwidth } = settings;
  return names.map((_sender, from) =>
    names.map((_receiver, to) => {
      const channel = new Channel(settings.latency(from, to), loss, bandwidth, cluster);
      channel.restart(streams.key(`${memberKey(from)}->${memberKey(to)}/etcd.peer`));
      return channel;
    }),
  );
}
