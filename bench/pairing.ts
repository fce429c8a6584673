/**
 * How much of the noise of a comparison goes away because both sides meet the same failures:
 * `npm run pairing`. Each row runs two scenarios under one seed, and once more under two.
 */
import { downtimes, pairing, scenarioOf } from '../test/support/study/paired-runs.ts';

const REPLICATIONS = Number(process.argv[2] ?? 20_000);

const MACHINES = 'machine.crash: { mttf: 1 month, by: crew, repair: 24 h }';

interface Side {
  readonly topology: string;
  readonly failures?: string;
  readonly repair?: string;
}

const PAIRS: readonly (readonly [name: string, one: Side, other: Side])[] = [
  [
    'stacked 3 against external 3 + 3',
    { topology: 'controlPlanes: 3' },
    { topology: 'layout: external, controlPlanes: 3, etcdMembers: 3' },
  ],
  ['3 members against 5', { topology: 'controlPlanes: 3' }, { topology: 'controlPlanes: 5' }],
  [
    'repair 20 h against 24 h',
    { topology: 'controlPlanes: 3', failures: MACHINES.replace('24 h', '20 h') },
    { topology: 'controlPlanes: 3' },
  ],
  [
    'exponential repair, mean 20 h against 24 h',
    { topology: 'controlPlanes: 3', failures: MACHINES.replace('24 h', 'exponential 20 h') },
    { topology: 'controlPlanes: 3', failures: MACHINES.replace('24 h', 'exponential 24 h') },
  ],
  [
    'many crews against one',
    { topology: 'controlPlanes: 3' },
    { topology: 'controlPlanes: 3', repair: 'crews: 1' },
  ],
  [
    'external, no balancer against two HAProxy machines',
    { topology: 'layout: external' },
    { topology: 'layout: external, loadBalancer: haproxy-keepalived' },
  ],
  [
    'zones a, b, c against one of them called otherwise',
    { topology: 'zones: [a, b, c]', failures: `${MACHINES}, ${zoneOutage()}` },
    { topology: 'zones: [a, b, z]', failures: `${MACHINES}, ${zoneOutage()}` },
  ],
];

function zoneOutage(): string {
  return 'zone.outage: { mttf: 6 months, repair: exponential 12 h }';
}

function scenario({ topology, failures = MACHINES, repair }: Side, seed: number) {
  const shop = repair === undefined ? '' : `repair: { ${repair} }\n`;
  return scenarioOf(`seed: ${seed}\ntopology: { ${topology} }\nfailures: { ${failures} }\n${shop}`);
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
console.log(`Downtime of the quorum in a year, ${REPLICATIONS} replications.\n`);
console.log(row(['pair', 'correlation', 'variance of the difference / sum', 'under two seeds']));
console.log('|---|---:|---:|---:|');
for (const [name, one, other] of PAIRS) {
  const [left, right, apart] = [scenario(one, 1), scenario(other, 1), scenario(other, 2)].map(
    (asked) => downtimes(asked, REPLICATIONS),
  );
  const { correlation, varianceLeft } = pairing(left!, right!);
  const independent = pairing(left!, apart!).varianceLeft;
  const figures = [correlation, varianceLeft, independent].map((figure) => figure.toFixed(4));
  console.log(row([name, ...figures]));
}
