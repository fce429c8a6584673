import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { KubernetesBench, type Line } from '../../support/control-plane/kubernetes-bench.ts';
import { draws } from '../../support/draws.ts';
import { type RandomStory, randomStory } from '../../support/random-scenarios/random-kubernetes.ts';
import { distance, farthest } from '../../support/statistics/two-samples.ts';

/** Where standbys' polls lie after a sleep is a matter of chance: leases agree in law alone. */
const LEASES = /^kube-|controllerManager|scheduler/;
const LEVELS = ['etcd.write', 'api.write', 'api.read', 'api.cachedRead'];

/** Stories lived through in both modes. */
const STORIES = draws(16, 40);

function lived({ plan, befall, seconds }: RandomStory, seed: string, awake: boolean) {
  const bench = new KubernetesBench({ ...plan, seed, awake, end: (seconds + 60) * SECOND });
  befall(bench);
  bench.run();
  const text = ({ time, subject, state }: Line) => `${time} ${subject} ${state}`;
  const trace = bench.lines.filter(({ subject }) => !LEASES.test(subject)).map(text);
  return { trace, levels: LEVELS.map((level) => bench.stepsOf(level)), bench };
}

describe('a control plane asleep', () => {
  it('lives through what it would awake', () => {
    let elided = 0;
    const member = { starts: 0, startup: 0, liveness: 0 };
    for (let seed = 0; seed < STORIES; seed++) {
      const story = randomStory(`${seed}`);
      const asleep = lived(story, `${seed}`, false);
      const awake = lived(story, `${seed}`, true);
      expect(asleep.trace, `seed ${seed}`).toEqual(awake.trace);
      expect(asleep.levels, `seed ${seed}`).toEqual(awake.levels);
      elided += asleep.bench.elided;
      const told = (state: string) => {
        return asleep.trace.filter((line) => line.includes(`.etcd ${state}`)).length;
      };
      member.starts += told('is started');
      member.startup += told('fails its startup probe');
      member.liveness += told('fails its liveness probe');
    }
    expect(elided).toBeGreaterThan(250 * STORIES);
    expect(member.starts, 'members were started').toBeGreaterThan(STORIES / 2);
    expect(member.startup, 'some too often').toBeGreaterThan(draws(0, 2));
    expect(member.liveness, 'some were frozen for long').toBeGreaterThan(STORIES / 8);
  });

  it('has everything up when all is over, in whatever order that was', () => {
    let disturbed = 0;
    for (let seed = 100; seed < 160; seed++) {
      const { plan, befall, seconds } = randomStory(`${seed}`);
      // Faults last for 10 min at most, the longest back-off and a look at it 330 s.
      const bench = new KubernetesBench({
        ...plan,
        seed: `${seed}`,
        end: (seconds + 1_200) * SECOND,
      });
      befall(bench);
      bench.run();
      const { etcd, kubernetes } = bench.controlPlane;
      const serving = etcd!.members.map(({ acceptsClients }) => acceptsClients);
      expect(serving, `seed ${seed}`).toEqual([true, true, true]);
      for (const { member } of kubernetes!.machines) {
        if (member === undefined) continue;
        expect(member.kubelet.stage, `seed ${seed}`).toBe('running');
        expect(member.kubelet.probes.isReady, `seed ${seed}`).toBe(true);
        disturbed += member.kubelet.starts;
      }
      expect(bench.valueAt('etcd.write', seconds + 1_200), `seed ${seed}`).toBe(1);
      // Memory that runs over may do so for ever.
      if (plan.load !== undefined) continue;
      expect(kubernetes!.allServe, `seed ${seed}`).toBe(true);
      expect(bench.valueAt('api.write', seconds + 1_200), `seed ${seed}`).toBe(1);
      expect(bench.valueAt('controllers', seconds + 1_200), `seed ${seed}`).toBe(1);
    }
    expect(disturbed, 'starts').toBeGreaterThan(60);
  });

  it('loses as much where leases decide, in law', () => {
    const levels = ['controllers', 'api.write'] as const;
    /** Of each level, in rising order; benches are not kept, for they are large. */
    const lost = (awake: boolean) => {
      const all = levels.map((): number[] => []);
      for (let index = 0; index < draws(80, 200); index++) {
        const seed = `${awake} ${index}`;
        const bench = new KubernetesBench({ balancer: 'kubeVip', seed, awake, end: 110 * SECOND });
        bench.fail('cp1', 60, 10);
        bench.run();
        levels.forEach((level, place) => {
          all[place]!.push(bench.lost(level));
        });
      }
      return all.map((sample) => sample.sort((one, other) => one - other));
    };
    const [asleep, awake] = [lost(false), lost(true)];
    levels.forEach((level, place) => {
      const [one, other] = [asleep[place]!, awake[place]!];
      expect(distance(one, other), level).toBeLessThan(farthest(one, other));
    });
  }, 120_000);

  it('begins each replication anew', () => {
    const bench = new KubernetesBench({ end: 300 * SECOND, balancer: 'keepalived' });
    const live = (replication: number) => {
      bench.restart(replication);
      bench.fail('cp2', 50, 100);
      bench.kill('lb1.haproxy', 60);
      bench.freeze('cp1.apiServer', 70, 20);
      bench.cut({ from: ['cp3'], to: ['cp1'] }, 80, 300);
      return [...bench.run().lines];
    };
    const first = live(1);
    expect(live(2)).not.toEqual(first);
    expect(live(1)).toEqual(first);
  });
});
