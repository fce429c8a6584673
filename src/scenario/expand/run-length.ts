/**
 * A word before a run that would not end soon: some networks, disks and timers keep etcd awake, and
 * others wake it often, so that a year of it costs minutes.
 */
import { type Duration, NEVER, SECOND } from '../../engine/clock.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { FailureModePlan } from '../../faults/plans.ts';
import type { EtcdPlan } from '../../model/etcd/etcd-plan.ts';
import { type EtcdSettings, etcdSettings } from '../../model/etcd/etcd-settings.ts';
import {
  type Restlessness,
  type SleepTerms,
  sleepTerms,
} from '../../model/etcd/sleep/sleep-terms.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';

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

/** What there is to simulate. */
interface Simulated {
  readonly etcd: EtcdPlan;
  /** Names of the members' machines. */
  readonly machines: readonly string[];
  readonly modes: readonly FailureModePlan[];
}

export function warnOfLongRuns(
  file: ScenarioFile,
  { etcd, machines, modes }: Simulated,
  findings: Findings,
): void {
  const settings = etcdSettings(etcd, machines);
  const terms = sleepTerms(settings);
  const span = file.warmUp + file.horizon;
  const byItself = eventsIn(span, settings, terms);
  const impaired = impairedShare(modes) * eventsASecond(settings) * (span / SECOND);
  const seconds = (Math.max(byItself, impaired) * NANOSECONDS_AN_EVENT) / 1e9;
  if (seconds < LONG) return;
  const { restless } = terms;
  const isImpaired = restless === undefined && impaired > byItself;
  const why = isImpaired
    ? 'slow disks and bad links, while they last, keep etcd awake'
    : restless === undefined
      ? 'fsyncs longer than a heartbeat wake etcd often'
      : `${REASONS[restless]}, so that no timer can sleep`;
  const places = isImpaired ? [['failures']] : PLACES[restless ?? 'writesOverlap'];
  const path = places.find((place) => findings.isGiven(place)) ?? ['horizon'];
  const message = `one replication takes about ${rough(seconds)}: ${why}`;
  const allowed = 'a shorter horizon, or fewer replications, if that is too long';
  findings.warning(path, { message, allowed }, 'key');
}

/** Of the time in which some disk or link is slow, at the most. */
function impairedShare(modes: readonly FailureModePlan[]): number {
  const wakeful = modes.filter(({ effect: { impairments = [] } }) =>
    impairments.some(({ kind }) => WAKEFUL.has(kind)),
  );
  const shares = wakeful.map(({ law, hazardFactor, repair }) => {
    const up = lawOf(law).mean / hazardFactor;
    const down = lawOf(repair.law).mean;
    return down / (up + down);
  });
  return 1 - shares.reduce((none, share) => none * (1 - share), 1);
}

/** Impairments that are lived through tick by tick. */
const WAKEFUL: ReadonlySet<string> = new Set(['diskSlow', 'diskStall', 'link', 'flap']);

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

function rough(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 2) return `${Math.round(seconds / 10) * 10} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
