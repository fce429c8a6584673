/** The sections of etcd at message level: `etcd`, `network`, `disk` and `backup`. */
import * as z from 'zod';
import { MILLISECOND, SECOND } from '../../engine/clock.ts';
import type { EtcdVersion } from '../../model/etcd/etcd-plan.ts';
import { shorthandOf } from './forms.ts';
import { key, likeAt, optionalKey, section, whereAt } from './key.ts';
import { lawSchema } from './law-schema.ts';
import {
  addFinding,
  BESIDE_MISTAKES,
  bandwidth,
  lossShare,
  rate,
  size,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

const ETCD_VERSIONS = ['3.4', '3.5', '3.6'] as const satisfies readonly EtcdVersion[];

const version = z.union([
  z.enum(ETCD_VERSIONS),
  z.literal([3.4, 3.5, 3.6]).transform((number) => String(number) as EtcdVersion),
]);

const MOST_WRITES_PER_SECOND = 100_000;

const writes = z.union([
  z.literal('none').transform(() => 0),
  rate.transform((perMicrosecond, context) => {
    const perSecond = perMicrosecond * SECOND;
    if (perSecond <= MOST_WRITES_PER_SECOND) return perSecond;
    const allowed = `a rate of at most ${MOST_WRITES_PER_SECOND} / second, or none`;
    addFinding(context, { message: 'these are too many writes', allowed });
    return z.NEVER;
  }),
]);

export const replacementOrder = z.enum(['removeFirst', 'addFirst']);

const replacement = z.strictObject({
  order: key(replacementOrder, {
    description: 'removeFirst: the dead member leaves before the new one joins.',
    examples: ['removeFirst', 'addFirst'],
    value: 'removeFirst',
    source: "etcd's FAQ: remove the dead member first, then add the new one",
  }),
  asLearner: key(z.boolean(), {
    description: 'The new member joins as a learner and is promoted once it has caught up.',
    examples: [true, false],
    value: true,
    source: 'kubeadm, phases/etcd/local.go: join adds a learner and promotes it',
  }),
});

/** Of etcd 3.5 and 3.6; in 3.4 the same file lies in embed. */
const CONFIG = 'etcd server/embed/config.go';

const timers = {
  heartbeatInterval: key(wholeDuration, {
    description: 'Between heartbeats of the leader, and the tick of every member.',
    examples: ['100 ms'],
    value: '100 ms',
    source: CONFIG,
  }),
  electionTimeout: key(wholeDuration, {
    description: 'Silence after which a member may campaign; 5 heartbeats or more, 50 s or less.',
    examples: ['1000 ms'],
    value: '1000 ms',
    source: CONFIG,
  }),
  preVote: optionalKey(z.boolean(), {
    description: 'A member asks whether it could win before it campaigns.',
    examples: [true, false],
    defaults: [
      {
        value: false,
        source: 'etcd embed/config.go, v3.4',
        evidence: 'V',
        when: whereAt(['etcd', 'version'], '3.4'),
      },
      {
        value: true,
        source: 'etcd CHANGELOG-3.5.md: on by default since v3.5.0',
        evidence: 'V',
      },
    ],
  }),
  initialElectionTickAdvance: key(z.boolean(), {
    description: 'A member that starts counts most of its first election time-out as passed.',
    examples: [true, false],
    value: true,
    source: CONFIG,
  }),
  tickPhases: key(z.enum(['independent', 'together']), {
    description: 'together: members tick within 30 ms of each other, as if started at once.',
    examples: ['independent', 'together'],
    value: 'independent',
    source: 'members that were started at different times',
    evidence: 'A',
  }),
};

const LONGEST_ELECTION_TIMEOUT = 50 * SECOND;
const HEARTBEATS_A_TIMEOUT = 5;

/** Whether neither timer has a mistake of its own. */
function areTimersKnown({ value, issues }: z.core.ParsePayload): boolean {
  const broken = issues.map(({ path }) => path?.[0]);
  return (
    BESIDE_MISTAKES.when({ value }) &&
    !broken.includes('heartbeatInterval') &&
    !broken.includes('electionTimeout')
  );
}

/** What etcd itself refuses of its timers (server/embed/config.go, Validate). */
function checkTimers(
  given: { readonly heartbeatInterval: number; readonly electionTimeout: number },
  context: z.RefinementCtx,
): void {
  const { heartbeatInterval: heartbeat, electionTimeout: election } = given;
  const say = (key: string, message: string, allowed: string) => {
    const params = { allowed, orElse: 'heartbeatInterval' };
    context.addIssue({ code: 'custom', path: [key], message, params });
  };
  if (heartbeat < MILLISECOND) {
    say('heartbeatInterval', 'etcd counts whole milliseconds', '1 ms or more');
    return;
  }
  const least = HEARTBEATS_A_TIMEOUT * heartbeat;
  if (election < least) {
    const length = `${election / MILLISECOND} ms`;
    const message = `an election time-out of ${length} is less than 5 heartbeats`;
    const allowed = `electionTimeout: ${least / MILLISECOND} ms or more; etcd demands it`;
    say('electionTimeout', message, allowed);
  } else if (election > LONGEST_ELECTION_TIMEOUT) {
    say('electionTimeout', 'the election time-out is too long', '50 s or less; etcd demands it');
  }
}

export const etcdSchema = z
  .strictObject({
    version: key(version, {
      description: 'The version whose rules the members follow.',
      examples: [3.5, 3.6],
      value: 3.5,
      source: 'a choice of Quorate',
      evidence: 'A',
    }),
    ...timers,
    strictReconfigCheck: key(z.boolean(), {
      description: 'Changes of membership that would endanger the quorum are refused.',
      examples: [true, false],
      value: true,
      source: 'etcd server/etcdserver/server.go',
    }),
    snapshotCount: key(z.int().min(1).max(1_000_000_000), {
      description: 'Applied entries between snapshots, at which the log is cut.',
      examples: [10000, 100000],
      value: 10000,
      source:
        'kubeadm, phases/etcd/local.go: --snapshot-count=10000; etcd alone had 100000 up to v3.5',
    }),
    writes: key(writes, {
      description: 'Writes of clients at the leader, or none.',
      examples: ['50 / second', 'none'],
      value: '10 / second',
      source:
        'a kubeadm cluster of some 50 nodes: their leases every 10 s, two leader leases every ' +
        '2 s, and as much again of status and events',
      evidence: 'A',
    }),
    databaseSize: key(size, {
      description: 'What a member that has fallen far behind, or is new, must be sent.',
      examples: ['200 MB', '2 GiB'],
      value: '200 MB',
      source: 'a cluster of moderate size; the quota is 2 GiB unless raised',
      evidence: 'A',
    }),
    keeper: key(z.enum(['kubelet', 'systemd']), {
      description:
        'Who starts the process again: the kubelet, with probes where Kubernetes is ' +
        'simulated, or systemd, which asks nothing.',
      examples: ['kubelet', 'systemd'],
      value: 'kubelet',
      source:
        'kubeadm: static pods, also of external members by its guide ' +
        '(kubernetes.io, setup-ha-etcd-with-kubeadm)',
    }),
    startUp: key(lawSchema, {
      description: 'From the start of the process until its Raft runs.',
      examples: ['300 ms', { lognormal: { median: '300 ms', p99: '2 s' } }],
      value: '300 ms',
      source: 'opening the database and reading the log from a healthy disk',
      evidence: 'A',
    }),
    replacement: section(replacement, {
      description: 'How a member whose data are lost is replaced once machine and disk are back.',
      examples: [{ order: 'removeFirst', asLearner: true }],
    }),
  })
  .superRefine(checkTimers, { when: areTimersKnown });

const latency = shorthandOf(
  z.union([
    wholeDurationOrZero.transform((roundTrip) => ({ roundTrip, jitter: undefined })),
    z
      .strictObject({
        roundTrip: wholeDurationOrZero.meta({
          description: 'There and back; half of it each way.',
          examples: ['1 ms'],
        }),
        jitter: optionalKey(wholeDurationOrZero, {
          description: 'How much longer a round trip may be; as network.jitter if left out.',
          examples: ['0.2 ms'],
          defaults: [likeAt(['network', 'jitter'], 'one jitter for all')],
        }),
      })
      .transform(({ roundTrip, jitter }) => ({ roundTrip, jitter })),
  ]),
  (roundTrip) => ({ roundTrip }),
);

export type LatencySection = z.output<typeof latency>;

const zonePair = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*:[A-Za-z][A-Za-z0-9-]*$/, {
  error: ({ input }) => `"${String(input).slice(0, 40)}" is not a pair of zones`,
});

