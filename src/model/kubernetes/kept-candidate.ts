/** A candidate for a lease as a process that the kubelet keeps. */
import type { Duration } from '../../engine/clock.ts';
import { KeptProcess, type Mortal } from './kept-process.ts';
import type { LeaseHolder } from './lease-holder.ts';

/** @param own what SIGKILL and SIGTERM do, if more than the candidate's own part of it */
export function keptCandidate(
  holder: LeaseHolder,
  grace: Duration,
  own: Partial<Pick<Mortal, 'kill' | 'terminate'>> = {},
): KeptProcess {
  const mortal: Mortal = {
    get isRunning() {
      return holder.isRunning;
    },
    get isFrozen() {
      return holder.isFrozen;
    },
    onEnd: () => {},
    kill: (effects) => holder.crash(effects),
    freeze: (effects) => holder.freeze(effects),
    thaw: (effects) => holder.thaw(effects),
    letGo: (effects) => holder.letGo(effects),
    terminate: (effects) => holder.stop(effects),
    start: (effects) => holder.start(effects),
    ...own,
  };
  holder.onEnd = (effects) => mortal.onEnd(effects);
  return new KeptProcess(mortal, grace);
}
