import { describe, expect, it } from 'vitest';
import { type Duration, SECOND } from '../../../src/engine/clock.ts';
import type { Answer } from '../../../src/model/network/endpoint.ts';
import { HANG, REFUSAL, SILENCE } from '../../../src/model/network/settable-endpoint.ts';
import {
  KUBEADM_LIVENESS,
  KUBEADM_READINESS,
  KUBEADM_STARTUP,
  type ProbeKind,
  type ProbeSettings,
} from '../../../src/model/process/probe-settings.ts';
import { ContainerBench, OK } from '../../support/process/scripted-container.ts';

const PHASES = 60;
const LOSS = 100 * SECOND;

function failing(after: Duration): Answer {
  return { kind: 'error', after };
}

/** From the loss until a running container's probe has failed, over many phases; in seconds. */
function delays(kind: ProbeKind, settings: ProbeSettings, answer: Answer): number[] {
  const told = kind === 'readiness' ? 'not ready' : `fails its ${kind} probe`;
  return Array.from({ length: PHASES }, (_, seed) => {
    const bench = new ContainerBench({ [kind]: settings }, { seed: `${seed}` });
    bench.found();
    bench.change(LOSS, answer);
    bench.run();
    return (bench.times(told)[0]! - LOSS) / SECOND;
  });
}

/** From the start of a container that never answers well until its startup probe has failed. */
function startupDelays(answer: Answer): number[] {
  return Array.from({ length: PHASES }, (_, seed) => {
    const bench = new ContainerBench({ startup: KUBEADM_STARTUP }, { seed: `${seed}` });
    bench.container.answer = answer;
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.run();
    return bench.times('fails its startup probe')[0]! / SECOND;
  });
}

/** All lie between the ends, and come within a tenth of the width of each. */
function expectSpread(values: readonly number[], low: number, high: number): void {
  const near = (high - low) / 10;
  expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
  expect(Math.min(...values)).toBeLessThan(low + near);
  expect(Math.max(...values)).toBeLessThanOrEqual(high);
  expect(Math.max(...values)).toBeGreaterThan(high - near);
}

describe('a liveness probe of kubeadm', () => {
  it('gives up 7 to 8 periods after a process that refuses', () => {
    expectSpread(delays('liveness', KUBEADM_LIVENESS, REFUSAL), 70, 80);
  });

  it('gives up so much later as each answer takes once', () => {
    expectSpread(delays('liveness', KUBEADM_LIVENESS, failing(2 * SECOND)), 72, 82);
  });

  it('waits out 8 time-outs in a row of one that hangs, or is silent', () => {
    expectSpread(delays('liveness', KUBEADM_LIVENESS, HANG), 120, 130);
    expectSpread(delays('liveness', KUBEADM_LIVENESS, SILENCE), 120, 130);
  });

  it('takes an answer after its time-out for a failure', () => {
    const late: Answer = { kind: 'ok', after: 16 * SECOND };
    expectSpread(delays('liveness', KUBEADM_LIVENESS, late), 120, 130);
  });

  it('forgets failures at the first success', () => {
    const bench = new ContainerBench({ liveness: KUBEADM_LIVENESS });
    bench.found();
    for (let round = 0; round < 5; round++) {
      bench.change(LOSS + round * 100 * SECOND, REFUSAL);
      bench.change(LOSS + (round * 100 + 69) * SECOND, OK);
    }
    bench.run();
    expect(bench.times('fails its liveness probe')).toEqual([]);
  });

  it('is answered by one that thaws within the time-out', () => {
    const bench = new ContainerBench({ liveness: KUBEADM_LIVENESS });
    bench.found();
    for (let round = 0; round < 20; round++) {
      bench.change(LOSS + round * 15 * SECOND, HANG);
      bench.change(LOSS + (round * 15 + 14) * SECOND, OK);
    }
    bench.run();
    expect(bench.times('fails its liveness probe')).toEqual([]);
  });
});

describe('a readiness probe of kubeadm', () => {
  it('shows a process that refuses after 2 to 3 s', () => {
    expectSpread(delays('readiness', KUBEADM_READINESS, REFUSAL), 2, 3);
  });

  it('asks the next time at once where answers take longer than its period', () => {
    expectSpread(delays('readiness', KUBEADM_READINESS, failing(4 * SECOND)), 12, 13);
    expectSpread(delays('readiness', KUBEADM_READINESS, HANG), 45, 46);
  });
});

describe('a startup probe of kubeadm', () => {
  it('gives a container 240 to 250 s', () => {
    expectSpread(startupDelays(REFUSAL), 240, 250);
  });

  it('gives etcd 247 to 257 s, whose /readyz takes 7 s to say that there is no quorum', () => {
    expectSpread(startupDelays(failing(7 * SECOND)), 247, 257);
  });

  it('gives one that hangs 24 time-outs', () => {
    expectSpread(startupDelays(HANG), 370, 380);
  });

  it('holds the others back until it has succeeded', () => {
    const bench = new ContainerBench({
      startup: KUBEADM_STARTUP,
      readiness: KUBEADM_READINESS,
      liveness: KUBEADM_LIVENESS,
    });
    bench.container.answer = REFUSAL;
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.change(200 * SECOND, OK);
    bench.change(250 * SECOND, REFUSAL);
    bench.run();
    const states = bench.lines.map(({ state }) => state);
    expect(states.slice(1, 6)).toEqual([
      'passes its startup probe',
      'ready',
      'not ready',
      'fails its liveness probe',
      'is asked to stop',
    ]);
    const started = bench.times('passes its startup probe')[0]! / SECOND;
    expect(started).toBeGreaterThan(200);
    expect(started).toBeLessThan(210.1);
    const failed = bench.times('fails its liveness probe')[0]! / SECOND;
    expect(failed).toBeGreaterThan(320);
    expect(failed).toBeLessThan(330.1);
  });

  it('counts on over containers that exit by themselves, as worker.go does', () => {
    const bench = new ContainerBench({ startup: KUBEADM_STARTUP });
    bench.container.answer = REFUSAL;
    bench.container.started = (effects) => {
      bench.at(effects.now + 65 * SECOND, (then) => bench.container.exit(then));
    };
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.run();
    // Five or six failures a life: the fifth life does not see its end.
    const failed = bench.times('fails its startup probe')[0]!;
    const starts = bench.times('is started').filter((time) => time < failed);
    expect(starts).toHaveLength(5);
  });
});
