/**
 * Who is in the cluster, as its log says: changes are entries like any other, and each member goes
 * by the latest that it has applied. Learners are written to and do not vote. Left out: joint
 * changes, which etcd does not use.
 */
import type { EtcdMember } from './etcd-member.ts';
import type { Configuration, MemberId } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';

/** Entries that a learner may lack and be promoted: it must hold nine tenths (server.go). */
const READY_SHARE = 0.9;

interface Change {
  readonly index: number;
  readonly term: number;
  readonly configuration: Configuration;
}

export class Membership {
  private changes: Change[] = [];
  private first: Configuration = { voters: [], learners: [] };

  /** All members vote. */
  restart(voters: readonly MemberId[]): void {
    this.first = { voters, learners: [] };
    this.changes = [];
  }

  /** The latest that anybody has applied or will: changes are made one at a time. */
  get latest(): Configuration {
    return this.changes.at(-1)?.configuration ?? this.first;
  }

  /** Where the latest change stands in the log; 0 before any. */
  get latestIndex(): number {
    return this.changes.at(-1)?.index ?? 0;
  }

  /** Whether a member joined by the latest change up to `index`, made after `since`. */
  isNewcomer(id: MemberId, index: number, since: number): boolean {
    const latest = this.changes.findLast(({ index: at }) => at <= index);
    return latest !== undefined && latest.index > since && latest.configuration.newcomer === id;
  }

  /** The leader writes a change to its log, unless another is under way; whether it does. */
  propose(leader: EtcdMember, configuration: Configuration): boolean {
    const { core } = leader;
    const last = this.changes.at(-1);
    if (last !== undefined && last.index > leader.applied) return false;
    if (!core.propose(1)) return false;
    this.changes.push({ index: core.log.last, term: core.term, configuration });
    return true;
  }

  /** The member has applied everything up to `index`, and before that up to `before`. */
  applied({ core }: EtcdMember, before: number, index: number): void {
    // A snapshot knows no terms of the entries before its end, and holds no wrong ones.
    const termAt = (at: number) => core.log.termAt(at);
    const wrong = ({ index: at, term }: Change) =>
      at <= index && termAt(at) !== 0 && termAt(at) !== term;
    if (this.changes.some(wrong)) this.changes = this.changes.filter((one) => !wrong(one));
    const due = this.changes.filter(({ index: at }) => at > before && at <= index);
    const latest = due.at(-1);
    if (latest !== undefined) core.configure(latest.configuration);
  }

  /** Whether the member knows a change to be committed that it has not applied. */
  hasUnapplied({ log }: RaftCore, applied: number): boolean {
    return this.changes.some(
      ({ index, term }) => index > applied && index <= log.committed && log.termAt(index) === term,
    );
  }

  /** As a member finds it that starts with everything up to `index`, by log or snapshot. */
  at(index: number): Configuration {
    return this.changes.findLast(({ index: at }) => at <= index)?.configuration ?? this.first;
  }

  /** Whether a learner holds enough to be promoted. */
  isReady(leader: EtcdMember, learner: MemberId): boolean {
    const progress = leader.core.progress.get(learner);
    return progress !== undefined && progress.match >= READY_SHARE * leader.core.log.last;
  }
}

export function withoutMember({ voters, learners }: Configuration, gone: MemberId): Configuration {
  const stays = (id: MemberId) => id !== gone;
  return { voters: voters.filter(stays), learners: learners.filter(stays) };
}
