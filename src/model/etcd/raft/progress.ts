/**
 * What a leader knows of one peer's log, as in etcd-io/raft's tracker: it probes with one append at
 * a time until the peer answers, then replicates without waiting, or waits for a snapshot to
 * arrive.
 */
type ProgressState = 'probe' | 'replicate' | 'snapshot';

export class Progress {
  state: ProgressState = 'probe';
  match = 0;
  next: number;
  /** Answered anything since the leader last checked its quorum. */
  recentlyActive = false;
  /** A probe is on its way; the next waits for an answer or a heartbeat's. */
  paused = false;
  pendingSnapshot = 0;
  /** It answered while it held all there was, and nothing sent to it was lost since. */
  hadAll = false;

  /** A new leader assumes that the peer has all it has. */
  constructor(lastIndex: number) {
    this.next = lastIndex + 1;
  }

  get isPaused(): boolean {
    return this.state === 'snapshot' || (this.state === 'probe' && this.paused);
  }

  /** Whether a write reaches the peer, at once or right after the probe that is on its way. */
  takesWrites(lastIndex: number): boolean {
    if (this.state !== 'probe') return this.state === 'replicate';
    return this.paused ? this.hadAll : this.match === lastIndex;
  }

  becomeProbe(): void {
    this.next =
      this.state === 'snapshot'
        ? Math.max(this.match + 1, this.pendingSnapshot + 1)
        : this.match + 1;
    this.state = 'probe';
    this.paused = false;
    this.pendingSnapshot = 0;
    this.hadAll = false;
  }

  becomeReplicate(): void {
    this.state = 'replicate';
    this.paused = false;
    this.pendingSnapshot = 0;
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.state = 'snapshot';
    this.paused = false;
    this.pendingSnapshot = index;
    this.next = index + 1;
  }

  /** An append up to `last` was sent. */
  sent(last: number, hadEntries: boolean): void {
    if (this.state === 'replicate') this.next = last + 1;
    else if (hadEntries) this.paused = true;
  }

  /** The peer holds everything up to `index`; whether that is news. */
  update(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    this.next = Math.max(this.next, index + 1);
    this.paused = false;
    return true;
  }

  /** The peer refused an append after `rejected`; whether there is something else to try. */
  decrease(rejected: number, hint: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.paused = false;
    return true;
  }
}
