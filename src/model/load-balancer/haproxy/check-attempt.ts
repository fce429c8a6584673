/**
 * One check on its way: HAProxy 2.6 connects, shakes hands over TLS, asks and waits, or less than
 * that by the kind of check. The handshake counts as connecting; only after it does `timeout check`
 * begin. Over an impaired network path each of these takes a round trip. Pure functions, so that a
 * check that was skipped can be looked at half-way.
 */
import { type Duration, NEVER, type Time } from '../../../engine/clock.ts';
import { type Answer, answerAt } from '../../network/endpoint.ts';
import { retransmissionAfter, synRetransmitted } from '../../network/tcp.ts';
import type { CheckKind, HaproxySettings } from './haproxy-settings.ts';

/** What bounds a check. */
export interface CheckBounds {
  /** From the start until the connection stands. */
  readonly connect: Duration;
  /** From then until the answer; undefined where `whole` bounds the check. */
  readonly answer: Duration | undefined;
  /** From the start until the answer, where there is no bound on the answer of its own. */
  readonly whole: Duration;
  /** Whether the process must work for the connection to stand. */
  readonly handshakes: boolean;
  /** What is asked once it stands. */
  readonly kind: CheckKind;
  /** Whether the task takes its new place among the timers when `timeout check` begins. */
  readonly requeues: boolean;
}

/**
 * When a check that lies among the timers at `until` is looked at for the first time after `from`;
 * asked only of those that do not take their new place.
 */
export type LooksAt = (from: Time, until: Time) => Time;

/** The end by its own bounds alone, whoever else there is. */
export const ALONE: LooksAt = (from) => from;

export interface CheckAttempt {
  readonly startedAt: Time;
  /** NEVER while it is not connected. */
  readonly connectedAt: Time;
  /** What the server does for it now. */
  readonly server: 'answers' | 'hangs' | 'is silent';
  /** Since when nothing gets through; NEVER where something does. */
  readonly silentSince: Time;
  /** Until then the server answers anew if it no longer has to wait. */
  readonly waitsUntil: Time;
  readonly endsAt: Time;
  readonly passes: boolean;
}

export type CheckedBy = Pick<HaproxySettings, 'server' | 'timeouts' | 'version'>;

export function checkBounds({ server, timeouts, version }: CheckedBy): CheckBounds {
  const { inter: whole, check: kind, checkSsl } = server;
  const { connect, check: answer } = timeouts;
  const bound = answer === undefined ? whole : Math.min(whole, connect);
  // `option ssl-hello-chk` sends its greeting over plain TCP.
  const handshakes = checkSsl && kind !== 'ssl-hello-chk';
  return { connect: bound, answer, whole, handshakes, kind, requeues: version !== '2.6.12' };
}

/** Whether ends of checks may be noticed only when the timers of others fire. */
export function areNoticedLate({ requeues, connect, answer }: CheckBounds): boolean {
  return !requeues && answer !== undefined && answer < connect;
}

/** Whether the end of this one, which began alone, is such an end. */
export function isNoticedLate({ connectedAt, endsAt }: CheckAttempt, bounds: CheckBounds): boolean {
  return areNoticedLate(bounds) && endsAt === connectedAt + bounds.answer!;
}

/** The round trips of an attempt, each with its own chances; a handshake of TLS 1.3 takes one. */
const HANDSHAKE = 0;
const QUESTION = 1;

export function beginAttempt(
  now: Time,
  asked: Answer,
  bounds: CheckBounds,
  looksAt: LooksAt,
): CheckAttempt {
  const answer = metBy(bounds, answerAt(asked, now));
  const fresh: CheckAttempt = {
    startedAt: now,
    connectedAt: NEVER,
    server: 'answers',
    silentSince: NEVER,
    waitsUntil: now,
    endsAt: now + bounds.connect,
    passes: false,
  };
  switch (answer.kind) {
    case 'refusal':
      return {
        ...fresh,
        endsAt: Math.min(now + (answer.path?.connectingAt(now) ?? 0), fresh.endsAt),
      };
    case 'silence':
      return { ...fresh, server: 'is silent', silentSince: now };
    case 'hang': {
      const connectedAt = now + (answer.path?.connectingAt(now) ?? 0);
      if (bounds.handshakes || connectedAt > fresh.endsAt) return { ...fresh, server: 'hangs' };
      return stalled({ ...fresh, connectedAt, server: 'hangs' }, now, bounds, looksAt);
    }
    default: {
      const connectedAt = now + connecting(answer, now, bounds);
      if (connectedAt > fresh.endsAt) return fresh;
      return answered({ ...fresh, connectedAt }, connectedAt, answer, bounds, looksAt);
    }
  }
}

