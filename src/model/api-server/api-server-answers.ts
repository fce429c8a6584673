/**
 * What a server's endpoints answer that ask etcd first, by its connections to etcd as they are: its
 * usual answer and, where connections differ or network paths to etcd vary, what each single
 * question meets. Requests take turns over the connections (etcd client v3, round robin), among
 * those of everybody whom the server serves, so that each is taken to come to any of them; a write
 * is not tried at another before its caller gives up (client/v3 retry_interceptor.go). A check is
 * sent once a second at most; who asks meanwhile is told the latest result by the time of sending,
 * so that one which hangs is mostly outdated by others when it ends (apiserver
 * storagebackend/factory/etcd3.go, newETCD3Check). Left out: the order of turns, and who of those
 * that ask has the check sent, but for its share.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import type { Answer, AnswerLaw } from '../network/endpoint.ts';
import { HANG } from '../network/settable-endpoint.ts';
import { CHECK_TIMEOUT, CLIENT_RETRIES } from './api-server-settings.ts';
import { type EtcdRequest, UNACKNOWLEDGED } from './etcd-connection.ts';
import type { ConnectionOutcome, EtcdPath, RequestOutcome } from './etcd-path.ts';

/**
 * Of questions about health, the share whose own check is sent: assumed. The kubelet's readiness
 * probe, each second, takes most of what the limit lets through; beside it HAProxy's checks come to
 * 10 to 25 % and a cloud's to 20 to 60 %, depending on how their times fall to each other.
 */
const OWN_CHECKS = 0.25;

/** A server that asks etcd before it answers. */
export interface Asker {
  readonly path: EtcdPath;
  /** What else an answer takes. */
  readonly handling: Duration;
  /** Tells its turns from those of other servers, as `RandomStreams.key` has it. */
  readonly turnKey: () => number;
}

/** Of a health endpoint that is otherwise well or not and asks so many checks of etcd. */
export function healthAnswer(asker: Asker, isWell: boolean, checks: number): Answer {
  const { path, handling } = asker;
  const kind = isWell ? 'ok' : 'error';
  const turns = path.turns('linearizableRead');
  const vary = checks > 0 && canVary(turns, CHECK_TIMEOUT);
  const law = vary ? { law: new HealthLaw(new Turns(asker, turns), kind, handling, checks) } : {};
  // Of a client whose requests take turns, the check fails where most requests do.
  const reads = path.share('linearizableRead', CHECK_TIMEOUT) >= 0.5;
  // The first check is answered by a member that has a leader again within its time-out.
  if (!reads) {
    return { kind: 'error', after: checks * CHECK_TIMEOUT, waits: CHECK_TIMEOUT, ...law };
  }
  return { kind, after: handling + checks * usualTrip(turns, 'granted', CHECK_TIMEOUT), ...law };
}

/** Of a request that comes to etcd once; where that does not answer, its client waits. */
export function requestAnswer(asker: Asker, request: EtcdRequest): Answer {
  const turns = asker.path.turns(request);
  if (turns.length === 0) return { kind: 'error', after: CLIENT_RETRIES };
  const law = canVary(turns, UNACKNOWLEDGED)
    ? { law: new RequestLaw(new Turns(asker, turns), request, asker.handling) }
    : {};
  const usual = (outcome: RequestOutcome) =>
    asker.handling + usualTrip(turns, outcome, UNACKNOWLEDGED);
  const isAny = (outcome: RequestOutcome) => turns.some((turn) => turn.outcome === outcome);
  if (asker.path.share(request) > 0) return { kind: 'ok', after: usual('granted'), ...law };
  if (isAny('refused')) return { kind: 'error', after: usual('refused'), ...law };
  return HANG;
}

/** Whether it depends on the connection, or on chance, what a request of such patience meets. */
function canVary(turns: readonly ConnectionOutcome[], patience: Duration): boolean {
  const met = turns.map(({ outcome, path }) => {
    return (path?.roundTrip ?? 0) > patience ? 'unanswered' : outcome;
  });
  if (met.some((outcome) => outcome !== met[0])) return true;
  return turns.some(({ outcome, path }) => outcome !== 'unanswered' && path?.isSteady === false);
}

