/** HAProxy's settings in scenarios, wherever HAProxy stands. Nothing has a default here. */
import * as z from 'zod';
import { wholeDuration, wholeDurationOrZero } from './quantity-schema.ts';

const HAPROXY_VERSIONS = ['2.6.12', '3.3.0'] as const;
const CHECK_KINDS = ['httpchk', 'ssl-hello-chk', 'tcp-check'] as const;

const count = z.int().min(1).max(1000);

export const flag = (description: string) =>
  z
    .boolean()
    .optional()
    .meta({ description, examples: [true, false] });

export const length = (description: string, example: string) =>
  wholeDuration.optional().meta({ description, examples: [example] });

export const lengthOrZero = (description: string, example: string) =>
  wholeDurationOrZero.optional().meta({ description, examples: [example] });

export const counted = (description: string, example: number) =>
  count.optional().meta({ description, examples: [example] });

const weight = z.int().min(0).max(256);

export const haproxyTimeouts = z
  .strictObject({
    connect: length('For a connection to a server.', '5 s'),
    check: z
      .union([z.literal('none'), wholeDuration])
      .optional()
      .meta({
        description: 'For the answer to a check; `none`: `inter` bounds the whole check.',
        examples: ['10 s', 'none'],
      }),
    client: length('How long a client may say nothing.', '35 s'),
    server: length('How long a server may say nothing.', '35 s'),
    tunnel: length('How long both may; supersedes client and server.', '1 h'),
    serverFin: length("How long a server may once the client's side has ended; as server.", '1 s'),
  })
  .meta({
    description: "HAProxy's time-outs.",
    examples: [{ connect: '5 s', check: '10 s' }],
  });

/** HAProxy's settings but its `timeout`, which clouds have, too. */
export const haproxyKeys = {
  version: z
    .enum(HAPROXY_VERSIONS)
    .optional()
    .meta({
      description:
        'HAProxy: whose faults it has; 2.6.12 (Debian 12) notices a `timeout check` shorter than ' +
        '`inter` and `timeout connect` late, and takes `redispatch: 0` for true. 3.3.0 does not, ' +
        'nor do stable releases since mid-2025.',
      examples: [...HAPROXY_VERSIONS],
    }),
  check: z
    .enum(CHECK_KINDS)
    .optional()
    .meta({
      description:
        'HAProxy: what checks ask: `GET /healthz`, the greeting of TLS, or a connection alone, ' +
        'with TLS if `checkSsl` says so.',
      examples: [...CHECK_KINDS],
    }),
  inter: length('HAProxy: between checks.', '2 s'),
  fastinter: length('HAProxy: between checks that may turn it; as inter if left out.', '1 s'),
  downinter: length('HAProxy: between checks of a server that is down; as inter.', '5 s'),
  fall: counted('HAProxy: failed checks in a row that take a server out.', 3),
  rise: counted('HAProxy: good checks in a row that bring it back.', 2),
  slowstart: lengthOrZero('HAProxy: how long the weight of one that came up rises.', '30 s'),
  weight: z
    .union([weight, z.array(weight).min(1)])
    .optional()
    .meta({
      description: 'HAProxy: of each server, or of cp1, cp2, ...; 0: no new connections.',
      examples: [1, [10, 10, 0]],
    }),
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'HAProxy: further tries to connect to a server.', examples: [1, 3] }),
  redispatch: z
    .union([z.boolean(), z.int().min(-100).max(100)])
    .optional()
    .meta({
      description: 'HAProxy: whether further tries go to other servers; any N alike but for 0.',
      examples: [true, false, 3, -1],
    }),
  checkSsl: flag('HAProxy: whether checks begin with a TLS handshake; not ssl-hello-chk.'),
  onMarkedDown: z
    .enum(['none', 'shutdown-sessions'])
    .optional()
    .meta({
      description: 'HAProxy: what becomes of sessions to a server that is taken out.',
      examples: ['shutdown-sessions', 'none'],
    }),
};

export const haproxySchema = z
  .strictObject({ ...haproxyKeys, timeout: haproxyTimeouts.optional() })
  .meta({
    description: 'haproxy-keepalived, client-side: the settings of each HAProxy.',
    examples: [{ inter: '2 s', fall: 3, rise: 2, timeout: { check: '10 s' } }],
  });
