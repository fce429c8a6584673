/**
 * A word before a run that would not end soon: some networks, disks and timers keep etcd awake, and
 * others wake it often, so that a year of it costs minutes.
 */
import { type Duration, NEVER, SECOND } from '../engine/clock.ts';
import type { EtcdPlan } from '../model/etcd/etcd-plan.ts';
import { type EtcdSettings, etcdSettings } from '../model/etcd/etcd-settings.ts';
import { type Restlessness, type SleepTerms, sleepTerms } from '../model/etcd/sleep-terms.ts';
import type { Findings } from './findings.ts';
import type { ScenarioFile } from './schema/scenario-schema.ts';
import type { Path } from './yaml-document.ts';

/** Nanoseconds an event takes; as measured on a common machine (bench/RESULTS.md), rounded up. */
const NANOSECONDS_AN_EVENT = 300;
/** Longer replications are worth a word. */
const LONG = 30;

const REASONS: Readonly<Record<Restlessness, string>> = {
  farApart: 'a round trip nearly fills the election time-out',
  writesOverlap: 'fsyncs and round trips do not fit between writes',
  loss: 'packets are lost at any time',
};

/** Where in the file the reason stands, if it is given there. */
const PLACES: Readonly<Record<Restlessness, readonly Path[]>> = {
  farApart: [['network'], ['etcd', 'electionTimeout'], ['etcd']],
  writesOverlap: [['disk', 'fsync'], ['etcd', 'writes'], ['etcd']],
  loss: [['network', 'loss']],
};

export function warnOfLongRuns(
  file: ScenarioFile,
  plan: EtcdPlan,
  machines: readonly string[],
  findings: Findings,
): void {
  const settings = etcdSettings(plan, machines);
  const terms = sleepTerms(settings);
  const span = file.warmUp + file.horizon;
  const seconds = (eventsIn(span, settings, terms) * NANOSECONDS_AN_EVENT) / 1e9;
  if (seconds < LONG) return;
  const { restless } = terms;
  const why =
    restless === undefined
      ? 'fsyncs longer than a heartbeat wake etcd often'
      : `${REASONS[restless]}, so that no timer can sleep`;
  const places = restless === undefined ? PLACES.writesOverlap : PLACES[restless];
  const path = places.find((place) => isGiven(file, place)) ?? ['horizon'];
  const message = `one replication takes about ${rough(seconds)}: ${why}`;
  const allowed = 'a shorter horizon, or fewer replications, if that is too long';
  findings.warning(path, { message, allowed }, 'key');
}

/** Of a cluster in which nothing fails. */
function eventsIn(span: Duration, settings: EtcdSettings, terms: SleepTerms): number {
  const awake = eventsASecond(settings);
  if (terms.restless !== undefined) return awake * (span / SECOND);
  const { writeInterval, fsync, longestFsync, names } = settings;
  if (writeInterval === undefined || longestFsync === NEVER) return 0;
  const long = Math.exp(-fsync.cumulativeHazard(longestFsync));
  const wakings = names.length * (span / writeInterval) * long;
  return wakings * awake * (terms.replayed / SECOND);
}

/** Ticks, heartbeats and their answers, writes with appends, fsyncs and commits. */
function eventsASecond({ names, heartbeatInterval, writeInterval }: EtcdSettings): number {
  const members = names.length;
  const followers = members - 1;
  const heartbeats = (members + 2 * followers) / heartbeatInterval;
  const writes = (1 + members + 4 * followers) / (writeInterval ?? NEVER);
  return SECOND * (heartbeats + writes);
}

function isGiven(file: ScenarioFile, path: Path): boolean {
  let value: unknown = file;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value !== undefined;
}

function rough(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 2) return `${Math.round(seconds / 10) * 10} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
