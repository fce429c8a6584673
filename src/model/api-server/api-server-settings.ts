/**
 * How long an API server takes for what, with the limits that its sources give. Laws are in
 * microseconds. Paths are those of kubernetes/kubernetes, or of kubernetes/apiserver where they
 * begin with `apiserver`.
 */
import { type Duration, MILLISECOND, MINUTE, SECOND } from '../../engine/clock.ts';
import type { LawPlan } from '../../engine/laws/law.ts';

/** Its etcd clients wait so long for a connection, then it exits (apiserver etcd3.go). */
export const DIAL_TIMEOUT: Duration = 20 * SECOND;

/**
 * From listening until it has what it needs of etcd, or else it exits: start-service-ip-repair-
 * controllers gives up after a minute (pkg/registry/core/rest/storage_core.go), and a hook that
 * gives up ends the process (apiserver pkg/server/hooks.go, runPostStartHook). Others poll for
 * 30 s, with requests of up to 60 s.
 */
export const HOOKS_TIMEOUT: Duration = MINUTE;

/** The etcd check of a health endpoint (apiserver storagebackend/config.go). */
export const CHECK_TIMEOUT: Duration = 2 * SECOND;

/** /readyz asks two checks one after the other, etcd and etcd-readiness (options/etcd.go). */
export const READYZ_CHECKS = 2;

/**
 * Told to stop it takes its address out of the kubernetes service, for two reconciler intervals of
 * 10 s at most (pkg/controlplane/controller/kubernetesservice/controller.go, Stop).
 */
export const DEREGISTRATION_TIMEOUT: Duration = 2 * 10 * SECOND;

/** A request is given up after so long (apiserver pkg/server/config.go, RequestTimeout). */
export const REQUEST_TIMEOUT: Duration = 60 * SECOND;

/**
 * What finds no connection to etcd is tried again 100 times, each 25 ms or so (etcd client/v3
 * options.go, defaultUnaryMaxRetries and defaultBackoffWaitBetween).
 */
export const CLIENT_RETRIES: Duration = 100 * 25 * MILLISECOND;

export interface ApiServerSettings {
  /** From its first connection to etcd until it listens. */
  readonly startUp: LawPlan;
  /** How long etcd must answer before its watch caches are full and its hooks done. */
  readonly warmUp: LawPlan;
  /** How long a health endpoint takes that has nothing to wait for. */
  readonly handling: Duration;
  /** --shutdown-delay-duration: it goes on as before, not ready (config.go; 0 by default). */
  readonly shutdownDelay: Duration;
  /** How long requests under way take to end while etcd answers. */
  readonly drain: Duration;
  /** Of the etcd members, which look so often whether they have a leader. */
  readonly electionTimeout: Duration;
}
