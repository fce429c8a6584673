/**
 * Looks at every member of a cluster and remembers who led in which term and what was committed
 * where. Throws when Raft's promises are broken. What a member has from a snapshot is taken to be
 * what was committed, up to the snapshot's end, which is looked at.
 */
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { RaftLog } from '../../../src/model/etcd/raft/raft-log.ts';
import type { EtcdBench } from './etcd-bench.ts';

export class LogWitness {
  private readonly members: readonly EtcdMember[];
  private readonly leaderOf = new Map<number, number>();
  /** The term of each committed position, from index 1. */
  private readonly committed: number[] = [0];

  constructor(bench: EtcdBench) {
    this.members = bench.cluster.members;
    bench.roleChangedHook = (member) => this.roleChanged(member);
    bench.appliedHook = (member, index) => this.learn(member, index);
  }

  /** Looks no longer: what a restore brings back is another cluster. */
  retire(bench: EtcdBench): void {
    bench.roleChangedHook = () => {};
    bench.appliedHook = () => {};
  }

  /** How many positions were committed. */
  get positions(): number {
    return this.committed.length - 1;
  }

  /** How many terms had a leader. */
  get leaders(): number {
    return this.leaderOf.size;
  }

  /** Every member's committed positions are those that were committed, and a majority holds all. */
  check(): void {
    for (const member of this.members) {
      const { core, name } = member;
      const { log } = core;
      this.learn(member, log.committed);
      for (let index = 1; index <= log.committed; index++) {
        this.compare(`${name} at ${index}`, this.termOf(log, index), this.committed[index]);
      }
    }
    this.demandMajority(this.positions);
  }

  private roleChanged({ core, isRunning, name }: EtcdMember): void {
    if (!isRunning || core.role !== 'leader') return;
    const known = this.leaderOf.get(core.term);
    if (known === core.id) return;
    if (known !== undefined) throw new Error(`two leaders in term ${core.term}`);
    this.leaderOf.set(core.term, core.id);
    for (let index = 1; index <= this.positions; index++) {
      const term = this.termOf(core.log, index);
      this.compare(`new leader ${name} at ${index}`, term, this.committed[index]);
    }
  }

  private learn({ core, name }: EtcdMember, last: number): void {
    if (last > core.log.last) throw new Error(`${name} committed what it does not hold`);
    for (let index = this.positions + 1; index <= last; index++) {
      this.committed.push(core.log.termAt(index));
      this.demandMajority(index);
    }
    this.compare(`${name} at ${last}`, core.log.termAt(last), this.committed[last]);
  }

  /** A majority has the position on disk. */
  private demandMajority(index: number): void {
    if (index === 0) return;
    const term = this.committed[index]!;
    const holds = ({ core: { log } }: EtcdMember) =>
      log.stable >= index && this.termOf(log, index) === term;
    const holders = this.members.filter(holds).length;
    if (holders * 2 <= this.members.length) throw new Error(`${index} is held by ${holders} only`);
  }

  /** A snapshot knows no terms of the entries before its end. */
  private termOf(log: RaftLog, index: number): number {
    const term = log.termAt(index);
    return term === 0 && index <= log.compactedTo ? this.committed[index]! : term;
  }

  private compare(where: string, found: number, known: number | undefined): void {
    if (found !== known) throw new Error(`${where}: term ${found}, was committed in ${known}`);
  }
}
