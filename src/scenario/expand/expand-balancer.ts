/** `topology.loadBalancer` as the plan of the way by which users reach the API servers. */
import { SECOND } from '../../engine/clock.ts';
import type { Layout, MachineRole } from '../../model/control-plane/layout.ts';
import { LEASE_TIMES, type LeaseTimes } from '../../model/lease/lease-settings.ts';
import type { BalancerPlan } from '../../model/load-balancer/balancer-plan.ts';
import type { HaproxySettings } from '../../model/load-balancer/haproxy/haproxy-settings.ts';
import type {
  TrackScriptSettings,
  VrrpSettings,
} from '../../model/load-balancer/keepalived/keepalived-settings.ts';
import type { BalancerSection, ScriptSection } from '../catalogue/balancer-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';

const AT: Path = ['topology', 'loadBalancer'];

/** A section with a value for each of its keys, as its defaults give it. */
type Complete<Section> = {
  readonly [Key in keyof Section]-?: Exclude<Section[Key], undefined>;
};

type HaproxySection = NonNullable<BalancerSection['haproxy']>;
type VrrpSection = Complete<NonNullable<BalancerSection['vrrp']>>;

export function expandBalancer(
  given: BalancerSection,
  { machines }: Layout,
  findings: Findings,
): BalancerPlan {
  const named = (wanted: MachineRole) =>
    machines.filter(({ role }) => role === wanted).map(({ name }) => name);
  const own = named('loadBalancer');
  const servers = named('controlPlane');
  // Each kind has a value for each of its own keys: those that others have are never read.
  const settings = given as Complete<BalancerSection>;
  switch (settings.kind) {
    case 'none':
      return { kind: 'none' };
    case 'haproxy':
      checkMachines(settings.kind, own, findings);
      checkWeights(settings.weight, servers, [...AT, 'weight'], findings);
      return { kind: 'haproxy', machine: own[0] ?? 'lb1', haproxy: haproxy(settings) };
    case 'haproxy-keepalived':
      checkMachines(settings.kind, own, findings);
      checkWeights(settings.haproxy.weight, servers, [...AT, 'haproxy', 'weight'], findings);
      return keepalived(settings, own, findings);
    case 'kube-vip': {
      const times = leaseTimesOf(settings, AT, findings);
      checkFlags(settings, findings);
      return { kind: 'kube-vip', times, restartAfter: settings.restartAfter };
    }
    case 'cloud':
      return cloud(settings, findings);
    case 'client-side': {
      const { clients } = settings;
      checkWeights(settings.haproxy.weight, servers, [...AT, 'haproxy', 'weight'], findings);
      return { kind: 'client-side', clients, haproxy: haproxy(settings.haproxy) };
    }
    case 'dns':
      return { kind: 'dns', ttl: settings.ttl };
  }
}

function checkMachines(
  kind: 'haproxy' | 'haproxy-keepalived',
  { length }: readonly string[],
  findings: Findings,
): void {
  if (length > 0 && (length === 1 || kind === 'haproxy-keepalived')) return;
  const message =
    length === 0 ? `${kind} needs a machine to stand on` : 'one HAProxy stands on one machine';
  const allowed = kind === 'haproxy' ? '1; haproxy-keepalived stands on several' : '1 or more';
  findings.problem([...AT, 'machines'], { message, allowed });
}

function checkWeights(
  weight: HaproxySection['weight'],
  servers: readonly string[],
  path: Path,
  findings: Findings,
): void {
  if (!Array.isArray(weight) || weight.length === servers.length) return;
  const message = `${weight.length} weights do not fit ${servers.length} servers`;
  const allowed = `a number, or one for each of ${servers.join(', ')}`;
  findings.problem(path, { message, allowed });
}

type FlatHaproxy = Omit<HaproxySection, 'timeout'> & Pick<BalancerSection, 'timeout'>;

/** @param given with a value for each key but those that default to another's */
function haproxy(given: FlatHaproxy): HaproxySettings {
  const section = given as Complete<HaproxySection>;
  const { inter, fall, rise, check: kind, checkSsl, weight, slowstart, onMarkedDown } = section;
  const { connect, check, client, server, tunnel, serverFin } = section.timeout;
  const { version, redispatch } = section;
  return {
    version,
    server: {
      ...{ inter, fall, rise, check: kind, checkSsl, weight, slowstart },
      fastinter: given.fastinter,
      downinter: given.downinter,
      shutdownSessions: onMarkedDown === 'shutdown-sessions',
    },
    timeouts: {
      connect: connect!,
      check: check === 'none' ? undefined : check,
      client: client!,
      server: server!,
      tunnel,
      serverFin,
    },
    retries: section.retries,
    // A 0 did not disable it before commit e9b774f4b of April 2024 (cfgparse-listen.c).
    redispatch: redispatch === 0 ? version === '2.6.12' : redispatch !== false,
  };
}

