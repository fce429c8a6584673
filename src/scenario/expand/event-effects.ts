/** What each event does, as the effect of a fault: its targets opened, its settings resolved. */
import { clientsSurge, surgeOf } from '../../faults/kinds/clients-surge.ts';
import type { FaultEffect, ImpairmentPlan } from '../../faults/plans.ts';
import { ROLES } from '../../model/control-plane/control-plane.ts';
import type { Ending } from '../../model/process/managed-process.ts';
import type { BalancerKind } from '../catalogue/balancer-schema.ts';
import { type EventSection, PROCESS } from '../catalogue/event-schema.ts';
import { kindValues } from '../catalogue/kind-settings.ts';
import type { Findings } from '../text/findings.ts';
import { unknownName } from '../text/problems.ts';
import type { Path } from '../text/yaml-document.ts';
import { checkLinks, type LinkPlan } from './check-links.ts';
import { elementPath, type Names } from './names.ts';
import { ROLES_AND_PARTS, ROLES_AND_PROCESSES } from './roles.ts';
import { cutsBetween, openSides, type WrittenSide } from './sides.ts';

/** Kinds of balancer whose servers somebody registers. */
const KEPT_LISTS: readonly BalancerKind[] = ['cloud', 'dns'];

/** Opens the names that an event gives, and reports those that cannot be meant. */
export class EventTargets {
  private readonly names: Names;
  private readonly findings: Findings;
  /** Of the event. */
  private readonly path: Path;

  constructor(names: Names, findings: Findings, path: Path) {
    this.names = names;
    this.findings = findings;
    this.path = path;
  }

  at(...keys: readonly string[]): Path {
    return [...this.path, ...keys];
  }

  parts(given: readonly string[], key: string): string[] {
    return this.names.parts(given, this.at(key), this.findings, ROLES_AND_PARTS);
  }

  machines(given: readonly string[], path: Path, roles: readonly string[] = ROLES): string[] {
    return this.names.machines(given, path, this.findings, roles);
  }

  /** Machines of etcd members; what carries none is reported, places with some are thinned out. */
  members(given: readonly string[], path: Path, roles: readonly string[] = ROLES): string[] {
    const { machines } = this.names.layout;
    const carriers = machines.filter(({ hasMember }) => hasMember).map(({ name }) => name);
    const found = new Set<string>();
    given.forEach((name, index) => {
      const place = elementPath(path, index, this.findings);
      const meant = this.machines([name], place, roles);
      const members = meant.filter((one) => carriers.includes(one) || roles.includes(one));
      if (members.length === 0 && meant.length > 0) {
        const message = `there is no etcd member on ${name}`;
        this.findings.problem(place, { message, allowed: carriers.join(', ') });
      }
      for (const member of members) found.add(member);
    });
    return [...found];
  }

  /** Control planes that a balancer's list or DNS names, where there is one that somebody keeps. */
  registered(given: readonly string[]): string[] {
    const path = this.at('deregister');
    const { balancer, machines } = this.names.layout;
    if (!KEPT_LISTS.includes(balancer)) {
      const message = `${balancer} keeps no list of servers that somebody takes one out of`;
      const allowed = `a loadBalancer of kind ${KEPT_LISTS.join(' or ')}`;
      this.findings.problem(path, { message, allowed }, 'key');
    }
    const known = machines.filter(({ role }) => role === 'controlPlane').map(({ name }) => name);
    const found = this.machines(given, path, []);
    for (const name of found.filter((one) => !known.includes(one))) {
      const message = `there is no API server on ${name}`;
      this.findings.problem(path, { message, allowed: known.join(', ') });
    }
    return found.filter((name) => known.includes(name));
  }

  /** Machines of etcd members and, told from them, processes beside etcd, by role too. */
  membersOrProcesses(given: readonly string[], key: 'kill' | 'stop' | 'freeze') {
    const path = this.at(key);
    const members = new Set<string>();
    const processes = new Set<string>();
    const known = [...this.names.processes(), ...rolesOf(this.names)];
    given.forEach((name, index) => {
      const place = elementPath(path, index, this.findings);
      if (known.includes(name)) processes.add(name);
      else if (!PROCESS.test(name)) {
        for (const member of this.members([name], place)) members.add(member);
      } else if (!this.names.mayExist(name)) {
        this.findings.unknownName(place, unknownName('process', name, known));
      }
    });
    return { members: [...members], processes: [...processes] };
  }

  /** The one member that `name` stands for; undefined where it was reported or is in doubt. */
  oneMember(name: string, path: Path): string | undefined {
    const members = this.members([name], path, []);
    if (members.length > 1) {
      const message = `"${name}" stands for ${members.length} etcd members`;
      this.findings.problem(path, { message, allowed: `one of ${members.join(', ')}` });
    }
    return members[0];
  }

  cuts(partition: NonNullable<EventSection['partition']>, key: 'partition' | 'flap') {
    const open = (side: readonly string[], path: Path) =>
      this.names.ends(side, path, this.findings, ROLES);
    return cutsBetween(partition, this.at(key), this.names, this.findings, open);
  }

  /** Links as they are; those that hinder nothing are reported. */
  felt(links: readonly LinkPlan[], key: 'degradeNetwork'): readonly LinkPlan[] {
    checkLinks(links, this.names.layout, this.at(key), this.findings);
    return links;
  }

  sides(written: readonly WrittenSide[]): string[][] {
    return openSides(written, (side, path) => this.machines(side, path), this.findings);
  }
}

/** Processes beside members in a role: stacked, those of a control plane. */
function rolesOf({ layout }: Names): readonly string[] {
  return layout.kind === 'stacked' ? ROLES_AND_PROCESSES : [];
}

