/** The list of API servers that a balancer or DNS has, from which faults may take some out. */
import type { Effects } from '../../engine/effects.ts';
import type { BuiltBalancer } from './balancer-site.ts';

export class ServerList {
  private readonly built: BuiltBalancer;
  /** Machines of the API servers, in the balancer's order. */
  private readonly machines: readonly string[];
  /** How many faults keep the API server of a machine out. */
  private readonly takenOut = new Map<string, number>();

  constructor(built: BuiltBalancer, machines: readonly string[]) {
    this.built = built;
    this.machines = machines;
  }

  /** All are in; the balancer must be restarted too. */
  restart(): void {
    this.takenOut.clear();
  }

  /** Servers of these machines are out until as many calls of `putBack`. */
  takeOut(machines: readonly string[], effects: Effects): void {
    const gone = machines.filter((machine) => this.count(machine) === 0);
    for (const machine of machines) this.takenOut.set(machine, this.count(machine) + 1);
    this.tell(gone, false, effects);
  }

  putBack(machines: readonly string[], effects: Effects): void {
    for (const machine of machines) this.takenOut.set(machine, this.count(machine) - 1);
    this.tell(
      machines.filter((machine) => this.count(machine) === 0),
      true,
      effects,
    );
  }

  private count(machine: string): number {
    return this.takenOut.get(machine) ?? 0;
  }

  private tell(some: readonly string[], isIn: boolean, effects: Effects): void {
    if (some.length === 0) return;
    const servers = some.map((machine) => this.machines.indexOf(machine));
    this.built.register?.(servers, isIn, effects);
  }
}
