/**
 * Every name a scenario may refer to: parts that could exist in its topology, groups of them, and
 * what it declares itself. Clashes are reported where the later name is declared.
 */

import { ROLES } from '../../model/control-plane/control-plane.ts';
import {
  type Layout,
  linkNames,
  nicNames,
  type PlacedMachine,
  processesOn,
  switchNames,
} from '../../model/control-plane/layout.ts';
import { CLOUD_BALANCER } from '../../model/load-balancer/balancer-plan.ts';
import type { PartKind } from '../../model/parts/part.ts';
import type { Findings } from '../text/findings.ts';
import { type Finding, unknownName } from '../text/problems.ts';
import type { Path } from '../text/yaml-document.ts';
import { CLIENTS, NODES, OUTSIDE } from './place-clients.ts';
import { namesRole, ROLES_AND_PARTS } from './roles.ts';

/** What else the file declares by name, sections with mistakes in them included. */
export interface Declared {
  readonly sharedRisks: readonly string[];
  readonly components: readonly string[];
}

/** Names that a message lists before it breaks off. */
const MOST_SHOWN = 12;

const RESERVED = [
  'etcd',
  'api',
  'and',
  'or',
  'not',
  'all',
  'any',
  'atLeast',
  'group',
  'controllers',
  'data',
  CLIENTS,
  OUTSIDE,
  NODES,
  ...ROLES,
];

export class Names {
  readonly layout: Layout;
  /** Whether the layout lacks what could not be understood of the topology. */
  readonly isDoubtful: boolean;
  private readonly doubtful: string;
  private readonly kinds = new Map<string, PartKind>();
  private readonly groups = new Map<string, readonly string[]>();
  /** Processes of Kubernetes and of its balancers, and a cloud's balancer. */
  private readonly kubernetes = new Set<string>();

  /** @param doubtful the topology as written, where it has mistakes; else empty */
  constructor(layout: Layout, declared: Declared, findings: Findings, doubtful = '') {
    this.layout = layout;
    this.doubtful = doubtful;
    this.isDoubtful = doubtful !== '';
    const { machines, racks, zones } = layout;
    for (const [group, members] of groupsOf(machines)) this.groups.set(group, members);
    for (const machine of machines) this.addMachine(machine);
    if (layout.balancer === 'cloud') this.addOfKubernetes(CLOUD_BALANCER, 'component');
    const declare = (name: string, kind: PartKind, path: Path) => {
      const clash = this.clash(name);
      if (clash !== undefined) findings.problem(path, { message: clash }, 'key');
      else this.kinds.set(name, kind);
    };
    zones.forEach((name, index) => {
      declare(name, 'zone', this.placePath('zones', name, index, findings));
    });
    racks.forEach((name, index) => {
      declare(name, 'rack', this.placePath('racks', name, index, findings));
      for (const part of switchNames(name, layout)) this.kinds.set(part, 'switch');
    });
    for (const name of declared.sharedRisks) declare(name, 'risk', ['sharedRisks', name]);
    for (const name of declared.components) declare(name, 'component', ['components', name]);
  }

  kindOf(part: string): PartKind | undefined {
    return this.kinds.get(part);
  }

  /** Whether the part belongs to what stands on etcd, or to the way to it. */
  isOfKubernetes(part: string): boolean {
    return this.kubernetes.has(part);
  }

  /** Whether there is an etcd member on a machine. */
  carriesMember(machine: string): boolean {
    return this.layout.machines.some(({ name, hasMember }) => name === machine && hasMember);
  }

  /** Processes of what stands on etcd, such as `cp1.apiServer`. */
  processes(): string[] {
    return [...this.kubernetes].filter((part) => this.kinds.get(part) === 'process');
  }

  /** Whether `name` could be known if the topology had no mistakes. */
  mayExist(name: string): boolean {
    if (!this.isDoubtful) return false;
    const [base = ''] = name.split('.');
    return /^(cp|etcd|lb)\d+$/.test(base) || this.doubtful.split(/[^\w-]+/).includes(base);
  }

  /** Why nothing new may be called `name`, or undefined where it may. */
  clash(name: string): string | undefined {
    if (RESERVED.includes(name)) return `"${name}" is a reserved word`;
    if (this.groups.has(name)) return `"${name}" is the name of a group`;
    const kind = this.kinds.get(name);
    return kind === undefined ? undefined : `"${name}" is already the name of a ${kind}`;
  }

  /** The finding that `name` is none of the parts and groups, nor of `others`. */
  unknown(what: string, name: string, others: readonly string[] = []): Finding {
    if (namesRole(name) && !others.includes(ROLES[0]!)) {
      const message = `the role "${name.split('.')[0]}" has no place here`;
      return { message, allowed: 'a name; roles are for faults that events bring' };
    }
    const groups = [...this.groups.keys()];
    const parts = [...this.kinds.keys()];
    const shown = parts.filter((part) => !part.includes('.'));
    const many = shown.length > MOST_SHOWN;
    const examples = many ? [...shown.slice(0, MOST_SHOWN), '...'] : shown;
    const allowed =
      `${[...others, ...examples].join(', ')}; groups ${groups.join(', ')}; ` +
      `and parts such as ${parts.find((part) => part.includes('.'))}`;
    return unknownName(what, name, [...others, ...parts, ...groups], allowed);
  }

