/** HAProxy's settings in scenarios, wherever HAProxy stands. */
import * as z from 'zod';
import { type Condition, type Default, likeBeside, optionalKey, type Written } from './key.ts';
import { wholeDuration, wholeDurationOrZero } from './quantity-schema.ts';

const HAPROXY_VERSIONS = ['2.6.12', '3.3.0'] as const;
const CHECK_KINDS = ['httpchk', 'ssl-hello-chk', 'tcp-check'] as const;

const FILE = 'HAProxy 2.6, include/haproxy/defaults.h';
const MANUAL = 'HAProxy 2.6, doc/configuration.txt';
export const KUBEADM_SAMPLE = 'kubeadm docs/ha-considerations.md';

const weight = z.int().min(0).max(256);
const count = z.int().min(1).max(1000);

/** A default that holds where `when` does. */
export function defaultWhere(when: Condition | undefined) {
  return (value: Written, source: string, evidence: Default['evidence'] = 'V'): Default[] => [
    { value, source, evidence, ...(when === undefined ? {} : { when }) },
  ];
}

const timeouts = {
  connect: optionalKey(wholeDuration, {
    description: 'For a connection to a server.',
    examples: ['5 s'],
    defaults: [{ value: '5 s', source: KUBEADM_SAMPLE, evidence: 'V' }],
  }),
  check: optionalKey(z.union([z.literal('none'), wholeDuration]), {
    description: 'For the answer to a check; `none`: `inter` bounds the whole check.',
    examples: ['10 s', 'none'],
    defaults: [{ value: '10 s', source: KUBEADM_SAMPLE, evidence: 'V' }],
  }),
  client: optionalKey(wholeDuration, {
    description: 'How long a client may say nothing.',
    examples: ['35 s'],
    defaults: [{ value: '35 s', source: KUBEADM_SAMPLE, evidence: 'V' }],
  }),
  server: optionalKey(wholeDuration, {
    description: 'How long a server may say nothing.',
    examples: ['35 s'],
    defaults: [{ value: '35 s', source: KUBEADM_SAMPLE, evidence: 'V' }],
  }),
  tunnel: optionalKey(wholeDuration, {
    description: 'How long both may; supersedes client and server.',
    examples: ['1 h'],
  }),
  serverFin: optionalKey(wholeDuration, {
    description: "How long a server may once the client's side has ended; as server.",
    examples: ['1 s'],
  }),
};

export const haproxyTimeouts = z.strictObject(timeouts);

/** HAProxy's settings but its `timeout`, which clouds have, too. */
export function haproxyKeys(when?: Condition) {
  const byDefault = defaultWhere(when);
  const like = (key: string): Default[] => [
    { ...likeBeside(key, MANUAL), ...(when === undefined ? {} : { when }) },
  ];
  const sample = (value: Written) => byDefault(value, KUBEADM_SAMPLE);
  return {
    version: optionalKey(z.enum(HAPROXY_VERSIONS), {
      description:
        'HAProxy: whose faults it has; 2.6.12 (Debian 12) notices a `timeout check` shorter than ' +
        '`inter` and `timeout connect` late, and takes `redispatch: 0` for true. 3.3.0 does not, ' +
        'nor do stable releases since mid-2025.',
      examples: [...HAPROXY_VERSIONS],
      defaults: byDefault('2.6.12', "Debian 12's, as measured"),
    }),
    check: optionalKey(z.enum(CHECK_KINDS), {
      description:
        'HAProxy: what checks ask: `GET /healthz`, the greeting of TLS, or a connection alone, ' +
        'with TLS if `checkSsl` says so.',
      examples: [...CHECK_KINDS],
      defaults: sample('httpchk'),
    }),
    inter: optionalKey(wholeDuration, {
      description: 'HAProxy: between checks.',
      examples: ['2 s'],
      defaults: byDefault('2 s', FILE),
    }),
    fastinter: optionalKey(wholeDuration, {
      description: 'HAProxy: between checks that may turn it; as inter if left out.',
      examples: ['1 s'],
      defaults: like('inter'),
    }),
    downinter: optionalKey(wholeDuration, {
      description: 'HAProxy: between checks of a server that is down; as inter.',
      examples: ['5 s'],
      defaults: like('inter'),
    }),
    fall: optionalKey(count, {
      description: 'HAProxy: failed checks in a row that take a server out.',
      examples: [3],
      defaults: byDefault(3, FILE),
    }),
    rise: optionalKey(count, {
      description: 'HAProxy: good checks in a row that bring it back.',
      examples: [2],
      defaults: byDefault(2, FILE),
    }),
    slowstart: optionalKey(wholeDurationOrZero, {
      description: 'HAProxy: how long the weight of one that came up rises.',
      examples: ['30 s'],
      defaults: byDefault('0 s', MANUAL),
    }),
    weight: optionalKey(z.union([weight, z.array(weight).min(1)]), {
      description: 'HAProxy: of each server, or of cp1, cp2, ...; 0: no new connections.',
      examples: [1, [10, 10, 0]],
      defaults: byDefault(1, MANUAL),
    }),
    retries: optionalKey(z.int().min(0).max(100), {
      description: 'HAProxy: further tries to connect to a server.',
      examples: [1, 3],
      defaults: sample(1),
    }),
    redispatch: optionalKey(z.union([z.boolean(), z.int().min(-100).max(100)]), {
      description: 'HAProxy: whether further tries go to other servers; any N alike but for 0.',
      examples: [true, false, 3, -1],
      defaults: sample(true),
    }),
    checkSsl: optionalKey(z.boolean(), {
      description: 'HAProxy: whether checks begin with a TLS handshake; not ssl-hello-chk.',
      examples: [true, false],
      defaults: sample(true),
    }),
    onMarkedDown: optionalKey(z.enum(['none', 'shutdown-sessions']), {
      description: 'HAProxy: what becomes of sessions to a server that is taken out.',
      examples: ['shutdown-sessions', 'none'],
      defaults: byDefault('none', MANUAL),
    }),
  };
}

export const haproxySchema = z.strictObject({
  ...haproxyKeys(),
  timeout: optionalKey(haproxyTimeouts, {
    description: "HAProxy's time-outs.",
    examples: [{ connect: '5 s', check: '10 s' }],
    defaults: [{ value: {}, source: '', evidence: 'V' }],
  }),
});
