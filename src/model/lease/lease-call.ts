/**
 * One request about a lease, from when it is sent until it is answered or given up. A request under
 * way meets each new answer of its server as if it had been sent then, except one whose way was
 * gone. Left out: writes that take effect though their answer is lost, retransmission by TCP.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import { type Answer, answerAt, type Endpoint } from '../network/endpoint.ts';

/** A Get reads and an Update writes, so that one may be answered where the other is not. */
export type LeaseVerb = 'get' | 'update';

/** An API server as candidates meet it: with Updates, and with Gets where these meet another. */
export interface LeaseApi extends Endpoint {
  readonly reads?: Endpoint | undefined;
}

export interface LeaseCall {
  /** When the client gives up, whatever comes. */
  readonly limit: Time;
  readonly endsAt: Time;
  readonly succeeds: boolean;
  /** Nothing of it arrives any more. */
  readonly isLost: boolean;
}

/** A request sent at `now`, given up at `limit`, which may be past: then it is not sent. */
export function sentCall(answer: Answer, now: Time, limit: Time): LeaseCall {
  return meet({ limit, endsAt: limit, succeeds: false, isLost: false }, answer, now);
}

/** The same request from `now` on, under another answer of its server. */
export function meet(call: LeaseCall, answer: Answer, now: Time): LeaseCall {
  if (call.isLost) return call;
  const { limit } = call;
  const { kind, after } = answerAt(answer, now);
  if (limit <= now) return { ...call, endsAt: now, succeeds: false };
  switch (kind) {
    case 'ok':
    case 'error': {
      const isInTime = now + after < limit;
      const endsAt = isInTime ? now + after : limit;
      return { ...call, endsAt, succeeds: isInTime && kind === 'ok' };
    }
    case 'refusal':
      return { ...call, endsAt: now, succeeds: false };
    case 'hang':
      return { ...call, endsAt: limit, succeeds: false };
    case 'silence':
      return { ...call, endsAt: limit, succeeds: false, isLost: true };
  }
}

/** How long a call takes that is given up after `timeout`. */
export function callLength(answer: Answer, timeout: Duration): Duration {
  return sentCall(answer, 0, timeout).endsAt;
}

/** Whether calls get through before they are given up. */
export function getsThrough(answer: Answer, timeout: Duration): boolean {
  return answer.kind === 'ok' && answer.after < timeout;
}
