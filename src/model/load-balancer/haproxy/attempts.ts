/**
 * What HAProxy's attempts to connect come to, from the true answers of the servers that it would
 * choose. With equal weights the servers are a ring: a retry after a refusal follows at once and
 * takes the next in the ring; one after a time-out meets the ring wherever others have turned it,
 * taken to be independent of where it was (a test finds the share of those served right within
 * 0.025 so, and exact without time-outs). Where the silent ones stand in the ring varies. With
 * unequal weights each choice is by weight alone. Over an impaired network path a try is what its
 * packets make of it: HAProxy only connects, and the client's handshake and request then take a
 * round trip each.
 */
import { type Duration, NEVER } from '../../../engine/clock.ts';
import type { Delay, Delays } from '../../network/delays.ts';
import type { Answer } from '../../network/endpoint.ts';
import { merged, type Outcome, scaled } from '../load-balancer.ts';
import { ringOrders } from './ring-orders.ts';

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
  /** How long a connection is kept whose server says nothing. */
  readonly idle: Duration;
  /** How long an answer may take of one that lives, and goes when it hears that a side ended. */
  readonly slowest: Duration;
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
  readonly share: number;
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
      candidates.flatMap((one) => scaled(retrySameServer(one, rules), one.weight / total)),
    );
  }
  const [first] = candidates;
  const isRing = candidates.every(({ weight }) => weight === first!.weight);
  if (!isRing) return merged(byWeight(candidates, rules));
  const rings = ringsOf(candidates);
  return merged(rings.flatMap((ring) => scaled(aroundRing(ring, rules), 1 / rings.length)));
}

/** What one try at a server comes to, by chances that add up to 1. */
interface Try {
  readonly kind: 'refusal' | 'silence' | 'connection';
  readonly share: number;
  /** Until it is refused or connected. */
  readonly takes: Duration;
  /** What the way then adds until the answer; NEVER where it swallows it. */
  readonly adds: Duration;
}

/** Round trips from the connection to the answer: a handshake of TLS 1.3, and a request. */
const ROUND_TRIPS = 2;

function triesAt({ kind, path }: Answer, { connect }: AttemptRules): Try[] {
  const met = kind === 'refusal' || kind === 'silence' ? kind : 'connection';
  if (path === undefined || met === 'silence') return [{ kind: met, share: 1, takes: 0, adds: 0 }];
  const standing = path.connecting.all.filter(({ after }) => after <= connect);
  const tries = standing.flatMap(({ after: takes, share }): Try[] => {
    if (met === 'refusal') return [{ kind: met, share, takes, adds: 0 }];
    return withRest(path.exchanges(ROUND_TRIPS)).map(({ after: adds, share: part }) => {
      return { kind: met, share: share * part, takes, adds };
    });
  });
  const late = 1 - standing.reduce((sum, { share }) => sum + share, 0);
  return late > NEGLIGIBLE
    ? [...tries, { kind: 'silence', share: late, takes: 0, adds: 0 }]
    : tries;
}

/** Tries of one kind as one: how long they take does not turn the ring. */
function byKind(tries: readonly Try[]): Try[] {
  const kinds = new Map<Try['kind'], Try>();
  for (const one of tries) {
    const share = one.share + (kinds.get(one.kind)?.share ?? 0);
    kinds.set(one.kind, { ...one, share });
  }
  return [...kinds.values()];
}

/** With those that never end. */
function withRest({ all }: Delays): readonly Delay[] {
  const rest = 1 - all.reduce((sum, { share }) => sum + share, 0);
  return rest > NEGLIGIBLE ? [...all, { after: NEVER, share: rest }] : all;
}

/** One server is tried again and again. */
function retrySameServer(candidate: Candidate, rules: AttemptRules): Outcome[] {
  const { server, answer } = candidate;
  const { retries, turnaround, connect } = rules;
  const tries = triesAt(answer, rules);
  const outcomes: Outcome[] = [];
  const tryIt = (used: number, waited: Duration, share: number) => {
    for (const one of tries) {
      const part = share * one.share;
      const isLast = used === retries;
      if (one.kind === 'connection') {
        outcomes.push({ ...connected(server, answer, one, waited, rules), share: part });
      } else {
        const over = waited + (one.kind === 'silence' ? connect : one.takes);
        const pause = one.kind === 'silence' ? 0 : turnaround;
        if (isLast) outcomes.push({ ...closed(over), share: part });
        else tryIt(used + 1, over + pause, part);
      }
    }
  };
  tryIt(0, 0, 1);
  return outcomes;
}

function closed(after: Duration): Omit<Outcome, 'share'> {
  return { kind: 'closed', server: undefined, after };
}