export const networkSchema = z.strictObject({
  jitter: key(wholeDurationOrZero, {
    description: 'How much longer a round trip may be, where a latency has no jitter of its own.',
    examples: ['0.05 ms'],
    value: '0.05 ms',
    source: 'a network that is not congested',
    evidence: 'A',
  }),
  sameZone: key(latency, {
    description: 'Round trip between two machines of one zone; half of it each way.',
    examples: ['0.25 ms', { roundTrip: '0.25 ms', jitter: '0.1 ms' }],
    value: '0.25 ms',
    source: 'round trip within a data centre',
    evidence: 'A',
  }),
  betweenZones: key(latency, {
    description: 'Round trip between two machines of different zones; half of it each way.',
    examples: ['1 ms', { roundTrip: '1 ms', jitter: '0.2 ms' }],
    value: '1 ms',
    source: 'round trip between zones of one region',
    evidence: 'A',
  }),
  pairs: optionalKey(z.record(zonePair, latency), {
    description: 'Round trips between certain zones, both ways; a:a is inside of zone a.',
    examples: [{ 'a:b': '2 ms', 'a:c': { roundTrip: '8 ms', jitter: '1 ms' } }],
  }),
  bandwidth: key(bandwidth, {
    description: 'From each member to each other one.',
    examples: ['1 Gbit/s', '50 MB/s'],
    value: '1 Gbit/s',
    source: 'what is left to etcd of a card of 10 Gbit/s',
    evidence: 'A',
  }),
  loss: key(lossShare, {
    description: 'Share of packets lost at all times; TCP sends them again.',
    examples: ['0.1 %'],
    value: '0 %',
    source: 'the simplest case',
    evidence: 'A',
  }),
});

