/**
 * The section `load`: nodes that use the API servers, and what a machine has to bear them; and what
 * a surge of theirs is.
 */
import * as z from 'zod';
import { clientsSurge } from '../../faults/kinds/clients-surge.ts';
import { key, section } from './key.ts';
import { settingKeys, withOneSetting } from './kind-settings.ts';
import { lossShare, positiveNumber, rate, share, size, wholeDuration } from './quantity-schema.ts';

const MOST_NODES = 1_000_000;

/** What couples an API server to the etcd member on the same machine. */
export const COUPLINGS = ['memory', 'disk', 'cpu'] as const;

const sharedMemory = z.strictObject({
  etcd: key(size, {
    description: 'Of an etcd member, without the pages of its database: what cannot be taken back.',
    examples: ['1 GiB'],
    value: '1 GiB',
    source:
      "etcd's memory benchmark: 0.6 GB for a million keys; answers in the making; Go's garbage",
    evidence: 'A',
  }),
  regrowth: key(wholeDuration, {
    description: 'From the start of a member until it has all of that again.',
    examples: ['1 min'],
    value: '1 min',
    source: 'clients watch and list again',
    evidence: 'A',
  }),
});

const sharedDisk = z.strictObject({
  utilization: key(share, {
    description: 'Of the time of the disk, what others write while all seats are taken.',
    examples: ['90 %'],
    value: '90 %',
    source: 'audit log, logs and pages read again; with writeTime, waits of 0.2 s in the mean',
    evidence: 'A',
  }),
  writeTime: key(wholeDuration, {
    description: 'How long one of these writes takes; an fsync waits for those before it.',
    examples: ['20 ms'],
    value: '20 ms',
    source: 'some 2.5 MB at the 125 MB/s of a common volume',
    evidence: 'A',
  }),
});

const sharedProcessors = z.strictObject({
  cores: key(z.int().min(1).max(1024), {
    description: 'Of the machine.',
    examples: [4],
    value: 4,
    source: 'a machine of 16 GiB',
    evidence: 'A',
  }),
  slice: key(wholeDuration, {
    description: 'For which each list in the making keeps a core from others.',
    examples: ['10 ms'],
    value: '10 ms',
    source: 'Go runtime/proc.go, forcePreemptNS; Linux gives 3 ms and weighs groups',
    evidence: 'A',
  }),
});

function orNone<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal('none'), schema]);
}

const sharedFateSchema = z.strictObject({
  memory: section(orNone(sharedMemory), {
    description: 'The API server lacks what the member has, and the kernel kills the larger.',
    examples: [{ etcd: '1 GiB' }, 'none'],
  }),
  disk: section(orNone(sharedDisk), {
    description: 'Fsyncs wait while the API server is busy.',
    examples: [{ utilization: '90 %' }, 'none'],
  }),
  cpu: section(orNone(sharedProcessors), {
    description: "The member's ticks, heartbeats and writes wait while lists are answered.",
    examples: [{ cores: 4 }, 'none'],
  }),
});

const requests = {
  nodes: key(z.int().min(1).max(MOST_NODES), {
    description: 'Nodes of the cluster, spread over the API servers.',
    examples: [1000],
    value: 1000,
    source: 'a choice of Quorate',
    evidence: 'A',
  }),
  requestsPerNode: key(rate, {
    description: 'Requests of one node and its pods in a steady flow.',
    examples: ['0.4 / s'],
    value: '0.4 / s',
    source: 'its lease each 10 s, and so much else of it and its pods',
    evidence: 'A',
  }),
  requestTime: key(wholeDuration, {
    description: 'How long one of these holds a seat.',
    examples: ['20 ms'],
    value: '20 ms',
    source: 'an ordinary request',
    evidence: 'A',
  }),
  watchesPerNode: key(positiveNumber, {
    description: 'Watches of one node, each of which lists anew where its connection broke.',
    examples: [12],
    value: 12,
    source: 'of a kubelet, kube-proxy, a network plugin and an agent or two',
    evidence: 'A',
  }),
  listTime: key(wholeDuration, {
    description: 'How long such a list holds its seats.',
    examples: ['500 ms'],
    value: '500 ms',
    source: 'a list of some thousand objects',
    evidence: 'A',
  }),
  seats: key(positiveNumber, {
    description: 'Requests at once: --max-requests-inflight and its sibling for mutating ones.',
    examples: [600],
    value: 600,
    source:
      'apiserver pkg/server/config.go: MaxRequestsInFlight 400, MaxMutatingRequestsInFlight 200',
  }),
  seatsPerList: key(positiveNumber, {
    description: 'Seats that a list takes.',
    examples: [10],
    value: 10,
    source: 'apiserver pkg/util/flowcontrol/request/config.go: a list of 1000 objects or more',
  }),
  longestWait: key(wholeDuration, {
    description: 'A request that has waited so long for a seat is refused.',
    examples: ['15 s'],
    value: '15 s',
    source: 'apiserver pkg/server/config.go, DefaultBuildHandlerChain: RequestTimeout / 4',
  }),
};

const memory = {
  machineMemory: key(size, {
    description: 'Of the machine of an API server.',
    examples: ['16 GiB'],
    value: '16 GiB',
    source: 'a usual machine for 1000 nodes',
    evidence: 'A',
  }),
  systemMemory: key(size, {
    description: 'Of all that runs there beside the API server and etcd.',
    examples: ['2 GiB'],
    value: '2 GiB',
    source: 'the system, kubelet, controllers and what else is there',
    evidence: 'A',
  }),
  baseMemory: key(size, {
    description: 'Of an idle API server.',
    examples: ['1 GiB'],
    value: '1 GiB',
    source: 'caches of some ten thousand objects',
    evidence: 'A',
  }),
  memoryPerWatch: key(size, {
    description: 'More for each watch.',
    examples: ['75 KiB'],
    value: '75 KiB',
    source: 'kubernetes#117777 estimates 50 to 100 KiB',
    evidence: 'A',
  }),
  memoryPerList: key(size, {
    description: 'More for each list while it is answered.',
    examples: ['40 MiB'],
    value: '40 MiB',
    source: 'some thousand objects, and their text in one piece',
    evidence: 'A',
  }),
  memoryGrowth: key(z.union([z.literal('none').transform(() => 0), size]), {
    description: 'By which an API server grows in a day, as from a leak.',
    examples: ['200 MiB', 'none'],
    value: 'none',
    source: 'no leak is taken for granted',
    evidence: 'A',
  }),
};

export const loadSchema = z.strictObject({
  ...requests,
  ...memory,
  spread: key(lossShare, {
    description: 'By so much more or less lists and memory cost one server than another.',
    examples: ['5 %'],
    value: '5 %',
    source: 'connections are not counted out evenly, and collectors run when they run',
    evidence: 'A',
  }),
  sharedFate: section(orNone(sharedFateSchema), {
    description: 'How load reaches the etcd member on the same machine; none: not at all.',
    examples: [{ cpu: { cores: 8 }, disk: 'none' }, 'none'],
  }),
});

/** How strong a surge of an event is: as one that comes again and again. */
export const surge = withOneSetting(
  z.strictObject(settingKeys(clientsSurge.settings)),
  clientsSurge,
);

export type LoadSection = z.output<typeof loadSchema>;