/** Once connected there are no retries: what comes is passed on until nobody says a word. */
function connected(
  server: number,
  { kind, after: handled }: Answer,
  { takes, adds }: Try,
  waited: Duration,
  { idle, slowest }: AttemptRules,
): Omit<Outcome, 'share'> {
  const after = adds + handled;
  if (kind === 'hang') return { kind, server, after: waited + takes + idle };
  if (after > slowest) return { kind: 'hang', server, after: waited + takes + slowest };
  return { kind, server, after: waited + takes + after };
}

function ringsOf(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const isSilent = ({ answer }: Candidate) => answer.kind === 'silence';
  const [first, ...others] = candidates.filter((one) => !isSilent(one));
  const silent = candidates.filter(isSilent);
  if (silent.length === 0 || first === undefined) return [candidates];
  return ringOrders(silent, others).map((order) => [first, ...order]);
}

function aroundRing(ring: readonly Candidate[], rules: AttemptRules): Outcome[] {
  const tries = ring.map(({ answer }) => triesAt(answer, rules));
  const kinds = tries.map(byKind);
  const places = ring.map(() => 1 / ring.length);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const turned = turnedBy(places, ring, kinds, rules);
    let change = 0;
    for (let place = 0; place < places.length; place++) {
      const before = places[place]!;
      // Half of each, since a ring that turns in step would never settle.
      const mean = (before + turned[place]!) / 2;
      change = Math.max(change, Math.abs(mean - before));
      places[place] = mean;
    }
    if (change < CLOSE_ENOUGH) break;
  }
  const outcomes: Outcome[] = [];
  turnedBy(places, ring, tries, rules, outcomes);
  return merged(outcomes).filter(({ share }) => share > NEGLIGIBLE);
}

/**
 * One connection and its retries, where visits begin in the ring with chances `places`: where they
 * leave it. What becomes of them is added to `outcomes`, if that is asked for.
 */
function turnedBy(
  places: readonly number[],
  ring: readonly Candidate[],
  tries: readonly (readonly Try[])[],
  rules: AttemptRules,
  outcomes?: Outcome[],
): number[] {
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
        for (const { next, end, share: part } of visit(place, retry, ring, tries, rules)) {
          turned[next]! += share * chance * part;
          if ('kind' in end) outcomes?.push({ ...end, share: share * chance * part });
          else later.push({ retry: end, share: share * chance * part });
        }
      });
    }
    waiting = together(later);
  }
  return turned.map((share) => share / visits);
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

/** By chances that add up to 1. */
function visit(
  place: number,
  { avoid, used, waited }: Retry,
  ring: readonly Candidate[],
  tries: readonly (readonly Try[])[],
  rules: AttemptRules,
): Visit[] {
  const { retries, connect } = rules;
  const visits: Visit[] = [];
  const come = (at: number, tried: number, passed: Duration, share: number) => {
    const { server, answer } = ring[at]!;
    const next = (at + 1) % ring.length;
    for (const one of tries[at]!) {
      const part = share * one.share;
      if (one.kind === 'silence') {
        const after = passed + connect;
        const retry = { avoid: at, used: tried + 1, waited: after };
        visits.push({ next, end: tried === retries ? closed(after) : retry, share: part });
      } else if (one.kind === 'connection') {
        visits.push({ next, end: connected(server, answer, one, passed, rules), share: part });
      } else if (tried === retries) {
        visits.push({ next, end: closed(passed + one.takes), share: part });
      } else come(next, tried + 1, passed + one.takes, part);
    }
  };
  come(place === avoid ? (place + 1) % ring.length : place, used, waited, 1);
  return visits;
}

/** Each try goes by weight to any server but the one that failed before. */
function byWeight(candidates: readonly Candidate[], rules: AttemptRules): Outcome[] {
  const outcomes: Outcome[] = [];
  const tries = candidates.map(({ answer }) => triesAt(answer, rules));
  const tryOne = ({ avoid, used, waited }: Retry, share: number) => {
    const open = candidates.filter((_, index) => index !== avoid);
    const total = open.reduce((sum, { weight }) => sum + weight, 0);
    for (const candidate of open) {
      const { server, weight, answer } = candidate;
      const place = candidates.indexOf(candidate);
      for (const one of tries[place]!) {
        const chance = ((share * weight) / total) * one.share;
        const over = waited + (one.kind === 'silence' ? rules.connect : one.takes);
        if (one.kind === 'connection') {
          outcomes.push({ ...connected(server, answer, one, waited, rules), share: chance });
        } else if (used === rules.retries) outcomes.push({ ...closed(over), share: chance });
        else tryOne({ avoid: place, used: used + 1, waited: over }, chance);
      }
    }
  };
  tryOne({ avoid: -1, used: 0, waited: 0 }, 1);
  return outcomes;
}
