/**
 * The orders in which HAProxy's servers may follow each other around its ring. A retry that meets
 * the silent server which it avoids just as the trees switch puts it behind all others (lb_fwrr.c),
 * where it stays, so that after some retries it may stand anywhere; the others keep their order.
 */

/** Orders looked at; fewer where there are many servers, whose rings take long to settle. */
const MOST_ORDERS = 20;
const WORK = 1200;

/** Both rows mixed, each in its own order: every such order, or an even sample of many. */
export function ringOrders<Server>(
  silent: readonly Server[],
  others: readonly Server[],
): readonly (readonly Server[])[] {
  const count = mixings(silent.length, others.length);
  const most = Math.floor(WORK / (silent.length + others.length + 1) ** 2);
  const sampled = Math.min(count, Math.max(1, Math.min(MOST_ORDERS, most)));
  return Array.from({ length: sampled }, (_, index) => {
    return mixed(Math.floor(((index + 0.5) * count) / sampled), silent, others);
  });
}

/** In how many ways two rows can be mixed that keep their orders. */
function mixings(one: number, other: number): number {
  let count = 1;
  for (let index = 1; index <= one; index++) count = (count * (other + index)) / index;
  return Math.round(count);
}

/** The mixing of that number, those that begin with the first of `one` first. */
function mixed<Server>(
  index: number,
  [head, ...one]: readonly Server[],
  other: readonly Server[],
): readonly Server[] {
  const [next, ...rest] = other;
  if (head === undefined) return other;
  if (next === undefined) return [head, ...one];
  const begun = mixings(one.length, other.length);
  return index < begun
    ? [head, ...mixed(index, one, other)]
    : [next, ...mixed(index - begun, [head, ...one], rest)];
}
