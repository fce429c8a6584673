/** The sections `etcd`, `network`, `disk` and `backup` as the plan of etcd at message level. */

import type { Layout, PlacedMachine } from '../../model/control-plane/layout.ts';
import type { EtcdPlan } from '../../model/etcd/etcd-plan.ts';
import type { LatencySection, NetworkSection } from '../catalogue/etcd-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import { unknownName } from '../text/problems.ts';

export function expandEtcd(file: ScenarioFile, layout: Layout): EtcdPlan {
  const { etcd, network, disk, backup } = file;
  const { writes, preVote, keeper: supervisor, ...timersAndRules } = etcd;
  return {
    ...timersAndRules,
    supervisor,
    preVote: preVote!,
    writesPerSecond: writes,
    fsync: disk.fsync,
    backendDisk: disk.backend,
    latency: latencies(network, layout),
    bandwidth: network.bandwidth,
    loss: network.loss,
    backup,
  };
}

type Latency = EtcdPlan['latency'][number][number];

/** One way, from each member to each other; machines without a zone all stand in one. */
function latencies(network: NetworkSection, layout: Layout): Latency[][] {
  const members = layout.machines.filter(({ hasMember }) => hasMember);
  const between = (from: PlacedMachine, to: PlacedMachine): LatencySection => {
    const usual = from.zone === to.zone ? network.sameZone : network.betweenZones;
    const { pairs = {} } = network;
    return pairs[`${from.zone}:${to.zone}`] ?? pairs[`${to.zone}:${from.zone}`] ?? usual;
  };
  return members.map((from) =>
    members.map((to): Latency => {
      if (from === to) return { base: 0, jitter: 0 };
      const { roundTrip, jitter = network.jitter } = between(from, to);
      return { base: Math.round(roundTrip / 2), jitter: Math.round(jitter / 2) };
    }),
  );
}

/** Zones that latencies speak of must be there, and elections must leave time for round trips. */
export function checkNetwork(
  file: ScenarioFile,
  layout: Layout,
  isDoubtful: boolean,
  findings: Findings,
): void {
  const { network, etcd } = file;
  if (!findings.isGiven(['network']) || isDoubtful) return;
  checkPairs(network, layout, findings);
  const oneWay = latencies(network, layout).flatMap((row) => row.map(({ base }) => base));
  if (20 * Math.max(...oneWay) > etcd.electionTimeout) {
    const message = 'the election time-out is less than ten round trips';
    const allowed = 'etcd asks for 10 round trips or more (its tuning guide)';
    const path = findings.isGiven(['etcd']) ? ['etcd', 'electionTimeout'] : ['network'];
    findings.warning(path, { message, allowed }, 'key');
  }
}

function checkPairs(network: NetworkSection, { zones }: Layout, findings: Findings): void {
  if (findings.isGiven(['network', 'betweenZones']) && zones.length < 2) {
    const message = 'there are no two zones for messages to pass between';
    const allowed = 'zones under topology; sameZone alone without them';
    findings.warning(['network', 'betweenZones'], { message, allowed }, 'key');
  }
  const seen = new Set<string>();
  for (const pair of Object.keys(network.pairs ?? {})) {
    const path = ['network', 'pairs', pair];
    const [one = '', other = ''] = pair.split(':');
    for (const zone of new Set([one, other])) {
      if (zones.includes(zone)) continue;
      const none = zones.length === 0 ? 'zones under topology first' : zones.join(', ');
      findings.unknownName(path, unknownName('zone', zone, zones, none), 'key');
    }
    if (seen.has(pair)) {
      findings.problem(path, { message: `${pair} is given twice` }, 'key');
    }
    seen.add(pair).add(`${other}:${one}`);
  }
}
