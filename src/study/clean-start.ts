/**
 * Whether a replication starts from a clean state: what a replication that has run left behind must
 * not show in the next. Two worlds that have just begun the same replication, one that has lived
 * through others and one that was made for it, are compared field by field, whatever their classes,
 * so that a field that nobody sets back is found by itself. What closures hold is not seen.
 */
import { EventQueue } from '../engine/event-queue.ts';
import { RandomStreams } from '../engine/random-streams.ts';

/** Fields without an effect on what happens: remembered answers, counts of work, who looks on. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['memo', 'executed', 'observer']);

interface Pair {
  readonly fresh: unknown;
  readonly used: unknown;
  readonly name: string;
  readonly parent: Pair | undefined;
}

interface Comparison {
  /** The first field that differs, such as `faults.modes[3].age is 7, not 0`. */
  readonly difference: string | undefined;
  /** Fields looked at. */
  readonly looked: number;
}

export function compareStarts(fresh: object, used: object): Comparison {
  const partners = new Map<unknown, unknown>();
  // Broad first, so that what differs is named by a short path.
  const pairs: Pair[] = [{ fresh, used, name: '', parent: undefined }];
  let looked = 0;
  for (let index = 0; index < pairs.length; index++) {
    const parent = pairs[index]!;
    // Each object has one partner for good, so that what is one object here is one there.
    if (partners.get(parent.fresh) === parent.used) continue;
    if (!arePaired(parent, partners)) return { difference: told(parent), looked };
    const one = fieldsOf(parent.fresh as object);
    const other = fieldsOf(parent.used as object);
    for (const name of namesOf(one, other)) {
      looked++;
      const pair = { fresh: one[name], used: other[name], name, parent };
      if (isAlike(pair.fresh, pair.used) || WITHOUT_EFFECT.has(name)) continue;
      if (typeof pair.fresh !== 'object') return { difference: told(pair), looked };
      pairs.push(pair);
    }
  }
  return { difference: undefined, looked };
}

function isAlike(fresh: unknown, used: unknown): boolean {
  if (typeof fresh === 'function') return typeof used === 'function';
  return Object.is(fresh, used);
}

function arePaired({ fresh, used }: Pair, partners: Map<unknown, unknown>): boolean {
  if (typeof fresh !== 'object' || typeof used !== 'object') return false;
  if (fresh === null || used === null || partners.has(fresh)) return false;
  partners.set(fresh, used);
  return fresh.constructor === used.constructor;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: object): Fields {
  if (value instanceof Map || value instanceof Set) return [...value] as unknown as Fields;
  // Streams in use are found where they are; some are made when they are first asked for.
  if (value instanceof RandomStreams) return {};
  // What lies beyond the size of the queue is not in it.
  return value instanceof EventQueue ? value.entries() : (value as Fields);
}

/** Of both, so that a field that one lacks is found. */
function namesOf(one: Fields, other: Fields): readonly string[] {
  const names = Object.keys(one);
  const others = Object.keys(other);
  return names.length === others.length ? names : [...new Set([...names, ...others])];
}

function told(pair: Pair): string {
  let path = '';
  for (let at: Pair | undefined = pair; at !== undefined; at = at.parent) {
    const isIndex = /^\d+$/.test(at.name);
    path = (isIndex ? `[${at.name}]` : `.${at.name}`) + path;
  }
  return `${path.slice(2)} is ${printed(pair.used)}, not ${printed(pair.fresh)}`;
}

function printed(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
