/** `topology.loadBalancer` as a plan: the software's own numbers, and what a scenario changes. */

import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { AWS_NLB, GCP_PASSTHROUGH, KUBEADM_TRACK_SCRIPT } from '../../support/defaults.ts';
import { parse } from '../parsing.ts';

const balancerOf = (written: string) =>
  parse(`topology: { loadBalancer: ${written} }\nclients: {}`).topology.kubernetes!.balancer;

describe('a load balancer', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['haproxy', { kind: 'haproxy', machine: 'lb1' }],
    ['{ kind: haproxy, machines: 1 }', { kind: 'haproxy', machine: 'lb1' }],
    ['haproxy-keepalived', { kind: 'haproxy-keepalived', machines: ['lb1', 'lb2'] }],
    ['kube-vip', { kind: 'kube-vip' }],
    ['cloud', { kind: 'cloud', cloud: AWS_NLB }],
    ['{ kind: cloud, provider: aws-nlb }', { kind: 'cloud', cloud: AWS_NLB }],
    ['client-side', { kind: 'client-side', clients: 10 }],
    ['dns', { kind: 'dns', ttl: 60 * SECOND }],
  ])('%s takes the numbers of its software', (written, plan) => {
    expect(balancerOf(written)).toMatchObject(plan);
  });

  it('of HAProxy takes settings one by one', () => {
    expect(
      balancerOf(`{ kind: haproxy, inter: 500 ms, fastinter: 100 ms, downinter: 1 s, fall: 2,
  slowstart: 30 s, weight: [10, 1, 0], retries: 3, redispatch: false, checkSsl: false,
  check: tcp-check, version: 3.3.0, onMarkedDown: shutdown-sessions,
  timeout: { check: none, client: 1 s, tunnel: 1 h, serverFin: 2 s } }`),
    ).toEqual({
      kind: 'haproxy',
      machine: 'lb1',
      haproxy: {
        version: '3.3.0',
        server: {
          inter: 500 * MILLISECOND,
          fastinter: 100 * MILLISECOND,
          downinter: SECOND,
          fall: 2,
          rise: 2,
          slowstart: 30 * SECOND,
          weight: [10, 1, 0],
          check: 'tcp-check',
          checkSsl: false,
          shutdownSessions: true,
        },
        timeouts: {
          connect: 5 * SECOND,
          check: undefined,
          client: SECOND,
          server: 35 * SECOND,
          tunnel: 3600 * SECOND,
          serverFin: 2 * SECOND,
        },
        retries: 3,
        redispatch: false,
      },
    });
  });

  it.each([
    ['redispatch: 0', true],
    ['redispatch: 0, version: 3.3.0', false],
    ['redispatch: 3', true],
    ['redispatch: -1', true],
    ['redispatch: false', false],
  ])('of HAProxy takes %s as %s, as its release does', (written, redispatch) => {
    const plan = balancerOf(`{ kind: haproxy, ${written} }`);
    expect(plan).toMatchObject({ haproxy: { redispatch } });
  });

  it('of keepalived takes settings of each of its parts', () => {
    const plan = balancerOf(`{ kind: haproxy-keepalived, machines: 3,
  haproxy: { timeout: { check: 3 s } }, script: none,
  vrrp: { version: 3, advert_int: 100 ms, preempt: false, preempt_delay: 5 s } }`);
    expect(plan).toMatchObject({
      machines: ['lb1', 'lb2', 'lb3'],
      haproxy: { timeouts: { connect: 5 * SECOND, check: 3 * SECOND } },
      vrrp: {
        version: 3,
        advertInt: 100 * MILLISECOND,
        preempt: false,
        preemptDelay: 5 * SECOND,
        priorities: [101, 100, 100],
      },
      script: undefined,
    });
    expect(balancerOf('{ kind: haproxy-keepalived, script: { fall: 2 } }')).toMatchObject({
      script: { ...KUBEADM_TRACK_SCRIPT, fall: 2 },
    });
  });

  it('of the others too', () => {
    expect(balancerOf('{ kind: kube-vip, leaseDuration: 15 s }')).toMatchObject({
      times: { leaseDuration: 15 * SECOND, renewDeadline: 3 * SECOND },
    });
    const cloud = '{ kind: cloud, provider: gcp-passthrough, timeout: 1 s, failOpen: false }';
    expect(balancerOf(cloud)).toMatchObject({
      cloud: { ...GCP_PASSTHROUGH, timeout: SECOND, failOpen: false },
    });
    const clients = '{ kind: client-side, clients: 3, haproxy: { inter: 1 s } }';
    expect(balancerOf(clients)).toMatchObject({
      clients: 3,
      haproxy: { server: { inter: SECOND } },
    });
    expect(balancerOf('{ kind: dns, ttl: 0 s }')).toEqual({ kind: 'dns', ttl: 0 });
  });
});
