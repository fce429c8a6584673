/**
 * The process of a balancer on its machine, HAProxy or keepalived, which systemd supervises. What
 * fails the part under it keeps it down.
 */
import type { Effects } from '../../engine/effects.ts';
import { Part } from '../parts/part.ts';
import type { FreezableProcess } from '../process/managed-process.ts';

/** What freezing means for the process that it is. */
type Freezer = (isFrozen: boolean, effects: Effects) => void;

export class BalancerProcess implements FreezableProcess {
  readonly name: string;
  /** Works while the process runs. */
  readonly part: Part;
  isFrozen = false;
  onExit: (effects: Effects) => void = () => {};
  onEnd: (effects: Effects) => void = () => {};
  /** What it does on SIGTERM before it ends. */
  onSigterm: (effects: Effects) => void = () => {};
  /** One frozen without this is as good as gone until it thaws. */
  freezer: Freezer = (isFrozen, effects) => {
    if (isFrozen) this.part.fail(effects);
    else this.part.mend(effects);
  };
  /** Whether it has ended by itself and was not started since. */
  private isGone = false;

  /** @param host what is under it: its machine, or a part of its own that can fail */
  constructor(name: string, host: Part) {
    this.name = name;
    this.part = new Part({ name, kind: 'process', hosts: [host.name], hostsNeeded: 1 }, [host]);
  }

  restart(): void {
    this.part.restart();
    this.isFrozen = false;
    this.isGone = false;
  }

  get exists(): boolean {
    return this.part.works || this.isFrozen;
  }

  start(effects: Effects): void {
    if (!this.isGone) return;
    this.isGone = false;
    this.part.mend(effects);
  }

  /** One that dies is not frozen any more; with its host it is gone already. */
  kill(effects: Effects): void {
    this.thaw(effects);
    if (this.part.works) this.end(effects);
    else this.onEnd(effects);
  }

  freeze(effects: Effects): void {
    if (!this.part.works) return;
    this.isFrozen = true;
    effects.record({ kind: 'processFrozen', subject: this.name });
    this.freezer(true, effects);
  }

  thaw(effects: Effects): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    effects.record({ kind: 'processThawed', subject: this.name });
    this.freezer(false, effects);
  }

  /** Both end at once: what passes through HAProxy is cut off (doc/management.txt, SIGTERM). */
  terminate(effects: Effects): void {
    if (!this.part.works) return;
    this.onSigterm(effects);
    this.end(effects);
  }

  private end(effects: Effects): void {
    this.isGone = true;
    this.part.fail(effects);
    this.onExit(effects);
    this.onEnd(effects);
  }
}
