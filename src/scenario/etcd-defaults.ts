/**
 * What holds of etcd at message level where a scenario says nothing, each value with its source.
 * V: read in the source; A: an assumption of ours.
 */
import type { EtcdVersion } from '../model/etcd/etcd-plan.ts';
import {
  type BackupSection,
  backupSchema,
  type DiskSection,
  diskSchema,
  type EtcdSection,
  etcdSchema,
  type NetworkSection,
  networkSchema,
} from './catalogue/etcd-schema.ts';
import type { ScenarioFile } from './catalogue/scenario-schema.ts';
import { type Complete, over, type SourcedDefault, sectionsOf } from './defaults.ts';

export interface EtcdDefault extends SourcedDefault {
  readonly path: readonly [section: 'etcd' | 'network' | 'disk' | 'backup', ...keys: string[]];
}

/** The four sections with what is in force where the file leaves something open. */
export interface EtcdSettings {
  readonly etcd: Complete<Omit<EtcdSection, 'replacement'>> & {
    readonly replacement: Complete<NonNullable<EtcdSection['replacement']>>;
  };
  readonly network: Complete<Omit<NetworkSection, 'pairs'>> & Pick<NetworkSection, 'pairs'>;
  readonly disk: Complete<DiskSection>;
  readonly backup: Complete<BackupSection> | undefined;
}

const DEFAULT_VERSION: EtcdVersion = '3.5';

/** A file of etcd's server. */
function sourceFile(file: string, version: EtcdVersion): string {
  return `etcd ${version === '3.4' ? '' : 'server/'}${file}, v${version}`;
}

function ofRaft(version: EtcdVersion): EtcdDefault[] {
  const config = sourceFile('embed/config.go', version);
  const flag = (key: string, value: unknown, source = config): EtcdDefault => {
    return { path: ['etcd', key], value, source, evidence: 'V' };
  };
  const isOld = version === '3.4';
  const preVote = isOld ? config : 'etcd CHANGELOG-3.5.md: on by default since v3.5.0';
  return [
    flag('heartbeatInterval', '100 ms'),
    flag('electionTimeout', '1000 ms'),
    flag('preVote', !isOld, preVote),
    flag('initialElectionTickAdvance', true),
    flag('strictReconfigCheck', true, sourceFile('etcdserver/server.go', version)),
  ];
}

const OTHERS: readonly EtcdDefault[] = [
  {
    path: ['etcd', 'snapshotCount'],
    value: 10_000,
    source:
      'kubeadm, phases/etcd/local.go: --snapshot-count=10000; etcd alone had 100000 up to v3.5',
    evidence: 'V',
  },
  {
    path: ['etcd', 'tickPhases'],
    value: 'independent',
    source: 'members that were started at different times',
    evidence: 'A',
  },
  {
    path: ['etcd', 'writes'],
    value: '10 / second',
    source:
      'a kubeadm cluster of some 50 nodes: their leases every 10 s, two leader leases every 2 s, ' +
      'and as much again of status and events',
    evidence: 'A',
  },
  {
    path: ['etcd', 'databaseSize'],
    value: '200 MB',
    source: 'a cluster of moderate size; the quota is 2 GiB unless raised',
    evidence: 'A',
  },
  {
    path: ['etcd', 'keeper'],
    value: 'kubelet',
    source:
      'kubeadm: static pods, also of external members by its guide ' +
      '(kubernetes.io, setup-ha-etcd-with-kubeadm)',
    evidence: 'V',
  },
  {
    path: ['etcd', 'startUp'],
    value: '300 ms',
    source: 'opening the database and reading the log from a healthy disk',
    evidence: 'A',
  },
  {
    path: ['etcd', 'replacement', 'order'],
    value: 'removeFirst',
    source: "etcd's FAQ: remove the dead member first, then add the new one",
    evidence: 'V',
  },
  {
    path: ['etcd', 'replacement', 'asLearner'],
    value: true,
    source: 'kubeadm, phases/etcd/local.go: join adds a learner and promotes it',
    evidence: 'V',
  },
  {
    path: ['network', 'sameZone'],
    value: '0.25 ms',
    source: 'round trip within a data centre',
    evidence: 'A',
  },
  {
    path: ['network', 'betweenZones'],
    value: '1 ms',
    source: 'round trip between zones of one region',
    evidence: 'A',
  },
  {
    path: ['network', 'jitter'],
    value: '0.05 ms',
    source: 'a network that is not congested',
    evidence: 'A',
  },
  {
    path: ['network', 'bandwidth'],
    value: '1 Gbit/s',
    source: 'what is left to etcd of a card of 10 Gbit/s',
    evidence: 'A',
  },
  { path: ['network', 'loss'], value: '0 %', source: 'the simplest case', evidence: 'A' },
  {
    path: ['disk', 'fsync'],
    value: { lognormal: { median: '1 ms', p99: '8 ms' } },
    source: "a disk that meets etcd's FAQ, which asks for p99 below 10 ms",
    evidence: 'A',
  },
  {
    path: ['disk', 'backend'],
    value: 'same',
    source: 'kubeadm mounts one directory for log and database',
    evidence: 'A',
  },
];

const RESTORE: EtcdDefault = {
  path: ['backup', 'restore'],
  value: '45 min',
  source: 'somebody notices, decides, and restores every member by a runbook at hand',
  evidence: 'A',
};

const VERSION: EtcdDefault = {
  path: ['etcd', 'version'],
  value: DEFAULT_VERSION,
  source: 'a choice of Quorate',
  evidence: 'A',
};

/** Every default of a version; that of a restore is in force only where backups are taken. */
export function etcdDefaults(version: EtcdVersion): readonly EtcdDefault[] {
  return [VERSION, ...ofRaft(version), ...OTHERS, RESTORE];
}

/** Defaults in force beside what `file` says, besides those keys that it gives. */
export function defaultsInForce(file: ScenarioFile): readonly EtcdDefault[] {
  const all = etcdDefaults(file.etcd?.version ?? DEFAULT_VERSION);
  if (file.backup !== undefined) return all;
  const none: EtcdDefault = {
    path: ['backup'],
    value: 'none',
    source: 'the simplest case: a loss of the data of most members is final',
    evidence: 'A',
  };
  return [...all.filter((one) => one !== RESTORE), none];
}

/** What the file says, over the defaults of its version. */
export function etcdSettings(file: ScenarioFile): EtcdSettings {
  const usual = sectionsOf(etcdDefaults(file.etcd?.version ?? DEFAULT_VERSION));
  const etcd = over(etcdSchema.parse(usual.etcd), file.etcd);
  const usualReplacement = etcdSchema.shape.replacement.parse(usual.etcd?.replacement);
  const replacement = over(usualReplacement ?? {}, file.etcd?.replacement);
  const restore = backupSchema.parse({ every: '1 h', ...usual.backup })?.restore;
  return {
    etcd: { ...etcd, replacement } as EtcdSettings['etcd'],
    network: over(networkSchema.parse(usual.network), file.network) as EtcdSettings['network'],
    disk: over(diskSchema.parse(usual.disk), file.disk) as EtcdSettings['disk'],
    backup: file.backup && { every: file.backup.every, restore: file.backup.restore ?? restore! },
  };
}
