/**
 * A leader's side of replication: what it sends to each peer, as far as it knows the peer's log,
 * and what a majority holds and so is committed. Left out: the window of 512 messages in flight.
 */
import { ENTRY_BYTES, type MemberId } from './message.ts';
import type { Progress } from './progress.ts';
import type { RaftCore } from './raft-core.ts';

/** Entries in one message; etcd: MaxSizePerMsg 1 MiB (server/etcdserver/raft.go). */
const MOST_ENTRIES = (1024 * 1024) / ENTRY_BYTES;

export class Replication {
  private readonly core: RaftCore;
  private readonly held: number[] = [];

  constructor(core: RaftCore) {
    this.core = core;
  }

  /** The transport could not deliver to a peer. */
  reportUnreachable(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress === undefined) return;
    progress.hadAll = false;
    if (progress.state !== 'replicate') return;
    progress.becomeProbe();
    this.core.hooks.progressed?.();
  }

  /** The transport could not deliver a snapshot: the peer is probed anew. */
  reportSnapshotLost(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress?.state !== 'snapshot') return;
    progress.pendingSnapshot = 0;
    progress.becomeProbe();
    progress.paused = true;
  }

  /** The transport delivered a snapshot; whether the peer took it in, a probe will tell. */
  reportSnapshotArrived(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress?.state !== 'snapshot') return;
    progress.becomeProbe();
    progress.paused = true;
  }

  broadcastAppend(): void {
    for (const peer of this.core.peers) this.sendAppend(peer, true);
  }

  /** Sends the entries that a peer lacks, unless it must be waited for; whether it did. */
  sendAppend(peer: MemberId, evenIfEmpty: boolean): boolean {
    const progress = this.core.progress.get(peer)!;
    if (progress.isPaused) return false;
    const previous = progress.next - 1;
    if (previous < this.core.log.compactedTo) return this.sendSnapshot(peer, progress);
    const slice = this.core.log.slice(previous, MOST_ENTRIES);
    const hasEntries = slice.runs.length > 0;
    if (!hasEntries && !evenIfEmpty) return false;
    const { term, id } = this.core;
    const committed = this.core.log.committed;
    this.core.outbox.push({ type: 'append', from: id, to: peer, term, slice, committed });
    progress.sent(slice.last, hasEntries);
    return true;
  }

  /** The highest index that a majority of voters holds is committed, if it is of this term. */
  advanceCommit(): boolean {
    const { log } = this.core;
    const index = this.majorityIndex();
    if (index <= log.committed || log.termAt(index) !== this.core.term) return false;
    const isFirst = log.termAt(log.committed) !== this.core.term;
    log.commit(index);
    this.core.hooks.committed?.(this.core);
    if (isFirst) {
      this.core.reads.release();
      this.core.hooks.progressed?.();
    }
    return true;
  }

  /** The highest index that enough voters hold; of some few, counting is faster than sorting. */
  private majorityIndex(): number {
    const { held } = this;
    const { voters, majority } = this.core;
    let best = 0;
    for (let place = 0; place < voters.length; place++) held[place] = this.matchOf(voters[place]!);
    for (let place = 0; place < voters.length; place++) {
      const index = held[place]!;
      if (index <= best) continue;
      let holders = 0;
      for (let other = 0; other < voters.length; other++) if (held[other]! >= index) holders++;
      if (holders >= majority) best = index;
    }
    return best;
  }

  /** A leader counts its own entries once they are on disk. */
  private matchOf(voter: MemberId): number {
    return voter === this.core.id
      ? this.core.log.stable
      : (this.core.progress.get(voter)?.match ?? 0);
  }

  private sendSnapshot(peer: MemberId, progress: Progress): boolean {
    if (!progress.recentlyActive) return false;
    const index = this.core.log.committed;
    progress.becomeSnapshot(index);
    const indexTerm = this.core.log.termAt(index);
    const envelope = { from: this.core.id, to: peer, term: this.core.term };
    const size = this.core.settings.snapshotSize;
    this.core.send({ type: 'snapshot', ...envelope, index, indexTerm, size });
    return true;
  }

  /** @param read the latest linearizable read that waits for answers; 0 for none */
  broadcastHeartbeat(read: number): void {
    const { id, term, peers, log } = this.core;
    for (let place = 0; place < peers.length; place++) {
      const to = peers[place]!;
      const committed = Math.min(this.core.progress.get(to)!.match, log.committed);
      this.core.outbox.push({ type: 'heartbeat', from: id, to, term, committed, read });
    }
  }
}
