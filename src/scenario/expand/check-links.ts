/**
 * Warnings of impaired links that hinder nothing, or both ways alike where one way is meant: what
 * passes between two machines of the model says what can be felt there.
 */
import type { ImpairmentPlan } from '../../faults/plans.ts';
import { ROLES } from '../../model/control-plane/control-plane.ts';
import type { Layout, MachineRole } from '../../model/control-plane/layout.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';

export type LinkPlan = Extract<ImpairmentPlan, { kind: 'link' }>;

/**
 * Messages of etcd go one way each; requests have answers, so that it is all one which way is the
 * worse; of keepalived's adverts nothing but a loss is felt (load-balancer/keepalived.ts).
 */
type Traffic = 'messages' | 'requests' | 'adverts';

type Setting = 'delay' | 'jitter' | 'loss' | 'bandwidth';

/** Who feels a setting; in requests too little is sent for a bandwidth to matter (NetworkPath). */
const FELT_BY: Readonly<Record<Setting, readonly Traffic[]>> = {
  delay: ['messages', 'requests'],
  jitter: ['messages', 'requests'],
  loss: ['messages', 'requests', 'adverts'],
  bandwidth: ['messages'],
};

/** Where that is, for people. */
const FELT_AT: Readonly<Record<Setting, string>> = {
  delay: 'between etcd members, or where API servers ask or are asked',
  jitter: 'between etcd members, or where API servers ask or are asked',
  loss: 'between etcd members or keepalived pairs, or where API servers ask or are asked',
  bandwidth: 'between etcd members',
};

/** @param path of the settings, `degradeNetwork` of an event */
export function checkLinks(
  links: readonly LinkPlan[],
  layout: Layout,
  path: Path,
  findings: Findings,
): void {
  const [link] = links;
  if (link === undefined) return;
  const traffic = [...new Set(links.flatMap((one) => trafficOf(one, layout)))];
  const given = settingsOf(link);
  if (given.length === 0) findings.warning(path, { message: 'nothing gets worse by this' }, 'key');
  for (const setting of given) {
    if (traffic.some((one) => FELT_BY[setting].includes(one))) continue;
    const message = `nothing that passes between these machines feels a ${setting}`;
    findings.warning([...path, setting], { message, allowed: FELT_AT[setting] }, 'key');
  }
  const isOneWay = links.length === 1 && given.length > 0;
  if (isOneWay && traffic.join() === 'requests') {
    const message = 'what passes here are requests and answers: the other way this does the same';
    const allowed = 'between, for both ways; one way between etcd members or keepalived pairs';
    findings.warning([...path, 'from'], { message, allowed }, 'key');
  }
}

function settingsOf({ delay, jitter, loss, bandwidth }: LinkPlan): Setting[] {
  const worse = {
    delay: delay > 0,
    jitter: jitter > 0,
    loss: loss > 0,
    bandwidth: bandwidth !== undefined,
  };
  return (Object.keys(worse) as Setting[]).filter((setting) => worse[setting]);
}

function trafficOf({ from, to }: LinkPlan, layout: Layout): Traffic[] {
  return from.flatMap((one) => to.flatMap((other) => trafficBetween(one, other, layout)));
}

function trafficBetween(one: string, other: string, layout: Layout): Traffic[] {
  const ends = [kindOf(one, layout), kindOf(other, layout)];
  if (ends.every(({ hasMember }) => hasMember)) return ['messages'];
  const has = (role: MachineRole) => ends.some((end) => end.role === role);
  const isAsked = has('controlPlane') && (has('loadBalancer') || has('etcd'));
  if (isAsked) return ['requests'];
  const isPair = ends.every(({ role }) => role === 'loadBalancer');
  return isPair && layout.balancer === 'haproxy-keepalived' ? ['adverts'] : [];
}

/** A role in an election is that of a machine with a member. */
function kindOf(name: string, { machines, kind }: Layout) {
  if (!(ROLES as readonly string[]).includes(name))
    return machines.find((machine) => machine.name === name)!;
  const role: MachineRole = kind === 'stacked' ? 'controlPlane' : 'etcd';
  return { role, hasMember: true };
}
