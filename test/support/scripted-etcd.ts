/** etcd as API servers see it, which does what a test tells it to. */
import type { Effects } from '../../src/engine/effects.ts';
import type {
  EtcdReach,
  EtcdRequest,
  EtcdView,
  EtcdWatcher,
} from '../../src/model/kubernetes/etcd-connection.ts';

export class ScriptedEtcd implements EtcdView {
  readonly members: number;
  hasQuorum = true;
  private readonly reaches: EtcdReach[];
  private readonly watchers: EtcdWatcher[] = [];

  constructor(members: number) {
    this.members = members;
    this.reaches = Array.from({ length: members }, () => 'answers');
  }

  reset(): void {
    this.hasQuorum = true;
    this.reaches.fill('answers');
  }

  reach(member: number): EtcdReach {
    return this.reaches[member]!;
  }

  grants(_member: number, request: EtcdRequest): boolean {
    return this.hasQuorum || request === 'serializableRead';
  }

  way(): undefined {
    return undefined;
  }

  isHindered(): boolean {
    return false;
  }

  knowsLeader(): boolean {
    return this.hasQuorum;
  }

  watch(watcher: EtcdWatcher): void {
    this.watchers.push(watcher);
  }

  setQuorum(hasQuorum: boolean, effects: Effects): void {
    this.hasQuorum = hasQuorum;
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
