/** One member's place, whoever sits in it: what is under it and who starts its process again. */
import { NEVER, type Time } from '../../engine/clock.ts';
import { KUBELET_BACK_OFF, Supervisor } from '../supervisor.ts';

export interface Seat {
  /** Whether the parts under the member work. */
  isUp: boolean;
  /** Whether something keeps the process running: its machine and its kubelet. */
  isKept: boolean;
  readonly supervisor: Supervisor;
  respawnsAt: Time;
  freezes: number;
  frozenSince: Time;
  /** Whether its peers have given up streams to a process that does not answer. */
  isGivenUp: boolean;
}

export function newSeat(): Seat {
  const supervisor = new Supervisor(KUBELET_BACK_OFF);
  supervisor.restart(Number.NEGATIVE_INFINITY);
  const freeze = { freezes: 0, frozenSince: NEVER, isGivenUp: false };
  return { isUp: true, isKept: true, supervisor, respawnsAt: NEVER, ...freeze };
}
