/**
 * Measures a real HAProxy: `node test/real/haproxy/measure.mjs [row | row/fault]... > FILE`, all of
 * it for test/real/haproxy/samples.json. A fault takes 24 servers half a minute or more;
 * `connections` counts what users meet.
 */

import { round } from './checks.ts';
import { measureConnections } from './connections.ts';
import { missing, Rig, version } from './rig.ts';
import { CHECK_ROWS } from './rows.ts';

const SERVERS = 24;
const asked = process.argv.slice(2);

/** Whether a row, or a fault of it, is to be measured. */
function isAsked(row: string): boolean {
  return asked.length === 0 || asked.some((one) => one.split('/')[0] === row);
}

function isWanted(row: string, fault: string): boolean {
  return asked.length === 0 || asked.includes(row) || asked.includes(`${row}/${fault}`);
}

async function measureChecks() {
  const found: Record<string, Record<string, (number | null)[]>> = {};
  const rig = new Rig(Number(process.env.FIRST_PORT ?? 12_000), SERVERS);
  await rig.start();
  try {
    for (const [name, row] of Object.entries(CHECK_ROWS).filter(([name]) => isAsked(name))) {
      const samples: Record<string, (number | null)[]> = {};
      found[name] = samples;
      for (const fault of row.faults.filter((one) => isWanted(name, one))) {
        const { down, up } = await round(rig, row, fault);
        samples[`${fault} to DOWN`] = down.sort((one, other) => Number(one) - Number(other));
        samples[`${fault} cured to UP`] = up.sort((one, other) => Number(one) - Number(other));
        console.error(name, fault, down[0], down.at(-1), up[0], up.at(-1));
      }
    }
  } finally {
    rig.stop();
  }
  return found;
}

const lacking = missing();
if (lacking !== undefined) throw new Error(`cannot measure: ${lacking}`);
const checks = await measureChecks();
const connections = isAsked('connections') ? await measureConnections() : undefined;
console.log(JSON.stringify({ version: version(), checks, connections }));
