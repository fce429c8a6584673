/** One member's place, whoever sits in it: what is under it and who starts its process again. */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Demand } from '../process/crash-point.ts';
import type { KeeperKind } from './etcd-plan.ts';
import { type MemberKeeper, type MemberProcess, SupervisedMember } from './member-keeper.ts';
import { SystemdMember } from './systemd-member.ts';

/** One reason why a process is frozen, known by its identity. */
export type Freeze = Readonly<Record<never, never>>;

export interface Seat {
  /** Whether the parts under the member work. */
  isUp: boolean;
  /** Whether something keeps the process running: its machine and its kubelet. */
  isKept: boolean;
  readonly keeper: MemberKeeper;
  /** Whoever waits for the process to end. */
  demands: Demand[];
  /** When a process that was asked to stop is killed. */
  killedAt: Time;
  readonly freezes: Set<Freeze>;
  frozenSince: Time;
  /** Whether its peers have given up streams to a process that does not answer. */
  isGivenUp: boolean;
}

export function newSeat(keeper: MemberKeeper): Seat {
  return {
    isUp: true,
    isKept: true,
    keeper,
    demands: [],
    killedAt: NEVER,
    freezes: new Set(),
    frozenSince: NEVER,
    isGivenUp: false,
  };
}

/** Who keeps a member's process where nobody else does. */
export function usualKeeper(kind: KeeperKind, name: string, process: MemberProcess): MemberKeeper {
  return kind === 'systemd' ? new SystemdMember(name, process) : new SupervisedMember(process);
}
