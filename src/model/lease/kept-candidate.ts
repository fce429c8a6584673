/** A candidate for a lease as the only container of a static pod. */
import { keptContainer, type PodSite, podKubelet } from '../process/kept-container.ts';
import type { KeptProcess, Mortal } from '../process/kept-process.ts';
import type { Kubelet } from '../process/kubelet.ts';
import type { LeaseHolder } from './lease-holder.ts';

export function candidateKubelet(holder: LeaseHolder, site: PodSite): Kubelet {
  const kubelet = podKubelet(holder, site);
  holder.keeper = kubelet;
  return kubelet;
}

/** @param own what SIGKILL and SIGTERM do, if more than the candidate's own part of it */
export function keptCandidate(
  holder: LeaseHolder,
  kubelet: Kubelet,
  site: Pick<PodSite, 'host' | 'settings'>,
  own: Partial<Pick<Mortal, 'kill' | 'terminate'>> = {},
): KeptProcess {
  const whenEnded = (listener: Mortal['onEnd']) => {
    holder.onEnd = listener;
  };
  return keptContainer(holder, kubelet, site, whenEnded, own);
}