/** The mean of what network paths add to members of such a outcome that answer in time. */
function usualTrip(
  turns: readonly ConnectionOutcome[],
  sought: RequestOutcome,
  patience: Duration,
): Duration {
  let count = 0;
  let sum = 0;
  for (const { outcome, path } of turns) {
    const trip = path?.roundTrip ?? 0;
    if (outcome !== sought || trip > patience) continue;
    count++;
    sum += trip;
  }
  return count === 0 ? 0 : Math.round(sum / count);
}

/** Draws of a moment: which turn each request of it has, and then whether it is sent at all. */
const OWN_TURNS = 8;

/** What one request meets at the connection whose turn it is. */
interface Met {
  readonly outcome: RequestOutcome;
  /** How long etcd takes; NEVER where it does not answer. */
  readonly trip: Duration;
}

/** Requests that take turns over connections, each of which may answer at once, late or never. */
class Turns {
  readonly description: string;
  private readonly turns: readonly ConnectionOutcome[];
  private readonly key: number;

  constructor({ turnKey }: Asker, turns: readonly ConnectionOutcome[]) {
    this.turns = turns;
    this.key = turnKey();
    this.description = turns
      .map(({ member, outcome, path }) => `${member} ${outcome} ${path?.description ?? ''}`)
      .join(';');
  }

  /** Whether some connection answers every check at once, so that the latest result is good. */
  get answersSomewhere(): boolean {
    return this.turns.some(({ outcome, path }) => {
      const isSteady = path === undefined || (path.isSteady && path.roundTrip <= CHECK_TIMEOUT);
      return outcome === 'granted' && isSteady;
    });
  }

  /** Whether a question about health asked at `now` has its own check sent, by its index. */
  isSent(now: Time, index: number): boolean {
    return uniformAt(this.key, now, OWN_TURNS + index) < OWN_CHECKS;
  }

  /** Of one request of several that belong to one asked at `now`. */
  at(now: Time, index: number): Met {
    const { turns } = this;
    const { outcome, path } = turns[Math.floor(uniformAt(this.key, now, index) * turns.length)]!;
    const trip = outcome === 'unanswered' ? NEVER : (path?.exchangeAt(now, index) ?? 0);
    return { outcome, trip };
  }
}

class HealthLaw implements AnswerLaw {
  readonly description: string;
  private readonly turns: Turns;
  private readonly kind: 'ok' | 'error';
  private readonly handling: Duration;
  private readonly checks: number;

  constructor(turns: Turns, kind: 'ok' | 'error', handling: Duration, checks: number) {
    this.turns = turns;
    this.kind = kind;
    this.handling = handling;
    this.checks = checks;
    this.description = `${kind} ${checks} ${turns.description}`;
  }

  at(now: Time): Answer {
    let waited = 0;
    /** Until a check that nobody answers has failed; a member that is back may still answer it. */
    let waits: Duration | undefined;
    let isRead = true;
    for (let check = 0; check < this.checks; check++) {
      const { outcome, trip } = this.turns.at(now, check);
      const isLate = trip > CHECK_TIMEOUT;
      // It is told the result of one sent to another member since.
      if (isLate && this.turns.answersSomewhere && !this.turns.isSent(now, check)) continue;
      waited += Math.min(trip, CHECK_TIMEOUT);
      if (!isLate) continue;
      if (isRead && outcome === 'unanswered') waits = waited;
      isRead = false;
    }
    if (isRead) return { kind: this.kind, after: waited + this.handling };
    return { kind: 'error', after: waited, ...(waits === undefined ? {} : { waits }) };
  }
}

/** Two requests of one instant, a read and a write, have each their turn. */
const TURN_OF: Readonly<Record<EtcdRequest, number>> = {
  write: 0,
  linearizableRead: 1,
  serializableRead: 2,
};

class RequestLaw implements AnswerLaw {
  readonly description: string;
  private readonly turns: Turns;
  private readonly request: EtcdRequest;
  private readonly handling: Duration;

  constructor(turns: Turns, request: EtcdRequest, handling: Duration) {
    this.turns = turns;
    this.request = request;
    this.handling = handling;
    this.description = turns.description;
  }

  at(now: Time): Answer {
    const { outcome, trip } = this.turns.at(now, TURN_OF[this.request]);
    if (trip > UNACKNOWLEDGED) return HANG;
    return { kind: outcome === 'granted' ? 'ok' : 'error', after: this.handling + trip };
  }
}
