/**
 * What holds of API servers, controllers and their users where a scenario says nothing, each value
 * with its source. V: read in the source; A: an assumption of ours. The model's own constants say
 * the same; a test holds them against each other.
 */

import {
  type ApiServerSection,
  apiServerSchema,
  type ClientsSection,
  type ControllersSection,
  clientsSchema,
  controllersSchema,
  type KubernetesVersion,
} from './catalogue/kubernetes-schema.ts';
import type { ScenarioFile } from './catalogue/scenario-schema.ts';
import { type Complete, over, type SourcedDefault, sectionsOf } from './defaults.ts';

export interface KubernetesSettings {
  readonly version: KubernetesVersion;
  readonly apiServer: Complete<ApiServerSection>;
  readonly controllers: Complete<ControllersSection>;
  readonly clients: Complete<ClientsSection>;
}

const DEFAULT_VERSION: KubernetesVersion = '1.36';

const LEASE_SOURCE = 'component-base config/v1alpha1/defaults.go';

const GATE = 'ControllerManagerReleaseLeaderElectionLockOnExit';

/** Since this version a controller manager gives its lease back, if the plan holds. */
const RELEASES_SINCE = 37;

function releaseOnExit(version: KubernetesVersion): SourcedDefault {
  const path = ['controllers', 'releaseOnExit'] as const;
  if (minorOf(version) < RELEASES_SINCE) {
    const source =
      `${GATE} is alpha and off in 1.36, and was not there before ` +
      '(controller-manager/pkg/features/kube_features.go)';
    return { path, value: false, source, evidence: 'V' };
  }
  const source =
    `${GATE} is planned to be beta and on in 1.37 (KEP-5366, kubernetes/enhancements#6142); ` +
    'the change itself, kubernetes#139946, was still open';
  return { path, value: true, source, evidence: 'A' };
}

const OTHERS: readonly SourcedDefault[] = [
  {
    path: ['kubernetes', 'version'],
    value: DEFAULT_VERSION,
    source: 'a choice of Quorate',
    evidence: 'A',
  },
  {
    path: ['apiServer', 'startUp'],
    value: { uniform: ['2 s', '6 s'] },
    source: 'from start to listening on an idle machine',
    evidence: 'A',
  },
  {
    path: ['apiServer', 'warmUp'],
    value: { uniform: ['1 s', '4 s'] },
    source: 'the lists of some thousand objects',
    evidence: 'A',
  },
  {
    path: ['apiServer', 'handling'],
    value: '5 ms',
    source: 'a health endpoint that has nothing to wait for',
    evidence: 'A',
  },
  {
    path: ['apiServer', 'shutdownDelay'],
    value: '0 s',
    source:
      'kubernetes/apiserver pkg/server/config.go: 0 unless --shutdown-delay-duration says more',
    evidence: 'V',
  },
  {
    path: ['apiServer', 'drain'],
    value: '1 s',
    source: 'ordinary requests take less',
    evidence: 'A',
  },
  { path: ['controllers', 'leaseDuration'], value: '15 s', source: LEASE_SOURCE, evidence: 'V' },
  { path: ['controllers', 'renewDeadline'], value: '10 s', source: LEASE_SOURCE, evidence: 'V' },
  { path: ['controllers', 'retryPeriod'], value: '2 s', source: LEASE_SOURCE, evidence: 'V' },
  {
    path: ['controllers', 'startUp'],
    value: { uniform: ['1 s', '3 s'] },
    source: 'reading its configuration and its first words with an API server',
    evidence: 'A',
  },
  {
    path: ['clients', 'timeout'],
    value: '10 s',
    source: 'what people and pipelines put up with; kubectl itself waits without end',
    evidence: 'A',
  },
  {
    path: ['clients', 'established'],
    value: '0 %',
    source: 'the harder case: all that people and pipelines send opens a connection',
    evidence: 'A',
  },
];

export function kubernetesDefaults(version: KubernetesVersion): readonly SourcedDefault[] {
  return [...OTHERS, releaseOnExit(version)];
}

/** Of the version that the file names, or of the usual one. */
export function kubernetesDefaultsOf(file: ScenarioFile): readonly SourcedDefault[] {
  return kubernetesDefaults(file.kubernetes?.version ?? DEFAULT_VERSION);
}

/** What the file says, over the defaults. */
export function kubernetesSettings(file: ScenarioFile): KubernetesSettings {
  const usual = sectionsOf(kubernetesDefaultsOf(file));
  const apiServer = over(apiServerSchema.parse(usual.apiServer), file.apiServer);
  const controllers = over(controllersSchema.parse(usual.controllers), file.controllers);
  const clients = over(clientsSchema.parse(usual.clients), file.clients);
  return {
    version: file.kubernetes?.version ?? DEFAULT_VERSION,
    apiServer: apiServer as KubernetesSettings['apiServer'],
    controllers: controllers as KubernetesSettings['controllers'],
    clients: clients as KubernetesSettings['clients'],
  };
}

/** 36 of 1.36. */
export function minorOf(version: KubernetesVersion): number {
  return Number(version.split('.')[1]);
}
