/**
 * A candidate for a lease as the only container of a static pod, whose kubelet starts it, and
 * again, and as a process that faults may befall.
 */
import type { Part } from '../part.ts';
import { KeptProcess, type Mortal } from './kept-process.ts';
import { Kubelet, type KubeletSettings, type KubeletStreams } from './kubelet.ts';
import type { ProbePlans } from './kubelet-probes.ts';
import type { LeaseHolder } from './lease-holder.ts';

/** Where a candidate's process is, and how its kubelet keeps it. */
export interface CandidateSite {
  readonly machine: Part;
  /** What fails it keeps the process down: a part of its own, or its machine. */
  readonly host: Part;
  readonly probes: ProbePlans;
  readonly settings: KubeletSettings;
  readonly streams: KubeletStreams;
  /** The probes' ticks are ranked from here on. */
  readonly rank: number;
}

export function candidateKubelet(holder: LeaseHolder, site: CandidateSite): Kubelet {
  const { machine, host, probes, settings, streams, rank } = site;
  const kubelet = new Kubelet(holder, probes, settings, streams, rank);
  holder.keeper = kubelet;
  host.watch({
    partStopped: (_host, effects) => {
      kubelet.machineStopped(effects);
      holder.kill(effects);
    },
    partStarted: (_host, effects) => kubelet.machineStarted(effects),
  });
  machine.watch({ partStopped: () => kubelet.machineWentOff(), partStarted: () => {} });
  return kubelet;
}

/** @param own what SIGKILL and SIGTERM do, if more than the candidate's own part of it */
export function keptCandidate(
  holder: LeaseHolder,
  kubelet: Kubelet,
  { host, settings }: Pick<CandidateSite, 'host' | 'settings'>,
  own: Partial<Pick<Mortal, 'kill' | 'terminate'>> = {},
): KeptProcess {
  const mortal: Mortal = {
    get isRunning() {
      return holder.isAlive;
    },
    get isFrozen() {
      return holder.isFrozen;
    },
    onEnd: () => {},
    kill: (effects) => holder.kill(effects),
    freeze: (effects) => holder.freeze(effects),
    thaw: (effects) => holder.thaw(effects),
    letGo: (effects) => kubelet.machineStopped(effects),
    terminate: (effects) => holder.terminate(effects),
    start: (effects) => {
      if (host.works && kubelet.stage === 'off') kubelet.machineStarted(effects);
    },
    ...own,
  };
  holder.onEnd = (effects) => mortal.onEnd(effects);
  return new KeptProcess(mortal, settings.gracePeriod);
}