export const diskSchema = z.strictObject({
  fsync: key(lawSchema, {
    description: 'How long an fsync of the write-ahead log takes.',
    examples: [{ lognormal: { median: '1 ms', p99: '8 ms' } }],
    value: { lognormal: { median: '1 ms', p99: '8 ms' } },
    source: "a disk that meets etcd's FAQ, which asks for p99 below 10 ms",
    evidence: 'A',
  }),
  backend: key(z.enum(['same', 'own']), {
    description: 'Whether the database lies on the disk of the log or on one of its own.',
    examples: ['same', 'own'],
    value: 'same',
    source: 'kubeadm mounts one directory for log and database',
    evidence: 'A',
  }),
});

export const backupSchema = z.union([
  z.literal('none').transform(() => undefined),
  z.strictObject({
    every: wholeDuration.meta({
      description: 'How long from one snapshot of the database to the next.',
      examples: ['1 h'],
    }),
    restore: key(lawSchema, {
      description: 'From the loss of the data of a majority until all members serve a snapshot.',
      examples: ['45 min', { lognormal: { median: '45 min', p95: '4 h' } }],
      value: '45 min',
      source: 'somebody notices, decides, and restores every member by a runbook at hand',
      evidence: 'A',
    }),
  }),
]);

export type NetworkSection = z.output<typeof networkSchema>;
