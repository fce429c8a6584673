/**
 * One check on its way: HAProxy 2.6 connects, shakes hands over TLS, asks and waits. The handshake
 * counts as connecting; only after it does `timeout check` begin. Over an impaired way each of
 * these takes a round trip. Pure functions, so that a check that was slept through can be looked at
 * half-way.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import { type Answer, answerAt } from '../endpoint.ts';
import { FIRST_SYN_RETRANSMISSION, retransmissionAfter } from '../etcd/tcp.ts';
import type { HaproxyServerSettings, HaproxyTimeouts } from './haproxy-settings.ts';

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
}

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

export function checkBounds(
  { inter, checkSsl }: HaproxyServerSettings,
  { connect, check }: HaproxyTimeouts,
): CheckBounds {
  const whole = inter;
  const bound = check === undefined ? inter : Math.min(inter, connect);
  return { connect: bound, answer: check, whole, handshakes: checkSsl };
}

/** The round trips of an attempt, each with its own chances; a handshake of TLS 1.3 takes one. */
const HANDSHAKE = 0;
const QUESTION = 1;

export function beginAttempt(now: Time, asked: Answer, bounds: CheckBounds): CheckAttempt {
  const answer = answerAt(asked, now);
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
        endsAt: Math.min(now + (answer.way?.connectingAt(now) ?? 0), fresh.endsAt),
      };
    case 'silence':
      return { ...fresh, server: 'is silent', silentSince: now };
    case 'hang': {
      const connectedAt = now + (answer.way?.connectingAt(now) ?? 0);
      if (bounds.handshakes || connectedAt > fresh.endsAt) return { ...fresh, server: 'hangs' };
      return stalled({ ...fresh, connectedAt, server: 'hangs' }, bounds);
    }
    default: {
      const connectedAt = now + connecting(answer, now, bounds);
      if (connectedAt > fresh.endsAt) return fresh;
      return answered({ ...fresh, connectedAt }, connectedAt, answer, bounds);
    }
  }
}

function connecting({ way }: Answer, now: Time, { handshakes }: CheckBounds): Duration {
  if (way === undefined) return 0;
  return way.connectingAt(now) + (handshakes ? way.exchangeAt(now, HANDSHAKE) : 0);
}

/** The attempt after its server's answer changed to `answer`. */
export function disturbed(
  attempt: CheckAttempt,
  now: Time,
  asked: Answer,
  bounds: CheckBounds,
): CheckAttempt {
  const answer = answerAt(asked, now);
  const { server, endsAt } = attempt;
  const heard = nextHeard(attempt, now);
  switch (answer.kind) {
    case 'refusal':
      return { ...attempt, passes: false, endsAt: Math.min(endsAt, heard) };
    case 'silence': {
      const silentSince = Math.min(attempt.silentSince, now);
      return stalled({ ...attempt, server: 'is silent', silentSince }, bounds);
    }
    case 'hang':
      return stalled({ ...attempt, server: 'hangs', silentSince: NEVER }, bounds);
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
      );
    }
  }
}

/** When the two ends next hear of each other, if they can from now on. */
function nextHeard({ startedAt, silentSince }: CheckAttempt, now: Time): Time {
  if (silentSince === NEVER) return now;
  if (silentSince > startedAt) return retransmissionAfter(now, silentSince);
  let wait = FIRST_SYN_RETRANSMISSION;
  let next = startedAt + wait;
  while (next < now) {
    wait *= 2;
    next += wait;
  }
  return next;
}

/** Nothing will come: it ends by its bound. */
function stalled(attempt: CheckAttempt, bounds: CheckBounds): CheckAttempt {
  return { ...attempt, passes: false, endsAt: deadline(attempt, bounds) };
}

function answered(
  attempt: CheckAttempt,
  asked: Time,
  { kind, after, way, waits = 0 }: Answer,
  bounds: CheckBounds,
): CheckAttempt {
  const last = deadline(attempt, bounds);
  const answersAt = asked + after + (way?.exchangeAt(asked, QUESTION) ?? 0);
  return {
    ...attempt,
    waitsUntil: asked + waits,
    endsAt: Math.min(answersAt, last),
    passes: kind === 'ok' && answersAt <= last,
  };
}

/**
 * When the attempt ends at the latest. Left out: releases before June 2025, so 2.6.12 too, may
 * notice the end of a `timeout check` shorter than the bound on connecting only when the timer of
 * another check comes (1.0 s became up to 4.0 s with three servers, as measured).
 */
function deadline({ startedAt, connectedAt }: CheckAttempt, bounds: CheckBounds): Time {
  const { connect, answer, whole } = bounds;
  if (answer === undefined) return startedAt + whole;
  return connectedAt === NEVER ? startedAt + connect : connectedAt + answer;
}
