/**
 * What HAProxy's attempts to connect come to, from the true answers of the servers that it would
 * choose. With equal weights the servers are a ring: a retry after a refusal follows at once and
 * takes the next in the ring; one after a time-out meets the ring wherever others have turned it,
 * taken to be independent of where it was (a test finds the share of those served right within
 * 0.025 so, and exact without time-outs). With unequal weights each choice is by weight alone.
 */
import type { Duration } from '../../engine/clock.ts';
import type { Answer } from '../endpoint.ts';
import { merged, type Outcome } from './load-balancer.ts';

export interface Candidate {
  readonly server: number;
  readonly weight: number;
  readonly answer: Answer;
}

export interface AttemptRules {
  readonly retries: number;
  readonly redispatch: boolean;
  /** `timeout connect`. */
  readonly connect: Duration;
  /** Between a refusal and another try at the same server. */
  readonly turnaround: Duration;
  /** How long a connection without a word is kept. */
  readonly idle: Duration;
}

/** A connection whose server was silent: it is to be tried elsewhere. */
interface Retry {
  readonly avoid: number;
  readonly used: number;
  readonly waited: Duration;
}

/** What one visit to the ring comes to. */
interface Visit {
  /** Where in the ring the next visitor begins. */
  readonly next: number;
  readonly end: Omit<Outcome, 'share'> | Retry;
}

/** Beyond these the ring's stationary shares are known to 1e-12, or change too slowly to matter. */
const MOST_TURNS = 3000;
const CLOSE_ENOUGH = 1e-12;
/** Shares below are what is left of the search for the ring's stationary shares. */
const NEGLIGIBLE = 1e-9;

export function outcomesOf(candidates: readonly Candidate[], rules: AttemptRules): Outcome[] {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [{ kind: 'closed', server: undefined, share: 1, after: 0 }];
  if (candidates.length === 1 || !rules.redispatch) {
    return merged(
      candidates.map((one) => ({ ...stubborn(one, rules), share: one.weight / total })),
    );
  }
  const [first] = candidates;
  const isRing = candidates.every(({ weight }) => weight === first!.weight);
  return merged(isRing ? aroundRing(candidates, rules) : byWeight(candidates, rules));
}

/** One server is tried again and again. */
function stubborn({ server, answer }: Candidate, rules: AttemptRules): Omit<Outcome, 'share'> {
  const { retries, turnaround, connect } = rules;
  if (answer.kind === 'refusal') return closed(retries * turnaround);
  if (answer.kind === 'silence') return closed((retries + 1) * connect);
  return connected(server, answer, 0, rules);
}

function closed(after: Duration): Omit<Outcome, 'share'> {
  return { kind: 'closed', server: undefined, after };
}

/** Once connected there are no retries: what comes is passed on until nobody says a word. */
function connected(
  server: number,
  { kind, after }: Answer,
  waited: Duration,
  { idle }: AttemptRules,
): Omit<Outcome, 'share'> {
  if (kind === 'hang' || after > idle) return { kind: 'hang', server, after: waited + idle };
  return { kind, server, after: waited + after };
}

function aroundRing(ring: readonly Candidate[], rules: AttemptRules): Outcome[] {
  let places: number[] = ring.map(() => 1 / ring.length);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const turned = turnedBy(places, ring, rules).places;
    // Half of each, since a ring that turns in step would never settle.
    const mean = places.map((share, place) => (share + turned[place]!) / 2);
    const change = Math.max(...mean.map((share, place) => Math.abs(share - places[place]!)));
    places = mean;
    if (change < CLOSE_ENOUGH) break;
  }
  return turnedBy(places, ring, rules).outcomes.filter(({ share }) => share > NEGLIGIBLE);
}

/** One connection and its retries, where visits begin in the ring with chances `places`. */
function turnedBy(places: readonly number[], ring: readonly Candidate[], rules: AttemptRules) {
  const outcomes: Outcome[] = [];
  const turned = places.map(() => 0);
  let visits = 0;
  let waiting: { readonly retry: Retry; readonly share: number }[] = [
    { retry: { avoid: -1, used: 0, waited: 0 }, share: 1 },
  ];
  while (waiting.length > 0) {
    const later: typeof waiting = [];
    for (const { retry, share } of waiting) {
      visits += share;
      places.forEach((chance, place) => {
        if (chance * share === 0) return;
        const { next, end } = visit(place, retry, ring, rules);
        turned[next]! += share * chance;
        if ('kind' in end) outcomes.push({ ...end, share: share * chance });
        else later.push({ retry: end, share: share * chance });
      });
    }
    waiting = together(later);
  }
  return { places: turned.map((share) => share / visits), outcomes: merged(outcomes) };
}

/** Those who wait for the same, put together. */
function together(waiting: readonly { readonly retry: Retry; readonly share: number }[]) {
  const known = new Map<string, { retry: Retry; share: number }>();
  for (const { retry, share } of waiting) {
    const key = `${retry.avoid} ${retry.used} ${retry.waited}`;
    known.set(key, { retry, share: share + (known.get(key)?.share ?? 0) });
  }
  return [...known.values()];
}

function visit(
  place: number,
  { avoid, used, waited }: Retry,
  ring: readonly Candidate[],
  rules: AttemptRules,
): Visit {
  const { retries, connect } = rules;
  let at = place === avoid ? (place + 1) % ring.length : place;
  for (let tries = used; ; tries++) {
    const { server, answer } = ring[at]!;
    const next = (at + 1) % ring.length;
    if (answer.kind === 'silence') {
      const after = waited + connect;
      if (tries === retries) return { next, end: closed(after) };
      return { next, end: { avoid: at, used: tries + 1, waited: after } };
    }
    if (answer.kind !== 'refusal') {
      return { next, end: connected(server, answer, waited, rules) };
    }
    if (tries === retries) return { next, end: closed(waited) };
    at = next;
  }
}

/** Each try goes by weight to any server but the one that failed before. */
function byWeight(candidates: readonly Candidate[], rules: AttemptRules): Outcome[] {
  const outcomes: Outcome[] = [];
  const tryOne = ({ avoid, used, waited }: Retry, share: number) => {
    const open = candidates.filter((_, index) => index !== avoid);
    const total = open.reduce((sum, { weight }) => sum + weight, 0);
    for (const candidate of open) {
      const { server, weight, answer } = candidate;
      const chance = (share * weight) / total;
      const failsAfter = answer.kind === 'silence' ? rules.connect : 0;
      const isLost = answer.kind === 'silence' || answer.kind === 'refusal';
      const over = waited + failsAfter;
      if (!isLost) outcomes.push({ ...connected(server, answer, waited, rules), share: chance });
      else if (used === rules.retries) outcomes.push({ ...closed(over), share: chance });
      else {
        tryOne({ avoid: candidates.indexOf(candidate), used: used + 1, waited: over }, chance);
      }
    }
  };
  tryOne({ avoid: -1, used: 0, waited: 0 }, 1);
  return outcomes;
}
