/**
 * Makes the members of a cluster, their disks and the channels between them, anew each replication.
 */
import type { Time } from '../../engine/clock.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { Disk } from '../parts/disk.ts';
import { memberKey } from '../parts/stream-keys.ts';
import { Channel, type ChannelEnds } from './channel.ts';
import { EtcdMember, type MemberSurroundings } from './etcd-member.ts';
import type { EtcdSettings } from './etcd-settings.ts';
import { LongFsyncs } from './long-fsyncs.ts';
import type { MemberId } from './raft/message.ts';
import { RaftCore, type RaftHooks } from './raft/raft-core.ts';

/** Ticks of members come after those of all health checks of one instant. */
export const FIRST_RANK = 2 ** 20;
const PHASE = 4;

interface BuiltMembers {
  readonly members: readonly EtcdMember[];
  /** From the start, by members' places. */
  readonly firstTicks: readonly Time[];
  readonly longFsyncs: readonly LongFsyncs[];
}

/** @param hooksOf what a member's Raft asks of the cluster */
export function buildMembers(
  settings: EtcdSettings,
  streams: RandomStreams,
  surroundings: MemberSurroundings,
  hooksOf: (id: MemberId) => Omit<RaftHooks, 'draw'>,
): BuiltMembers {
  const { names, heartbeatInterval: period, tickSpread } = settings;
  const voters = names.map((_, id) => id);
  const phases = streams.stream('etcd/tickPhase');
  const common = Math.floor(phases.double() * period);
  const firstTicks: Time[] = [];
  const longFsyncs: LongFsyncs[] = [];
  const members = names.map((name, id) => {
    const key = memberKey(id);
    const share = phases.double();
    firstTicks.push(
      tickSpread === 'independent'
        ? Math.floor(share * period)
        : (common + Math.floor(share * tickSpread)) % period,
    );
    const timeouts = streams.stream(`${key}/etcd.electionTimeout`);
    const core = new RaftCore(id, { voters, learners: [] }, settings, {
      draw: (range) => Math.floor(timeouts.double() * range),
      ...hooksOf(id),
    });
    const wal = diskOf(`${key}/etcd.fsync`, settings, streams);
    const isSame = settings.backendDisk === 'same';
    const backend = isSame ? wal : diskOf(`${key}/etcd.backendFsync`, settings, streams);
    const { initialElectionTickAdvance } = settings;
    const own = { heartbeatInterval: period, initialElectionTickAdvance, rank: FIRST_RANK + id };
    const member = new EtcdMember(name, core, { wal, backend }, own, surroundings);
    member.loop.processor.restart(streams.key(`${key}/etcd.processor`));
    member.loop.backend.restart(uniformAt(streams.key(`${key}/etcd.backend`), 0, PHASE));
    const { fsync, longestFsync, writeInterval } = settings;
    const long = streams.stream(`${key}/etcd.longFsync`);
    longFsyncs.push(new LongFsyncs(wal, fsync, longestFsync, writeInterval, long, surroundings));
    return member;
  });
  return { members, firstTicks, longFsyncs };
}

function diskOf(key: string, settings: EtcdSettings, streams: RandomStreams): Disk {
  const disk = new Disk(settings.fsync, settings.longestFsync);
  disk.restart(streams.key(key));
  return disk;
}

export function buildChannels(
  settings: EtcdSettings,
  streams: RandomStreams,
  ends: ChannelEnds,
): readonly (readonly Channel[])[] {
  const { names, loss, bandwidth } = settings;
  return names.map((_sender, from) =>
    names.map((_receiver, to) => {
      const channel = new Channel(settings.latency(from, to), loss, bandwidth, ends);
      channel.restart(streams.key(`${memberKey(from)}->${memberKey(to)}/etcd.peer`));
      return channel;
    }),
  );
}
