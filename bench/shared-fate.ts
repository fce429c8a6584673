/**
 * What each coupling of API servers and etcd members costs by itself, over the shipped scenarios,
 * written to docs/shared-fate.md: `npm run shared-fate` takes some two minutes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import {
  COUPLED,
  type Coupled,
  type Life,
  livesOf,
  mean,
} from '../test/support/study/shared-fate.ts';

const FILE = 'docs/shared-fate.md';
const MONTHS = 16;
const HOURS = 24;

const HEAD = [
  '| couplings | api.write lost | etcd.write lost | controllers lost | elections | kills |',
  '|---|---|---|---|---|---|',
];

function row(name: string, lives: readonly Life[]): string {
  const cells = [
    `${mean(lives, 'api').toFixed(2)} min`,
    `${mean(lives, 'etcd').toFixed(1)} s`,
    `${mean(lives, 'controllers').toFixed(1)} s`,
    mean(lives, 'elections').toFixed(1),
    mean(lives, 'kills').toFixed(1),
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
}

const names = Object.keys(COUPLED) as Coupled[];
const stacked = Object.fromEntries(
  names.map((coupled) => [coupled, livesOf('api-surge-stacked', coupled, MONTHS)]),
) as Record<Coupled, Life[]>;
const cost = (coupled: Coupled) => {
  return (mean(stacked[coupled], 'api') - mean(stacked.none, 'api')).toFixed(2);
};
const lines = [
  '# What each coupling costs',
  'With this page you can see how much downtime each coupling of API servers and etcd causes.',
  '`npm run shared-fate` makes it from the shipped scenarios with the couplings off and on, with',
  'the same failure history; means per replication. [The model](model.md#shared-fate) has',
  'the couplings; many of their numbers are assumptions.\n',
  `## An hour at the limit (\`api-shared-fate\`, ${HOURS} replications)\n`,
  ...HEAD,
  ...names.map((name) => row(name, livesOf('api-shared-fate', name, HOURS))),
  `\n## Two months of surges (\`api-surge-stacked\`, ${MONTHS} replications)\n`,
  ...HEAD,
  row('etcd elsewhere: `api-surge-external`', livesOf('api-surge-external', 'all', MONTHS)),
  ...names.map((name) => row(name, stacked[name])),
  `\nOf the ${cost('all')} min of \`api.write\` that all couplings cost, memory alone costs`,
  `${cost('memory alone')} min: etcd's share of each machine, unavailable during surges.`,
  'The disk causes elections; the cost of processors is within the noise of so few',
  'replications.\n',
];
writeFileSync(`${FILE}.tmp`, lines.join('\n'));
renameSync(`${FILE}.tmp`, FILE);
