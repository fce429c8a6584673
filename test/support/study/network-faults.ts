/**
 * What a network between machines costs while it is bad for five minutes, over replications: an
 * external control plane of three and three behind two HAProxies and keepalived.
 */
import { MINUTE } from '../../../src/engine/clock.ts';
import { Lived } from './lived.ts';
import { scenarioOf } from './stories.ts';

const REPLICATIONS = 30;
const FAULT = 2 * MINUTE;
const LENGTH = 5 * MINUTE;

const SERVERS = ['cp1', 'cp2', 'cp3'];
const BALANCERS = ['lb1', 'lb2'];

/** Ranges of what is lost, of who is taken for down, ended and started, and of who takes over. */
export function networkFault(effect: string): string {
  const lived = new Lived(
    scenarioOf(`
quorate: 1
horizon: 12 min
topology:
  layout: external
  controlPlanes: 3
  loadBalancer: { kind: haproxy-keepalived, machines: 2 }
clients: { timeout: 10 s }
failures: {}
events: [{ name: fault, at: 2 min, for: 5 min, ${effect.split('\n').join(' ')} }]
objectives: ['availability(api.write) >= 1 %']
`),
  );
  const all = Array.from({ length: REPLICATIONS }, (_, replication) => {
    return look(lived.live(replication));
  });
  const row = (word: string, of: (one: Looked) => number, unit = '') => {
    return `${word.padEnd(24)} ${range(all.map(of))}${unit}`;
  };
  const phases = [...new Set(all.flatMap(({ phases: names }) => names))].sort();
  return [
    row('api.write at its lowest', ({ lowest }) => lowest),
    row('api.write lost', ({ write }) => write, ' s'),
    row('  of it afterwards', ({ after }) => after, ' s'),
    row('api.cachedRead lost', ({ cached }) => cached, ' s'),
    row('controllers lost', ({ controllers }) => controllers, ' s'),
    row('etcd.write lost', ({ etcd }) => etcd, ' s'),
    row('servers marked down', ({ down }) => down),
    row('servers asked to stop', ({ asked }) => asked),
    row('takeovers', ({ takeovers }) => takeovers),
    `${'waits for'.padEnd(24)} ${phases.join(', ') || 'nothing'}`,
  ].join('\n');
}

type Looked = ReturnType<typeof look>;

function look(lived: Lived) {
  const end = FAULT + LENGTH;
  const during = lived.stepsOf('api.write').filter(({ time }) => time <= end);
  const lost = (level: string, from = FAULT) => lived.lost(level, from, end + LENGTH);
  const count = (subject: string, state: string) => lived.seconds(subject, state, FAULT).length;
  const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);
  return {
    lowest: Math.min(...during.map(({ value }) => value)),
    write: lost('api.write'),
    after: lost('api.write', end),
    cached: lost('api.cachedRead'),
    controllers: lost('controllers'),
    etcd: lost('etcd.write'),
    down: sum(
      BALANCERS.flatMap((balancer) =>
        SERVERS.map((server) => {
          return count(`${balancer}.haproxy/${server}.apiServer/healthz`, 'marked down');
        }),
      ),
    ),
    asked: sum(SERVERS.map((server) => count(`${server}.apiServer`, 'is asked to stop'))),
    takeovers: sum(BALANCERS.map((balancer) => count(`keepalived/${balancer}`, 'master'))),
    phases: Object.keys(lived.totals('api.write').phases),
  };
}

/** `least..most`, or one where they are the same. */
function range(values: readonly number[]): string {
  const text = (value: number) => `${Math.round(value * 100) / 100}`;
  const least = text(Math.min(...values));
  const most = text(Math.max(...values));
  return least === most ? least : `${least}..${most}`;
}
