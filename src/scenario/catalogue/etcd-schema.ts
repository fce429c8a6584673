/**
 * The sections of etcd at message level: `etcd`, `network`, `disk` and `backup`. Nothing has a
 * default here: what holds where a key is left out stands, with its source, in etcd-defaults.ts.
 */
import * as z from 'zod';
import { MILLISECOND, SECOND } from '../../engine/clock.ts';
import type { EtcdVersion } from '../../model/etcd/etcd-plan.ts';
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

export const ETCD_VERSIONS = ['3.4', '3.5', '3.6'] as const satisfies readonly EtcdVersion[];

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

const replacement = z
  .strictObject({
    order: replacementOrder.optional().meta({
      description: 'removeFirst: the dead member leaves before the new one joins.',
      examples: ['removeFirst', 'addFirst'],
    }),
    asLearner: z
      .boolean()
      .optional()
      .meta({
        description: 'The new member joins as a learner and is promoted once it has caught up.',
        examples: [true, false],
      }),
  })
  .meta({
    description: 'How a member whose data are lost is replaced once machine and disk are back.',
    examples: [{ order: 'removeFirst', asLearner: true }],
  });

const timers = {
  heartbeatInterval: wholeDuration.optional().meta({
    description: 'Between heartbeats of the leader, and the tick of every member.',
    examples: ['100 ms'],
  }),
  electionTimeout: wholeDuration.optional().meta({
    description: 'Silence after which a member may campaign; 5 heartbeats or more, 50 s or less.',
    examples: ['1000 ms'],
  }),
  preVote: z
    .boolean()
    .optional()
    .meta({
      description: 'A member asks whether it could win before it campaigns.',
      examples: [true, false],
    }),
  initialElectionTickAdvance: z
    .boolean()
    .optional()
    .meta({
      description: 'A member that starts counts most of its first election time-out as passed.',
      examples: [true, false],
    }),
  tickPhases: z
    .enum(['independent', 'together'])
    .optional()
    .meta({
      description: 'together: members tick within 30 ms of each other, as if started at once.',
      examples: ['independent', 'together'],
    }),
};

const LONGEST_ELECTION_TIMEOUT = 50 * SECOND;
const HEARTBEATS_A_TIMEOUT = 5;

/** Where the other of the two timers is left out; the defaults are held against this by a test. */
export const USUAL_TIMERS = { heartbeat: 100 * MILLISECOND, election: 1000 * MILLISECOND } as const;

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
  given: {
    readonly heartbeatInterval?: number | undefined;
    readonly electionTimeout?: number | undefined;
  },
  context: z.RefinementCtx,
): void {
  const { heartbeatInterval: heartbeat = USUAL_TIMERS.heartbeat } = given;
  const { electionTimeout: election = USUAL_TIMERS.election } = given;
  const say = (key: string, message: string, allowed: string) =>
    context.addIssue({ code: 'custom', path: [key], message, params: { allowed } });
  if (heartbeat < MILLISECOND) {
    say('heartbeatInterval', 'etcd counts whole milliseconds', '1 ms or more');
    return;
  }
  const least = HEARTBEATS_A_TIMEOUT * heartbeat;
  const key = given.electionTimeout === undefined ? 'heartbeatInterval' : 'electionTimeout';
  if (election < least) {
    const length = `${election / MILLISECOND} ms`;
    const message = `an election time-out of ${length} is less than 5 heartbeats`;
    say(key, message, `electionTimeout: ${least / MILLISECOND} ms or more; etcd demands it`);
  } else if (election > LONGEST_ELECTION_TIMEOUT) {
    say(key, 'the election time-out is too long', '50 s or less; etcd demands it');
  }
}

export const etcdSchema = z
  .strictObject({
    version: version.optional().meta({
      description: 'The version whose rules the members follow.',
      examples: ['3.5', '3.6'],
    }),
    ...timers,
    strictReconfigCheck: z
      .boolean()
      .optional()
      .meta({
        description: 'Changes of membership that would endanger the quorum are refused.',
        examples: [true, false],
      }),
    snapshotCount: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .meta({
        description: 'Applied entries between snapshots, at which the log is cut.',
        examples: [10000, 100000],
      }),
    writes: writes.optional().meta({
      description: 'Writes of clients at the leader, or none.',
      examples: ['50 / second', 'none'],
    }),
    databaseSize: size.optional().meta({
      description: 'What a member that has fallen far behind, or is new, must be sent.',
      examples: ['200 MB', '2 GiB'],
    }),
    keeper: z
      .enum(['kubelet', 'systemd'])
      .optional()
      .meta({
        description:
          'Who starts the process again: the kubelet, with probes where Kubernetes is ' +
          'simulated, or systemd, which asks nothing.',
        examples: ['kubelet', 'systemd'],
      }),
    startUp: lawSchema.optional().meta({
      description: 'From the start of the process until its Raft runs.',
      examples: ['300 ms', { lognormal: { median: '300 ms', p99: '2 s' } }],
    }),
    replacement: replacement.optional(),
  })
  .superRefine(checkTimers, { when: areTimersKnown })
  .meta({
    description: 'The etcd members, which are then simulated message by message.',
    examples: [{ version: '3.5', electionTimeout: '1000 ms' }],
  });

