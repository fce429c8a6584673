/**
 * What a server's endpoints answer that ask etcd first, by its connections to etcd as they are: its
 * usual answer and, where ways to etcd vary, what each single question meets. Left out: that all
 * who ask within a second are told the result of one check.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Answer, AnswerLaw } from '../endpoint.ts';
import { HANG } from './api-server-endpoint.ts';
import { CHECK_TIMEOUT, CLIENT_RETRIES } from './api-server-settings.ts';
import { UNACKNOWLEDGED } from './etcd-connection.ts';
import type { EtcdPath, Turn } from './etcd-path.ts';

/** Of a health endpoint that is otherwise well or not and asks so many checks of etcd. */
export function healthAnswer(
  path: EtcdPath,
  handling: Duration,
  isWell: boolean,
  checks: number,
): Answer {
  const kind = isWell ? 'ok' : 'error';
  const turns = path.isImpaired ? path.turns('linearizableRead') : [];
  const vary = checks > 0 && canVary(turns);
  const law = vary ? { law: new HealthLaw(turns, kind, handling, checks) } : {};
  // Of a client whose requests take turns, the check fails where most requests do.
  const reads = path.share('linearizableRead', CHECK_TIMEOUT) >= 0.5;
  // The first check is answered by a member that has a leader again within its time-out.
  if (!reads) {
    return { kind: 'error', after: checks * CHECK_TIMEOUT, waits: CHECK_TIMEOUT, ...law };
  }
  return { kind, after: handling + checks * usualTrip(turns, CHECK_TIMEOUT), ...law };
}

/** etcd answers a write late or never where it has no quorum, and its client waits. */
export function writeAnswer(path: EtcdPath, handling: Duration): Answer {
  if (path.share('write') > 0) {
    const turns = path.isImpaired ? path.turns('write').filter(({ grants }) => grants) : [];
    const after = handling + usualTrip(turns, UNACKNOWLEDGED);
    return { kind: 'ok', after, ...(canVary(turns) ? { law: new WriteLaw(turns, handling) } : {}) };
  }
  return path.isConnected ? HANG : { kind: 'error', after: CLIENT_RETRIES };
}

function canVary(turns: readonly Turn[]): boolean {
  return turns.some(({ grants, way }) => grants && way?.isSteady === false);
}

/** The mean of what ways add that answer in time. */
function usualTrip(turns: readonly Turn[], patience: Duration): Duration {
  let count = 0;
  let sum = 0;
  for (const { grants, way } of turns) {
    const trip = way?.roundTrip ?? 0;
    if (!grants || trip > patience) continue;
    count++;
    sum += trip;
  }
  return count === 0 ? 0 : Math.round(sum / count);
}

/** Requests that take turns over connections, each of which may answer at once, late or never. */
class Turns {
  readonly description: string;
  private readonly turns: readonly Turn[];

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
    this.description = turns
      .map(({ member, grants, way }) => `${member} ${grants} ${way?.description ?? ''}`)
      .join(';');
  }

  /** How long etcd takes for one request of several that belong to one asked at `now`. */
  tripAt(now: Time, index: number): Duration {
    const { turns } = this;
    const draw = turns.find(({ way }) => way !== undefined)!.way!.turnAt(now, index);
    const { grants, way } = turns[Math.floor(draw * turns.length)]!;
    if (!grants) return NEVER;
    return way?.exchangeAt(now, index) ?? 0;
  }
}

class HealthLaw implements AnswerLaw {
  readonly description: string;
  private readonly turns: Turns;
  private readonly kind: 'ok' | 'error';
  private readonly handling: Duration;
  private readonly checks: number;

  constructor(turns: readonly Turn[], kind: 'ok' | 'error', handling: Duration, checks: number) {
    this.turns = new Turns(turns);
    this.kind = kind;
    this.handling = handling;
    this.checks = checks;
    this.description = `${kind} ${checks} ${this.turns.description}`;
  }

  at(now: Time): Answer {
    let waited = 0;
    let isRead = true;
    for (let check = 0; check < this.checks; check++) {
      const trip = this.turns.tripAt(now, check);
      if (trip > CHECK_TIMEOUT) isRead = false;
      waited += Math.min(trip, CHECK_TIMEOUT);
    }
    return isRead
      ? { kind: this.kind, after: waited + this.handling }
      : { kind: 'error', after: waited };
  }
}

class WriteLaw implements AnswerLaw {
  readonly description: string;
  private readonly turns: Turns;
  private readonly handling: Duration;

  constructor(turns: readonly Turn[], handling: Duration) {
    this.turns = new Turns(turns);
    this.handling = handling;
    this.description = this.turns.description;
  }

  at(now: Time): Answer {
    const trip = this.turns.tripAt(now, 0);
    return trip > UNACKNOWLEDGED ? HANG : { kind: 'ok', after: this.handling + trip };
  }
}
