/** etcd as API servers see it, which does what a test tells it to. */
import type { Effects } from '../../../src/engine/effects.ts';
import type {
  EtcdReach,
  EtcdRequest,
  EtcdView,
  EtcdWatcher,
} from '../../../src/model/api-server/etcd-connection.ts';

export class ScriptedEtcd implements EtcdView {
  readonly members: number;
  hasQuorum = true;
  private isFull = false;
  private readonly cutOff = new Set<number>();
  private readonly reaches: EtcdReach[];
  private readonly watchers: EtcdWatcher[] = [];

  constructor(members: number) {
    this.members = members;
    this.reaches = Array.from({ length: members }, () => 'answers');
  }

  reset(): void {
    this.hasQuorum = true;
    this.isFull = false;
    this.cutOff.clear();
    this.reaches.fill('answers');
  }

  reach(member: number): EtcdReach {
    return this.reaches[member]!;
  }

  grants(member: number, request: EtcdRequest): boolean {
    if (request === 'serializableRead') return true;
    if (request === 'write' && this.isFull) return false;
    return this.hasQuorum && !this.cutOff.has(member);
  }

  refusesWrites(member: number): boolean {
    return this.isFull && this.hasQuorum && !this.cutOff.has(member);
  }

  path(): undefined {
    return undefined;
  }

  isHindered(): boolean {
    return false;
  }

  knowsLeader(member: number): boolean {
    return this.hasQuorum && !this.cutOff.has(member);
  }

  watch(watcher: EtcdWatcher): void {
    this.watchers.push(watcher);
  }

  setQuorum(hasQuorum: boolean, effects: Effects): void {
    this.hasQuorum = hasQuorum;
    this.tell(effects);
  }

  /** Its database is over its quota. */
  setFull(isFull: boolean, effects: Effects): void {
    this.isFull = isFull;
    this.tell(effects);
  }

  /** A member loses its peers, while the others keep their quorum. */
  setCutOff(member: number, isCutOff: boolean, effects: Effects): void {
    if (isCutOff) this.cutOff.add(member);
    else this.cutOff.delete(member);
    this.tell(effects);
  }

  setReach(member: number, reach: EtcdReach, effects: Effects): void {
    this.reaches[member] = reach;
    this.tell(effects);
  }

  private tell(effects: Effects): void {
    for (const watcher of this.watchers) watcher.etcdChanged(effects);
  }
}