function keepalived(
  settings: Complete<BalancerSection>,
  machines: readonly string[],
  findings: Findings,
): BalancerPlan {
  const section = settings.vrrp as VrrpSection;
  const { priorities } = section;
  if (machines.length > 0 && priorities.length !== machines.length) {
    const message = `${priorities.length} priorities do not fit ${machines.length} machines`;
    const allowed = `one for each of ${machines.join(', ')}`;
    findings.problem([...AT, 'vrrp', 'priorities'], { message, allowed });
  }
  const vrrp: VrrpSettings = {
    version: section.version,
    advertInt: section.advert_int,
    preempt: section.preempt,
    preemptDelay: section.preempt_delay,
    priorities,
    newestShare: section.newestShare,
  };
  const script =
    settings.script === 'none'
      ? undefined
      : (settings.script as Complete<ScriptSection> satisfies TrackScriptSettings);
  const kind = 'haproxy-keepalived';
  return { kind, machines, haproxy: haproxy(settings.haproxy), vrrp, script };
}

export type LeaseKeys = Omit<LeaseTimes, 'jitterFactor'>;

/** What client-go refuses of its times (leaderelection.go, NewLeaderElector). */
export function leaseTimesOf(
  { leaseDuration, renewDeadline, retryPeriod }: LeaseKeys,
  path: Path,
  findings: Findings,
): LeaseTimes {
  const { jitterFactor } = LEASE_TIMES;
  const ask = (key: string, message: string, allowed: string) =>
    findings.problem([...path, key], { message, allowed: `${allowed}; client-go demands it` });
  // The record tells of it in whole seconds (LeaderElectionRecord), above 0 (Lease validation).
  if (leaseDuration % SECOND !== 0) {
    const message = `a lease lasts whole seconds, not ${leaseDuration / SECOND} s`;
    ask('leaseDuration', message, 'a number of whole seconds, 1 s or more');
  }
  if (leaseDuration <= renewDeadline) {
    const allowed = 'leaseDuration longer than renewDeadline';
    ask('leaseDuration', 'the lease ends before its holder gives up', allowed);
  }
  if (renewDeadline <= jitterFactor * retryPeriod) {
    const allowed = 'renewDeadline longer than 1.2 of retryPeriod';
    ask('renewDeadline', 'there is no time for a second try to renew', allowed);
  }
  return { leaseDuration, renewDeadline, retryPeriod, jitterFactor };
}

/** kube-vip takes its times as whole numbers of seconds (cmd/kube-vip.go). */
function checkFlags(times: Pick<LeaseTimes, 'renewDeadline' | 'retryPeriod'>, findings: Findings) {
  for (const key of ['renewDeadline', 'retryPeriod'] as const) {
    if (times[key] % SECOND === 0) continue;
    const message = `kube-vip counts in whole seconds, not in ${times[key] / SECOND} s`;
    findings.problem([...AT, key], { message, allowed: 'a number of whole seconds, 1 s or more' });
  }
}

function cloud(settings: Complete<BalancerSection>, findings: Findings): BalancerPlan {
  const { protocol, interval, healthyThreshold, unhealthyThreshold } = settings;
  const { propagation, failOpen, deregistrationDelay, resetsUnhealthy, idleTimeout } = settings;
  const timeout = settings.timeout as number;
  if (timeout > interval) {
    const message = `a check of ${timeout / SECOND} s would outlast the interval to the next one`;
    const allowed = `timeout: at most the interval, ${interval / SECOND} s`;
    const key = findings.isGiven([...AT, 'timeout']) ? 'timeout' : 'interval';
    findings.problem([...AT, key], { message, allowed });
  }
  const check = { protocol, interval, timeout, healthyThreshold, unhealthyThreshold };
  const rest = { propagation, failOpen, deregistrationDelay, resetsUnhealthy, idleTimeout };
  return { kind: 'cloud', cloud: { ...check, ...rest } };
}
