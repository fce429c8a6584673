/**
 * HAProxy's settings under HAProxy's own names, with the defaults of 2.6 and those of kubeadm's
 * sample. Left out is what a control plane's balancer has no use for: agents, cookies, queues,
 * `observe`, `spread-checks` and every algorithm but `roundrobin`.
 */
import type { Duration } from '../../../engine/clock.ts';

/**
 * What a check asks: `option httpchk GET /healthz`; `option ssl-hello-chk`, any answer to the
 * greeting of a TLS client; or `option tcp-check`, or no option at all, a connection alone.
 */
export type CheckKind = 'httpchk' | 'ssl-hello-chk' | 'tcp-check';

/**
 * Whose faults there are: of 2.6.12, as in Debian 12, or of 3.3, whose cures went to the stable
 * releases of mid-2025, too (commits 7c788f098 and e9b774f4b).
 */
export type HaproxyVersion = '2.6.12' | '3.3.0';

/** `server ... check`. */
export interface HaproxyServerSettings {
  readonly inter: Duration;
  /** Between checks that may change the state; `inter` where undefined. */
  readonly fastinter: Duration | undefined;
  /** Between checks of a server that is down; `inter` where undefined. */
  readonly downinter: Duration | undefined;
  readonly fall: number;
  readonly rise: number;
  readonly check: CheckKind;
  /**
   * `check-ssl`: whether checks begin with a TLS handshake. It needs the process: a server whose
   * machine accepts connections while its process is frozen fails such a check as not connected.
   */
  readonly checkSsl: boolean;
  /** One for all, or one a server; who has 0 gets no new connections. */
  readonly weight: number | readonly number[];
  /** How long the weight of a server that has come up rises; 0 for not at all. */
  readonly slowstart: Duration;
  /** `on-marked-down shutdown-sessions`. */
  readonly shutdownSessions: boolean;
}

/** `timeout ...`. */
export interface HaproxyTimeouts {
  readonly connect: Duration;
  /** For the answer to a check, once it is connected; undefined where `inter` bounds it all. */
  readonly check: Duration | undefined;
  readonly client: Duration;
  readonly server: Duration;
  /** Supersedes both of these once a connection stands; undefined where they hold. */
  readonly tunnel: Duration | undefined;
  /** From the end of the client's side to that of the server's; `server` where undefined. */
  readonly serverFin: Duration | undefined;
}

export interface HaproxySettings {
  readonly version: HaproxyVersion;
  readonly server: HaproxyServerSettings;
  readonly timeouts: HaproxyTimeouts;
  readonly retries: number;
  /**
   * `option redispatch`, whatever its interval: under `roundrobin` every retry goes elsewhere where
   * there is an elsewhere (stream_choose_redispatch).
   */
  readonly redispatch: boolean;
}
