/**
 * The only container of a static pod: its kubelet, which starts it, and again, and it as a process
 * that faults may befall.
 */
import type { Effects } from '../../engine/effects.ts';
import type { Part } from '../parts/part.ts';
import { KeptProcess, type Mortal } from './kept-process.ts';
import { type Container, Kubelet, type KubeletSettings, type KubeletStreams } from './kubelet.ts';
import type { ProbePlans } from './kubelet-probes.ts';

/** Where a container is, and how its kubelet keeps it. */
export interface PodSite {
  readonly machine: Part;
  /** What fails it keeps the process down: a part of its own, or its machine. */
  readonly host: Part;
  readonly probes: ProbePlans;
  readonly settings: KubeletSettings;
  readonly streams: KubeletStreams;
  /** The probes' ticks are ranked from here on. */
  readonly rank: number;
}

export interface MortalContainer extends Container {
  /** Whether there is a process, be it one that starts. */
  readonly exists: boolean;
  readonly isFrozen: boolean;
  freeze(effects: Effects): void;
  thaw(effects: Effects): void;
}

export function podKubelet(container: Container, site: PodSite): Kubelet {
  const { machine, host, probes, settings, streams, rank } = site;
  const kubelet = new Kubelet(container, probes, settings, streams, rank);
  host.watch({
    partStopped: (_host, effects) => {
      kubelet.machineStopped(effects);
      container.kill(effects);
    },
    partStarted: (_host, effects) => kubelet.machineStarted(effects),
  });
  machine.watch({ partStopped: () => kubelet.machineWentOff(), partStarted: () => {} });
  return kubelet;
}

/**
 * @param whenEnded has whoever is handed to it called when the process has ended
 * @param own what SIGKILL and SIGTERM do, if more than the container's own part of it
 */
export function keptContainer(
  container: MortalContainer,
  kubelet: Kubelet,
  { host, settings }: Pick<PodSite, 'host' | 'settings'>,
  whenEnded: (listener: Mortal['onEnd']) => void,
  own: Partial<Pick<Mortal, 'kill' | 'terminate'>> = {},
): KeptProcess {
  const mortal: Mortal = {
    get isRunning() {
      return container.exists;
    },
    get isFrozen() {
      return container.isFrozen;
    },
    onEnd: () => {},
    kill: (effects) => container.kill(effects),
    freeze: (effects) => container.freeze(effects),
    thaw: (effects) => container.thaw(effects),
    letGo: (effects) => kubelet.machineStopped(effects),
    terminate: (effects) => container.terminate(effects),
    start: (effects) => {
      if (host.works && kubelet.stage === 'off') kubelet.machineStarted(effects);
    },
    ...own,
  };
  whenEnded((effects) => mortal.onEnd(effects));
  return new KeptProcess(mortal, settings.gracePeriod);
}
