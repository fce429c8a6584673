/**
 * What happens to a cluster, as traces and figures tell it: who leads, what is granted, what not.
 */
import type { Effects } from '../../engine/effects.ts';
import type { ClusterLevels, OutagePhase } from './cluster-levels.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { ReplacementStep } from './operator.ts';
import type { Proposal } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';

declare module '../../engine/effects.ts' {
  interface ChangeData {
    memberLeads: { term: number };
    memberLeadsNoMore: object;
    /** It took itself for the leader, and another was. */
    memberLearnsOfLeader: object;
    /** The process has ended, for whatever reason. */
    memberExited: object;
    memberHeldByDisk: object;
    memberServesClients: object;
    systemdGaveUp: object;
    snapshotSent: { to: string };
    snapshotReceived: object;
    replacement: { step: ReplacementStep };
    majorityLostData: object;
    restoredFromBackup: object;
    /** What an outage of writes waits for. */
    writes: { phase: OutagePhase | 'granted' };
    reads: { phase: OutagePhase | 'granted'; areGranted: boolean };
  }
}

/** Notified of what matters beyond the cluster. */
export interface ClusterListener {
  accepted?(proposal: Proposal, index: number, term: number): void;
  applied?(member: EtcdMember, index: number, effects: Effects): void;
  campaigned?(core: RaftCore): void;
  roleChanged?(member: EtcdMember, effects: Effects): void;
  /** At the end of an instant in which what it grants may have changed. */
  looked?(effects: Effects): void;
}

/** How often leadership moved, over a replication. */
export interface ElectionCounts {
  /** Leaders elected. */
  elections: number;
  /** Of these, other members than the leader before. */
  leaderChanges: number;
  /** Terms in which rivals' votes were split, so that nobody won. */
  splitRounds: number;
}

interface Committed {
  readonly index: number;
  /** In which it was written. */
  readonly term: number;
  /** In which it was known to be committed, or earlier. */
  readonly by: number;
}

const NOTHING: Committed = { index: 0, term: 0, by: 0 };

const ALL_GRANTED: ClusterLevels = { write: true, read: true, data: true, phase: undefined };

export class Chronicle {
  levels: ClusterLevels = ALL_GRANTED;
  counts: ElectionCounts = { elections: 0, leaderChanges: 0, splitRounds: 0 };
  /** What each member last said of itself: whether it runs, its role, term and leader. */
  private readonly said: number[] = [];
  private readonly leading = new Set<number>();
  private latestLeader = -1;
  private latestTerm = 0;
  private readonly leaderOf = new Map<number, number>();
  /** The last position known to be committed. */
  private committed: Committed = NOTHING;
  /** A term in which a candidate met a rival, until it is known whether somebody won. */
  private rivalTerm = 0;

  restart(): void {
    this.levels = ALL_GRANTED;
    this.counts = { elections: 0, leaderChanges: 0, splitRounds: 0 };
    this.said.length = 0;
    this.leading.clear();
    this.latestLeader = -1;
    this.latestTerm = 0;
    this.rivalTerm = 0;
    this.leaderOf.clear();
    this.committed = NOTHING;
  }

  /** A new cluster begins from a backup: what it lacks is lost. */
  restored(): void {
    this.leaderOf.clear();
    this.committed = NOTHING;
  }

  /** A member has applied everything up to `index`. */
  hasApplied({ core }: EtcdMember, index: number): void {
    if (index <= this.committed.index) return;
    this.committed = { index, term: core.log.termAt(index), by: core.term };
  }

  /**
   * Another of Raft's promises: what a leader commits is on the disks of a majority. A member whose
   * data are lost since it acknowledged in this term counts, as the leader cannot know of it.
   */
  hasCommitted({ term, voters, majority, log }: RaftCore, members: readonly EtcdMember[]): void {
    const index = log.committed;
    let holders = 0;
    for (const voter of voters) {
      const member = members[voter];
      if (member === undefined) continue;
      if (!holds(member, index, term) && member.lostInTerm < term) continue;
      if (++holders >= majority) return;
    }
    const count = `${holders} of ${voters.length} voters`;
    throw new Error(`${index} is committed in term ${term}, and on the disks of ${count} only`);
  }

  look(levels: ClusterLevels, effects: Effects): void {
    const before = this.levels;
    this.levels = levels;
    const turned = levels.phase !== before.phase;
    if (!turned && levels.read === before.read && levels.data === before.data) return;
    const change = { subject: 'etcd.write', phase: levels.phase ?? 'granted' } as const;
    if (turned) effects.record({ kind: 'writes', ...change });
    else effects.record({ kind: 'reads', ...change, areGranted: levels.read });
  }

  /** Whether the member's role, term, leader or being alive changed since it was last told. */
  memberChanged(member: EtcdMember, effects: Effects): boolean {
    const { core, isRunning } = member;
    const role = core.role === 'leader' ? 3 : core.role === 'follower' ? 0 : 1;
    const code = isRunning ? ((core.term * 64 + core.leader + 1) * 4 + role) * 2 + 1 : 0;
    if (this.said[core.id] === code) return false;
    this.said[core.id] = code;
    const leads = isRunning && core.role === 'leader';
    if (leads !== this.leading.has(core.id)) this.leadershipMoved(member, leads, effects);
    return true;
  }

  /** Two candidates of one term know of each other. */
  rivalled({ term }: RaftCore): void {
    if (term <= this.rivalTerm) return;
    if (this.rivalTerm > this.latestTerm) this.counts.splitRounds++;
    this.rivalTerm = term;
  }

  private leadershipMoved({ core, name }: EtcdMember, leads: boolean, effects: Effects): void {
    if (!leads) {
      this.leading.delete(core.id);
      const isLate = this.latestLeader !== core.id;
      effects.record({
        kind: isLate ? 'memberLearnsOfLeader' : 'memberLeadsNoMore',
        subject: name,
      });
      return;
    }
    this.leading.add(core.id);
    this.demandSafety(core);
    effects.record({ kind: 'memberLeads', subject: name, term: core.term });
    if (this.latestLeader !== -1) {
      this.counts.elections++;
      if (this.latestLeader !== core.id) this.counts.leaderChanges++;
    }
    if (this.rivalTerm > this.latestTerm && this.rivalTerm < core.term) this.counts.splitRounds++;
    this.latestLeader = core.id;
    this.latestTerm = core.term;
  }

  /**
   * Raft's promises: one leader a term, and no leader without what an earlier one committed. One
   * whose votes came late may lead in a term that is over, and commits nothing.
   */
  private demandSafety({ id, term, log }: RaftCore): void {
    const known = this.leaderOf.get(term);
    if (known !== undefined && known !== id) throw new Error(`two leaders in term ${term}`);
    this.leaderOf.set(term, id);
    const { index, term: committedIn, by } = this.committed;
    if (term <= by) return;
    if (index > log.compactedTo && log.termAt(index) !== committedIn) {
      throw new Error(`the leader of term ${term} lacks what was committed at ${index}`);
    }
  }
}

/** Whether the member has the position, as of that term, on disk or in a snapshot. */
function holds({ core: { log } }: EtcdMember, index: number, term: number): boolean {
  if (index <= log.compactedTo) return true;
  return log.stable >= index && log.termAt(index) === term;
}
