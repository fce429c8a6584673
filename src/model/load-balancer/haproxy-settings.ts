/**
 * HAProxy's settings under HAProxy's own names, with the defaults of 2.6 and those of kubeadm's
 * sample. Left out is what a control plane's balancer has no use for: agents, cookies, queues,
 * `observe`, `spread-checks` and every algorithm but `roundrobin`.
 */
import { type Duration, SECOND } from '../../engine/clock.ts';

/** `server ... check`. */
export interface HaproxyServerSettings {
  readonly inter: Duration;
  /** Between checks that may change the state; `inter` where undefined. */
  readonly fastinter: Duration | undefined;
  /** Between checks of a server that is down; `inter` where undefined. */
  readonly downinter: Duration | undefined;
  readonly fall: number;
  readonly rise: number;
  /**
   * Whether checks begin with a TLS handshake. It needs the process: a server whose machine
   * accepts connections while its process is frozen fails such a check as not connected.
   */
  readonly checkSsl: boolean;
  readonly weight: number;
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
}

export interface HaproxySettings {
  readonly server: HaproxyServerSettings;
  readonly timeouts: HaproxyTimeouts;
  readonly retries: number;
  /**
   * `option redispatch`. Its interval is left out: under `roundrobin` every retry goes elsewhere
   * where there is an elsewhere (stream_choose_redispatch).
   */
  readonly redispatch: boolean;
}

/** HAProxy's defaults (include/haproxy/defaults.h: DEF_CHKINTR, DEF_FALLTIME, DEF_RISETIME). */
export const HAPROXY_SERVER: HaproxyServerSettings = {
  inter: 2 * SECOND,
  fastinter: undefined,
  downinter: undefined,
  fall: 3,
  rise: 2,
  checkSsl: true,
  weight: 1,
  slowstart: 0,
  shutdownSessions: false,
};

/** kubeadm's sample (kubeadm docs/ha-considerations.md). */
export const KUBEADM_HAPROXY: HaproxySettings = {
  server: HAPROXY_SERVER,
  timeouts: {
    connect: 5 * SECOND,
    check: 10 * SECOND,
    client: 35 * SECOND,
    server: 35 * SECOND,
  },
  retries: 1,
  redispatch: true,
};
