/**
 * What an outage of all API servers does to a lease, written anew to be held against the model: a
 * leader and standbys whose calls take no time or are refused. Seconds; the outage begins at 0.
 */

const LEASE = 15;
const RENEWAL = 2;
const DEADLINE = 10;

/** A generator of uniform numbers of its own (Park and Miller). */
export class Uniforms {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
    for (let skipped = 0; skipped < 10; skipped++) this.next();
  }

  next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }
}

interface Standby {
  poll: number;
  /** When it last saw a change; undefined for one that has seen nothing. */
  seen: number | undefined;
}

/**
 * From the end of an outage in which the leader gave up until somebody leads.
 * @param startUp of the leader's next process, which is started at once
 */
export function timeWithoutLeader(
  outage: number,
  standbys: number,
  startUp: number,
  uniforms: Uniforms,
): number {
  const gap = () => RENEWAL + 2.4 * uniforms.next();
  const renewed = -RENEWAL * uniforms.next();
  const candidates: Standby[] = Array.from({ length: standbys }, () => {
    let poll = -200 - 4 * uniforms.next();
    let seen = poll;
    for (; poll < 0; poll += gap()) seen = poll;
    return { poll, seen };
  });
  candidates.push({ poll: renewed + RENEWAL + DEADLINE + startUp, seen: undefined });
  for (const candidate of candidates) while (candidate.poll < outage) candidate.poll += gap();
  for (;;) {
    const next = candidates.reduce((one, other) => (other.poll < one.poll ? other : one));
    if (next.seen === undefined || next.seen < renewed) next.seen = next.poll;
    else if (next.poll >= next.seen + LEASE) return next.poll - outage;
    next.poll += gap();
  }
}
