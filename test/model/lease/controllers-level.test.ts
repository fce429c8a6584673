/** The level `controllers`: both leases have a holder at work, and what an outage waits for. */
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { ControllersLevel } from '../../../src/model/lease/controllers-level.ts';
import { LeaseElection } from '../../../src/model/lease/lease-election.ts';
import {
  LEASE_TIMES,
  type LeaseComponent,
  releasesOnCancel,
} from '../../../src/model/lease/lease-settings.ts';
import { Part } from '../../../src/model/parts/part.ts';
import type { Kubelet } from '../../../src/model/process/kubelet.ts';
import {
  OK,
  promptKubelet,
  REFUSAL,
  ScriptedApi,
  START_UP,
} from '../../support/lease/lease-bench.ts';
import { part } from '../../support/plans.ts';

/** Machines with an API server each, which controller manager and scheduler share. */
class Scene {
  readonly changes: string[] = [];
  readonly values: number[] = [];
  readonly simulation: Simulation;
  readonly machines: Part[] = [];
  readonly apis: ScriptedApi[] = [];
  private readonly kubelets: Kubelet[] = [];
  readonly manager: LeaseElection;
  readonly scheduler: LeaseElection;
  readonly level: ControllersLevel;

  constructor(machines: number, replication: number) {
    const streams = new RandomStreams('controllers');
    this.manager = electionOf('kube-controller-manager', streams);
    this.scheduler = electionOf('kube-scheduler', streams);
    this.level = new ControllersLevel(this.manager, this.scheduler);
    for (let index = 1; index <= machines; index++) this.addMachine(`cp${index}`, streams);
    const observer = {
      changed: () => {},
      settled: () => {
        const { level } = this;
        if (level.value() !== this.values.at(-1)) this.values.push(level.value());
        const phase = level.phase();
        if (phase !== undefined && phase !== this.changes.at(-1)) this.changes.push(phase);
      },
    };
    this.simulation = new Simulation(observer, { neverSleep: false, tracing: false });
    streams.restart(replication);
    this.simulation.restart(30 * DAY);
    // While all sleep nothing happens, and time must not run out for that.
    this.simulation.at(30 * DAY - 1, { kind: 'end', target: { step: () => {} } });
    for (const kubelet of this.kubelets) kubelet.startWarm(this.simulation);
    this.manager.restart(this.simulation);
    this.scheduler.restart(this.simulation);
  }

  run(duration: number): void {
    let ended = false;
    const step = () => {
      ended = true;
    };
    const event = { kind: 'scene', target: { step } };
    this.simulation.at(this.simulation.now + duration, event);
    while (!ended) this.simulation.run(1);
  }

  private addMachine(name: string, streams: RandomStreams): void {
    const machine = new Part(part(name, 'machine'), []);
    const api = new ScriptedApi(`${name}.kube-apiserver`, OK);
    this.machines.push(machine);
    this.apis.push(api);
    for (const election of [this.manager, this.scheduler]) {
      const own = `${name}.${election.lease.name}`;
      const process = new Part(part(own, 'process', [name]), [machine]);
      this.kubelets.push(promptKubelet(election.add({ name: own, api }), process, streams));
    }
  }
}

function electionOf(component: LeaseComponent, streams: RandomStreams): LeaseElection {
  const settings = {
    times: LEASE_TIMES,
    startUp: new Deterministic(START_UP).plan,
    releasesOnCancel: releasesOnCancel(component, 35),
  };
  return new LeaseElection(component, settings, streams);
}

const placeOf = (election: LeaseElection) => election.holders.indexOf(election.leader!);

describe('the level', () => {
  it('is 1 while both leases have a holder that reaches its API server', () => {
    const scene = new Scene(3, 1);
    scene.run(DAY);
    expect(scene.level.value()).toBe(1);
    expect(scene.level.phase()).toBeUndefined();
    expect(scene.values).toEqual([]);
  });

  it('is lost with either holder, and its standby brings it back', () => {
    for (const name of ['manager', 'scheduler'] as const) {
      const scene = new Scene(3, 2);
      scene.run(DAY);
      scene[name].leader!.kill(scene.simulation);
      expect(scene.level.value()).toBe(0);
      scene.run(30 * SECOND);
      expect(scene.level.value()).toBe(1);
      expect(scene.values).toEqual([0, 1]);
      expect(scene.changes).toEqual(['leaseExpiry', 'takeOver']);
    }
  });

  it('is lost once where the machine of both is gone, until the later is replaced', () => {
    let replication = 0;
    let scene = new Scene(3, replication);
    while (placeOf(scene.manager) !== placeOf(scene.scheduler)) scene = new Scene(3, ++replication);
    scene.run(DAY);
    scene.machines[placeOf(scene.manager)]!.fail(scene.simulation);
    scene.run(30 * SECOND);
    expect(scene.values).toEqual([0, 1]);
  });

  it('waits for an API server, then for leases to expire, then for a standby', () => {
    const scene = new Scene(3, 3);
    scene.run(DAY);
    for (const api of scene.apis) api.become(REFUSAL, scene.simulation);
    expect(scene.level.value()).toBe(0);
    scene.run(MINUTE);
    for (const api of scene.apis) api.become(OK, scene.simulation);
    expect(['leaseExpiry', 'takeOver']).toContain(scene.level.phase());
    scene.run(MINUTE);
    expect(scene.values).toEqual([0, 1]);
    expect(scene.changes[0]).toBe('apiServer');
    expect(scene.changes.at(-1)).toBe('takeOver');
  });

  it('waits for back-off where the only process of a kind has crashed', () => {
    const scene = new Scene(1, 4);
    scene.run(DAY);
    scene.scheduler.leader!.kill(scene.simulation);
    scene.run(SECOND);
    expect(scene.level.phase()).toBe('backOff');
    scene.run(2 * SECOND);
    expect(scene.level.phase()).toBe('leaseExpiry');
    scene.run(30 * SECOND);
    expect(scene.changes).toEqual(['backOff', 'leaseExpiry', 'takeOver']);
    expect(scene.level.value()).toBe(1);
  });

  it('waits for a machine where all are gone, and for one to start when it is back', () => {
    const scene = new Scene(2, 5);
    scene.run(DAY);
    for (const machine of scene.machines) machine.fail(scene.simulation);
    expect(scene.level.phase()).toBe('structural');
    scene.run(MINUTE);
    scene.machines[0]!.mend(scene.simulation);
    expect(scene.level.phase()).toBe('backOff');
    scene.run(MINUTE);
    expect(scene.values).toEqual([0, 1]);
  });
});
