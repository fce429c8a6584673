/** Makes the reports of the shipped scenarios again: `npm run reports`. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const names = readdirSync('scenarios')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

const rows = names.map((name) => {
  const scenario = `scenarios/${name}.yaml`;
  const output = `reports/${name}.md`;
  const args = ['dist/cli/main.js', 'run', scenario, '--quiet', '--out', output];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  // An objective that is missed (1) or undecided (4) is an answer too.
  if (![0, 1, 4].includes(status)) throw new Error(`${scenario}: ${stderr}`);
  console.log(output);
  const question = readFileSync(scenario, 'utf8').split('\n')[0].replace(/^#\s*/, '');
  return `- [${name}](${name}.md): ${question}`;
});

const index = [
  '# Reports of the shipped scenarios',
  '',
  'Made by `npm run reports` from [scenarios/](../scenarios/); the same seed gives the same bytes.',
  '[Against exact numbers](oracles.md) is made by `npm run oracles`,',
  '[against real etcd](etcd-measured.md) by `npm run measured`.',
  '',
  ...rows,
  '',
];
writeFileSync('reports/README.md', index.join('\n'));