  /** The members of a group, or undefined where `name` is none. */
  group(name: string): readonly string[] | undefined {
    return this.groups.get(name);
  }

  /**
   * Parts behind `names`, each once, groups opened; unknown names are reported at `path`.
   * @param roles which roles and parts of them may be named too; they stay as they are
   */
  parts(
    names: readonly string[],
    path: Path,
    findings: Findings,
    roles: readonly string[] = [],
  ): string[] {
    const found = new Set<string>();
    const others = roles.filter((role) => (ROLES as readonly string[]).includes(role));
    names.forEach((name, index) => {
      if (roles.includes(name)) {
        found.add(name);
        return;
      }
      const members = this.groups.get(name) ?? (this.kinds.has(name) ? [name] : undefined);
      const place = elementPath(path, index, findings);
      if (members === undefined) {
        if (!this.mayExist(name)) {
          findings.unknownName(place, this.unknown('part', name, others));
        }
      } else if (members.length === 0 && !this.isDoubtful) {
        findings.problem(place, { message: `the group ${name} is empty in this topology` });
      }
      for (const part of members ?? []) found.add(part);
    });
    return [...found];
  }

  /** Machines behind names of machines, zones, racks and groups of machines, and `roles`. */
  machines(
    names: readonly string[],
    path: Path,
    findings: Findings,
    roles: readonly string[] = [],
  ): string[] {
    const found = new Set<string>();
    const known = roles.length > 0 ? ROLES_AND_PARTS : [];
    this.parts(names, path, findings, known).forEach((part) => {
      if (roles.includes(part)) {
        found.add(part);
        return;
      }
      const inside = this.layout.machines.filter(
        ({ name, zone, rack }) => name === part || zone === part || rack === part,
      );
      for (const { name } of inside) found.add(name);
      if (inside.length > 0 || ['zone', 'rack'].includes(this.kinds.get(part)!)) return;
      const kind = this.kinds.get(part) ?? 'part of a machine';
      const message = `"${part}" is a ${kind}, not a machine`;
      findings.problem(path, { message, allowed: 'machines, zones, racks and groups of machines' });
    });
    return [...found];
  }

  /** As `machines`, and places of users too: what messages are cut between. */
  ends(
    names: readonly string[],
    path: Path,
    findings: Findings,
    roles: readonly string[] = [],
  ): string[] {
    const { clients } = this.layout;
    const found = names.flatMap((name, index) => {
      const users = clients.filter((place) => [CLIENTS, place.name, place.zone].includes(name));
      const isOfUsers = name === CLIENTS || users.some((place) => place.name === name);
      const at = elementPath(path, index, findings);
      const machines = isOfUsers ? [] : this.machines([name], at, findings, roles);
      return [...machines, ...users.map((place) => place.name)];
    });
    return [...new Set(found)];
  }

  private addMachine(machine: PlacedMachine): void {
    const { name, hasMember } = machine;
    this.kinds.set(name, 'machine');
    if (hasMember) {
      this.kinds.set(`${name}.etcd`, 'process');
      this.kinds.set(`${name}.disk`, 'disk');
    }
    for (const nic of nicNames(name, this.layout)) this.kinds.set(nic, 'nic');
    for (const link of linkNames(name, this.layout)) this.kinds.set(link, 'link');
    for (const process of processesOn(machine, this.layout)) {
      this.addOfKubernetes(`${name}.${process}`, 'process');
    }
  }

  private addOfKubernetes(part: string, kind: PartKind): void {
    this.kinds.set(part, kind);
    this.kubernetes.add(part);
  }

  private placePath(key: string, name: string, index: number, findings: Findings): Path {
    return findings.isList(['topology', key]) ? ['topology', key, index] : ['topology', key, name];
  }
}

/** Of an element of a list, or of the one name that stands in its place. */
export function elementPath(path: Path, index: number, findings: Findings): Path {
  return findings.isList(path) ? [...path, index] : path;
}

function groupsOf(machines: readonly PlacedMachine[]): [string, string[]][] {
  const named = (some: readonly PlacedMachine[]) => some.map(({ name }) => name);
  const members = named(machines.filter(({ hasMember }) => hasMember));
  const ofRole = (role: string) => named(machines.filter((machine) => machine.role === role));
  return [
    ['machines', named(machines)],
    ['controlPlanes', ofRole('controlPlane')],
    ['etcdMachines', members],
    ['loadBalancers', ofRole('loadBalancer')],
    ['etcdProcesses', members.map((machine) => `${machine}.etcd`)],
    ['disks', members.map((machine) => `${machine}.disk`)],
  ];
}