const partsOf = (machines: readonly string[], part: 'etcd' | 'disk') =>
  machines.map((machine) => `${machine}.${part}`);

/** The effect of an event that is a fault. */
export function eventEffect(event: EventSection, targets: EventTargets): FaultEffect {
  if (event.partition !== undefined) {
    return { parts: [], cuts: targets.cuts(event.partition, 'partition') };
  }
  if (event.crash !== undefined) {
    return { parts: targets.machines(event.crash, targets.at('crash')), cuts: [] };
  }
  if (event.fail !== undefined) return { parts: targets.parts(event.fail, 'fail'), cuts: [] };
  return ending(event, targets) ?? diskGone(event, targets) ?? impaired(event, targets);
}

/** Processes that end. */
function ending(event: EventSection, targets: EventTargets): FaultEffect | undefined {
  const ended = (given: readonly string[], path: Path, how: Ending): FaultEffect => {
    return {
      parts: partsOf(targets.members(given, path), 'etcd'),
      cuts: [],
      ending: how,
    };
  };
  const { kill, stop, crashAt } = event;
  if (kill !== undefined) return killed(kill, targets);
  if (stop !== undefined) return stopped(stop, targets);
  if (crashAt === undefined) return undefined;
  return ended(crashAt.machines, targets.at('crashAt', 'machines'), crashAt.point);
}

/** Whatever they are, processes that end in good order stay down for as long as the event lasts. */
function stopped(given: readonly string[], targets: EventTargets): FaultEffect {
  const { members, processes } = targets.membersOrProcesses(given, 'stop');
  return { parts: [...partsOf(members, 'etcd'), ...processes], cuts: [], ending: 'stop' };
}

/** etcd processes stay down for as long as the event lasts, others are started again. */
function killed(given: readonly string[], targets: EventTargets): FaultEffect {
  const { members, processes } = targets.membersOrProcesses(given, 'kill');
  const effect: FaultEffect = { parts: partsOf(members, 'etcd'), cuts: [] };
  if (processes.length === 0) return { ...effect, ending: 'kill' };
  const impairments: ImpairmentPlan[] = [{ kind: 'killProcess', processes }];
  return members.length === 0
    ? { ...effect, impairments }
    : { ...effect, ending: 'kill', impairments };
}

/** What stands still, in etcd or beside it. */
function frozen(given: readonly string[], targets: EventTargets): ImpairmentPlan[] {
  const { members, processes } = targets.membersOrProcesses(given, 'freeze');
  const ofEtcd: ImpairmentPlan = { kind: 'freeze', machines: members };
  if (processes.length === 0) return [ofEtcd];
  const others: ImpairmentPlan = { kind: 'freezeProcess', processes };
  return members.length === 0 ? [others] : [ofEtcd, others];
}

/** Disks that take no more writes. */
function diskGone(event: EventSection, targets: EventTargets): FaultEffect | undefined {
  for (const key of ['fillDisk', 'failWrites', 'loseDisk'] as const) {
    const given = event[key];
    if (given === undefined) continue;
    const parts = partsOf(targets.members(given, targets.at(key)), 'disk');
    return { parts, cuts: [], ...(key === 'loseDisk' ? { losesData: true } : {}) };
  }
  return undefined;
}

function impaired(event: EventSection, targets: EventTargets): FaultEffect {
  return { parts: [], cuts: [], impairments: impairments(event, targets) };
}

function impairments(event: EventSection, targets: EventTargets): readonly ImpairmentPlan[] {
  const { freeze, stallDisk, slowDisk, flap } = event;
  if (freeze !== undefined) return frozen(freeze, targets);
  if (stallDisk !== undefined) {
    return [{ kind: 'diskStall', machines: targets.members(stallDisk, targets.at('stallDisk')) }];
  }
  if (slowDisk !== undefined) {
    const { factor = 1, added = 0 } = slowDisk;
    const machines = targets.members(slowDisk.machines, targets.at('slowDisk', 'machines'));
    return [{ kind: 'diskSlow', machines, factor, added }];
  }
  if (flap !== undefined) {
    return [{ kind: 'flap', cuts: targets.cuts(flap, 'flap'), down: flap.down, up: flap.up }];
  }
  if (event.degradeNetwork !== undefined) {
    return targets.felt(degraded(event.degradeNetwork, targets), 'degradeNetwork');
  }
  if (event.deregister !== undefined) {
    return [{ kind: 'deregister', machines: targets.registered(event.deregister) }];
  }
  if (event.surge === undefined) return [{ kind: 'spaceAlarm' }];
  return [surgeOf(kindValues(clientsSurge, event.surge))];
}

function degraded(
  worse: NonNullable<EventSection['degradeNetwork']>,
  targets: EventTargets,
): LinkPlan[] {
  const { between, from = [], to = [] } = worse;
  const { delay = 0, jitter = 0, loss = 0, bandwidth } = worse;
  const place = (...keys: readonly (string | number)[]) => [
    ...targets.at('degradeNetwork'),
    ...keys,
  ];
  const one = (some: readonly string[], others: readonly string[]): LinkPlan => {
    return { kind: 'link', from: some, to: others, delay, jitter, loss, bandwidth };
  };
  if (between === undefined) {
    const ends = [
      { names: from, path: place('from') },
      { names: to, path: place('to') },
    ];
    const [some = [], others = []] = targets.sides(ends);
    return [one(some, others)];
  }
  const sides = targets.sides(
    between.map((names, index) => ({ names, path: place('between', index) })),
  );
  return sides.flatMap((side, index) =>
    sides.slice(index + 1).flatMap((other) => [one(side, other), one(other, side)]),
  );
}