const latency = z
  .union([
    wholeDurationOrZero.transform((roundTrip) => ({ roundTrip, jitter: undefined })),
    z
      .strictObject({
        roundTrip: wholeDurationOrZero.meta({
          description: 'There and back; half of it each way.',
          examples: ['1 ms'],
        }),
        jitter: wholeDurationOrZero.optional().meta({
          description: 'How much longer a round trip may be; as network.jitter if left out.',
          examples: ['0.2 ms'],
        }),
      })
      .transform(({ roundTrip, jitter }) => ({ roundTrip, jitter })),
  ])
  .meta({ examples: ['1 ms', { roundTrip: '1 ms', jitter: '0.2 ms' }] });

export type LatencySection = z.output<typeof latency>;

const zonePair = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*:[A-Za-z][A-Za-z0-9-]*$/, {
  error: ({ input }) => `"${String(input).slice(0, 40)}" is not a pair of zones`,
});

export const networkSchema = z
  .strictObject({
    sameZone: latency.optional().meta({
      description: 'Round trip between two machines of one zone; half of it each way.',
      examples: ['0.25 ms', { roundTrip: '0.25 ms', jitter: '0.1 ms' }],
    }),
    betweenZones: latency.optional().meta({
      description: 'Round trip between two machines of different zones; half of it each way.',
      examples: ['1 ms', { roundTrip: '1 ms', jitter: '0.2 ms' }],
    }),
    pairs: z
      .record(zonePair, latency)
      .optional()
      .meta({
        description: 'Round trips between certain zones, both ways; a:a is inside of zone a.',
        examples: [{ 'a:b': '2 ms', 'a:c': { roundTrip: '8 ms', jitter: '1 ms' } }],
      }),
    jitter: wholeDurationOrZero.optional().meta({
      description: 'How much longer a round trip may be, where a latency has no jitter of its own.',
      examples: ['0.05 ms'],
    }),
    bandwidth: bandwidth.optional().meta({
      description: 'Of the way from each member to each other one.',
      examples: ['1 Gbit/s', '50 MB/s'],
    }),
    loss: lossShare.optional().meta({
      description: 'Share of packets lost at all times; TCP sends them again.',
      examples: ['0.1 %'],
    }),
  })
  .meta({
    description: 'Latencies between etcd members by zone, bandwidth and loss.',
    examples: [{ sameZone: '0.25 ms', betweenZones: '1 ms' }],
  });

export const diskSchema = z
  .strictObject({
    fsync: lawSchema.optional().meta({
      description: 'How long an fsync of the write-ahead log takes.',
      examples: [{ lognormal: { median: '1 ms', p99: '8 ms' } }],
    }),
    backend: z
      .enum(['same', 'own'])
      .optional()
      .meta({
        description: 'Whether the database lies on the disk of the log or on one of its own.',
        examples: ['same', 'own'],
      }),
  })
  .meta({
    description: 'Disks under etcd members.',
    examples: [{ fsync: { lognormal: { median: '1 ms', p99: '8 ms' } } }],
  });

export const backupSchema = z
  .union([
    z.literal('none').transform(() => undefined),
    z.strictObject({
      every: wholeDuration.meta({
        description: 'How long from one snapshot of the database to the next.',
        examples: ['1 h'],
      }),
      restore: lawSchema.optional().meta({
        description: 'From the loss of the data of a majority until all members serve a snapshot.',
        examples: ['45 min', { lognormal: { median: '45 min', p95: '4 h' } }],
      }),
    }),
  ])
  .meta({
    description:
      'Backups to restore from; without them a loss of the data of most members is final.',
    examples: [{ every: '1 h', restore: '45 min' }, 'none'],
  });

export type EtcdSection = z.output<typeof etcdSchema>;
export type NetworkSection = z.output<typeof networkSchema>;
export type DiskSection = z.output<typeof diskSchema>;
export type BackupSection = NonNullable<z.output<typeof backupSchema>>;
