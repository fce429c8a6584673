/**
 * Measures a real HAProxy: `node test/real/haproxy/measure.mjs [row]... > samples.json`. A row of
 * checks takes 24 servers for half a minute a fault; `connections` counts what users meet.
 */
import { measureConnections } from './connections.ts';
import { round } from './checks.ts';
import { missing, Rig, version } from './rig.ts';
import { CHECK_ROWS } from './rows.ts';

const SERVERS = 24;

async function measureChecks(wanted: (name: string) => boolean) {
  const found: Record<string, Record<string, (number | null)[]>> = {};
  const rig = new Rig(12_000, SERVERS);
  await rig.start();
  try {
    for (const [name, row] of Object.entries(CHECK_ROWS).filter(([name]) => wanted(name))) {
      const samples: Record<string, (number | null)[]> = {};
      found[name] = samples;
      for (const fault of row.faults) {
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
const names = process.argv.slice(2);
const wanted = (name: string) => names.length === 0 || names.includes(name);
const checks = await measureChecks(wanted);
const connections = wanted('connections') ? await measureConnections() : undefined;
console.log(JSON.stringify({ version: version(), checks, connections }));