/** What a check of this kind meets where an HTTP request would meet `answer`. */
function metBy({ kind, handshakes }: CheckBounds, answer: Answer): Answer {
  const { kind: met, path } = answer;
  if (kind === 'httpchk' || met === 'refusal' || met === 'silence') return answer;
  // A connection alone is the kernel's to accept; for TLS the process must work, and no more.
  if (met === 'hang' && (handshakes || kind === 'ssl-hello-chk')) return answer;
  return path === undefined ? CONNECTED : { ...CONNECTED, path };
}

const CONNECTED: Answer = { kind: 'ok', after: 0 };

function connecting({ path }: Answer, now: Time, { handshakes }: CheckBounds): Duration {
  if (path === undefined) return 0;
  return path.connectingAt(now) + (handshakes ? path.exchangeAt(now, HANDSHAKE) : 0);
}

/** The attempt after its server's answer changed to `answer`. */
export function disturbed(
  attempt: CheckAttempt,
  now: Time,
  asked: Answer,
  bounds: CheckBounds,
  looksAt: LooksAt,
): CheckAttempt {
  const answer = metBy(bounds, answerAt(asked, now));
  const { server, endsAt } = attempt;
  const heard = nextHeard(attempt, now);
  switch (answer.kind) {
    case 'refusal':
      return { ...attempt, passes: false, endsAt: Math.min(endsAt, heard) };
    case 'silence': {
      const silentSince = Math.min(attempt.silentSince, now);
      return stalled({ ...attempt, server: 'is silent', silentSince }, now, bounds, looksAt);
    }
    case 'hang':
      return stalled({ ...attempt, server: 'hangs', silentSince: NEVER }, now, bounds, looksAt);
    default: {
      const isAnew = answer.waits === undefined && now < attempt.waitsUntil;
      if ((server === 'answers' && !isAnew) || heard >= endsAt) return attempt;
      return answered(
        {
          ...attempt,
          server: 'answers',
          silentSince: NEVER,
          connectedAt: Math.min(attempt.connectedAt, heard),
        },
        heard,
        answer,
        bounds,
        looksAt,
      );
    }
  }
}

/** When the two ends next hear of each other, if they can from now on. */
function nextHeard({ startedAt, silentSince }: CheckAttempt, now: Time): Time {
  if (silentSince === NEVER) return now;
  if (silentSince > startedAt) return retransmissionAfter(now, silentSince);
  let times = 1;
  while (startedAt + synRetransmitted(times) < now) times++;
  return startedAt + synRetransmitted(times);
}

/** Nothing will come: it ends by its bound. */
function stalled(
  attempt: CheckAttempt,
  now: Time,
  bounds: CheckBounds,
  looksAt: LooksAt,
): CheckAttempt {
  return { ...attempt, passes: false, endsAt: deadline(attempt, now, bounds, looksAt) };
}

function answered(
  attempt: CheckAttempt,
  asked: Time,
  { kind, after, path, waits = 0 }: Answer,
  bounds: CheckBounds,
  looksAt: LooksAt,
): CheckAttempt {
  const last = deadline(attempt, asked, bounds, looksAt);
  const asks = bounds.kind !== 'tcp-check';
  const answersAt = asked + after + (asks ? (path?.exchangeAt(asked, QUESTION) ?? 0) : 0);
  return {
    ...attempt,
    waitsUntil: asked + waits,
    endsAt: Math.min(answersAt, last),
    passes: kind === 'ok' && answersAt <= last,
  };
}

/**
 * When the attempt ends at the latest. Where its timer stays at the bound on connecting, it is
 * looked at there at the latest; an earlier look before its time has come puts it right.
 */
function deadline(
  { startedAt, connectedAt }: CheckAttempt,
  now: Time,
  bounds: CheckBounds,
  looksAt: LooksAt,
): Time {
  const { connect, answer, whole } = bounds;
  if (answer === undefined) return startedAt + whole;
  const kept = startedAt + connect;
  if (connectedAt === NEVER) return kept;
  const due = connectedAt + answer;
  if (bounds.requeues || due >= kept) return due;
  return Math.max(due, looksAt(Math.max(connectedAt, now), kept));
}
