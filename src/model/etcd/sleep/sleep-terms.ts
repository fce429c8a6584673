/**
 * On what terms a cluster can sleep: whether its timers, network and disks leave it moments in
 * which nothing is under way, and how much of the past must be replayed on waking so
 * that one of these moments lies in it. From such a moment on the past is the same whatever came
 * before.
 */
import { type Duration, MILLISECOND, SECOND } from '../../../engine/clock.ts';
import type { Law } from '../../../engine/laws/law.ts';
import { COMMIT_EVERY } from '../backend.ts';
import type { EtcdSettings } from '../etcd-settings.ts';
import type { RaftCore } from '../raft/raft-core.ts';

/** Of what is replayed: heartbeats, and time for what is under way. */
const HEARTBEATS_REPLAYED = 4;
const LEAST_REPLAYED: Duration = 400 * MILLISECOND;
/** From a moment of rest on, until all is as it would have been: a heartbeat, at the most. */
const AFTER_REST_HEARTBEATS = 1;
/** Trips of the slowest message: to a follower, back, and once more for the commit. */
const TRIPS_REPLAYED = 8;
/** Beyond that a year awake costs hardly more. */
const MOST_REPLAYED: Duration = 20 * SECOND;
/** Chance at each waking that no moment of rest lies in what is replayed. */
const CHANCE_OF_NO_REST = 1e-9;
/** Messages pass within this beside their latency, however long they are. */
const PASSING: Duration = 20 * MILLISECOND;

/** Why a cluster that serves never sleeps. */
export type Restlessness =
  /** A round trip does not fit well into the election time-out: leadership is never steady. */
  | 'farApart'
  /** Fsyncs and round trips do not fit between writes, so that something is always under way. */
  | 'writesOverlap'
  /** Packets are lost at any time. */
  | 'loss';

/** So rarely does an fsync outlast a tick that nobody will see what was skipped. */
const NEVER_SEEN = 1e-6;

export interface SleepTerms {
  /** Undefined where it can sleep while it serves. */
  readonly restless: Restlessness | undefined;
  readonly replayed: Duration;
  /** No message takes longer that no fault delays. */
  readonly longestTrip: Duration;
  /** Whether it has not heard from its leader for longer than messages take on their way. */
  isOverdue(follower: RaftCore): boolean;
  /** Whether a campaign's fsync may outlast a tick, which is then lost. */
  readonly losesTicks: boolean;
}

export function sleepTerms(settings: EtcdSettings): SleepTerms {
  const { heartbeatInterval, electionTicks, loss, writeInterval } = settings;
  const slowestTrip = slowestTripOf(settings);
  const longestTrip = slowestTrip + PASSING;
  const busy = busySpell(settings, slowestTrip);
  const replayed = Math.max(
    LEAST_REPLAYED,
    HEARTBEATS_REPLAYED * heartbeatInterval,
    TRIPS_REPLAYED * slowestTrip,
    busy + AFTER_REST_HEARTBEATS * heartbeatInterval + 2 * slowestTrip,
  );
  const losesTicks = mayLoseTicks(settings);
  const isFarApart = 2 * (slowestTrip + heartbeatInterval) >= electionTicks * heartbeatInterval;
  const isSlow = replayed > MOST_REPLAYED || (writeInterval !== undefined && losesTicks);
  const restless = isFarApart
    ? 'farApart'
    : loss > 0
      ? 'loss'
      : isSlow
        ? 'writesOverlap'
        : undefined;
  const ticksOnTheWay = Math.floor(longestTrip / heartbeatInterval) + 2;
  return {
    restless,
    replayed: Math.min(replayed, MOST_REPLAYED),
    longestTrip,
    isOverdue: ({ electionElapsed }) => electionElapsed > ticksOnTheWay,
    losesTicks,
  };
}

/** Fsyncs longer than `longestFsync` are events of their own, which wake the cluster. */
function mayLoseTicks({ fsync, longestFsync, heartbeatInterval }: EtcdSettings): boolean {
  if (longestFsync <= heartbeatInterval) return false;
  return Math.exp(-fsync.cumulativeHazard(heartbeatInterval)) > NEVER_SEEN;
}

/** After this a spell in which something was always under way has ended, but for a small chance. */
function busySpell({ fsync, writeInterval, names }: EtcdSettings, slowestTrip: Duration): Duration {
  if (writeInterval === undefined) return 0;
  const toFollowers = names.length === 1 ? 0 : 2 * slowestTrip;
  const writes = spell(fsync, writeInterval, writeInterval / 2 - toFollowers, names.length);
  // A commit of the backend is two fsyncs.
  const commits = spell(fsync, COMMIT_EVERY, COMMIT_EVERY / 4, names.length);
  return Math.max(writes, commits);
}

/**
 * Rounds come each `interval` and end one after the other in rest, where every member's fsync takes
 * less than `room`.
 */
function spell(fsync: Law, interval: Duration, room: Duration, members: number): Duration {
  const rests = room <= 0 ? 0 : 1 - Math.exp(-fsync.cumulativeHazard(room));
  const busy = 1 - rests ** members;
  if (busy === 1) return Number.POSITIVE_INFINITY;
  if (busy === 0) return 0;
  const rounds = Math.log(CHANCE_OF_NO_REST) / Math.log(busy);
  return Math.ceil(rounds * Math.max(interval, room));
}

function slowestTripOf({ names, latency }: EtcdSettings): Duration {
  const trips = names.flatMap((_, from) =>
    names.map((_name, to) => latency(from, to).base + latency(from, to).jitter),
  );
  return Math.max(...trips);
}
