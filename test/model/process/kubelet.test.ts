import { describe, expect, it } from 'vitest';
import { type Duration, MINUTE, SECOND, type Time } from '../../../src/engine/clock.ts';
import { REFUSAL } from '../../../src/model/network/settable-endpoint.ts';
import { KUBEADM_LIVENESS, KUBEADM_STARTUP } from '../../../src/model/process/probe-settings.ts';
import { ContainerBench, OK } from '../../support/process/scripted-container.ts';

/** Seconds from each exit until the next start. */
function waits(bench: ContainerBench): number[] {
  const starts = bench.times('is started');
  return bench
    .times('has exited')
    .map((exit) => (starts.find((start) => start >= exit && start > 0) ?? exit) - exit)
    .map((wait) => wait / SECOND);
}

/** A container that exits so long after each start. */
function crashing(
  life: Time,
  seed = 'bench',
  waitJitter = 0.5,
  fixedLook?: Duration,
): ContainerBench {
  const bench = new ContainerBench({}, { seed, settings: { waitJitter, fixedLook } });
  bench.container.started = (effects) => {
    bench.at(effects.now + life, (then) => bench.container.exit(then));
  };
  bench.at(0, (effects) => bench.kubelet.begin(effects));
  bench.run();
  return bench;
}

describe('the back-off after exits', () => {
  it('is none, 10, 20, 40 s and so on to 300 s, when looked at just as it ends', () => {
    const found = waits(crashing(SECOND, 'exact', 0)).slice(0, 9);
    expect(found[0]).toBeLessThan(1);
    const nominal = [10, 20, 40, 80, 160, 300, 300, 300];
    found.slice(1).forEach((wait, index) => {
      // The exit itself is seen within a second, and the wait counts from the exit.
      expect(wait).toBeCloseTo(nominal[index]!, 5);
    });
  });

  it('is longer by up to half of its last minute, as the kubelet looks again', () => {
    for (let seed = 0; seed < 20; seed++) {
      const found = waits(crashing(SECOND, `${seed}`)).slice(1, 8);
      const nominal = [10, 20, 40, 80, 160, 300, 300];
      found.forEach((wait, index) => {
        expect(wait).toBeGreaterThanOrEqual(nominal[index]!);
        expect(wait).toBeLessThanOrEqual(nominal[index]! + 30);
      });
    }
  });

  it('ended at a look each 10 to 15 s before Kubernetes 1.34', () => {
    const found = waits(crashing(SECOND, 'old', 0.5, 10 * SECOND)).slice(1, 8);
    const nominal = [10, 20, 40, 80, 160, 300, 300];
    found.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(nominal[index]!);
      expect(wait).toBeLessThanOrEqual(nominal[index]! + 15);
    });
  });

  it('is forgotten after more than 10 minutes of life', () => {
    expect(Math.max(...waits(crashing(10 * MINUTE + SECOND)))).toBeLessThan(1);
    expect(Math.max(...waits(crashing(9 * MINUTE)))).toBeGreaterThan(10);
  });

  it('is swept away ten minutes after the last start, also while a container waits', () => {
    // The sixth life begins a back-off of 300 s at 400 s: swept at 600 s.
    const bench = new ContainerBench({}, { settings: { waitJitter: 0 } });
    let life = 0;
    bench.container.started = (effects) => {
      const lasts = ++life === 7 ? 400 * SECOND : SECOND;
      bench.at(effects.now + lasts, (then) => bench.container.exit(then));
    };
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.run();
    const seventh = bench.times('is started')[6]!;
    const eighth = bench.times('is started')[7]!;
    expect((eighth - seventh) / SECOND).toBeGreaterThan(600);
    expect((eighth - seventh) / SECOND).toBeLessThan(661);
  });

  /** Starts from 200 s on, when the pod is wanted again. */
  function startsAnew(wentOff: boolean): Time[] {
    const bench = new ContainerBench({}, { settings: { waitJitter: 0 } });
    bench.container.started = (effects) => {
      bench.at(effects.now + SECOND, (then) => bench.container.exit(then));
    };
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.at(100 * SECOND, (effects) => {
      bench.kubelet.end(effects);
      if (wentOff) bench.machine.fail(effects);
    });
    bench.at(200 * SECOND, (effects) => bench.kubelet.begin(effects));
    bench.run();
    return bench.times('is started').filter((time) => time >= 200 * SECOND);
  }

  it('is forgotten with the pod', () => {
    const [first, second, third] = startsAnew(false);
    expect(first).toBe(200 * SECOND);
    expect(second! - first!).toBeLessThan(2 * SECOND);
    expect(third! - second!).toBeGreaterThan(10 * SECOND);
  });

  it('begins anew with the first start after a boot, which finds an exited container', () => {
    const [first, second, third] = startsAnew(true);
    expect(first).toBe(200 * SECOND);
    expect(second).toBe(first! + 11 * SECOND);
    expect(third).toBe(second! + 21 * SECOND);
  });

  it('is told once a wait', () => {
    const bench = crashing(SECOND, 'exact', 0);
    const told = bench.lines
      .map(({ state }) => state)
      .filter((state) => state.includes('back-off'));
    expect(told.slice(0, 6)).toEqual(
      [10, 20, 40, 80, 160, 300].map((wait) => `waits ${wait} s (back-off)`),
    );
  });
});

describe('a container that a probe gives up on', () => {
  function unhealthy(obeys: boolean): ContainerBench {
    const bench = new ContainerBench({ startup: KUBEADM_STARTUP, liveness: KUBEADM_LIVENESS });
    bench.container.obeys = obeys;
    bench.container.answer = REFUSAL;
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.run();
    return bench;
  }

  it('is started again at once, the back-off counting from the exit before', () => {
    // kubernetes#99697 shows the same: two lives without, then one with a wait, and so on.
    const found = waits(unhealthy(true));
    expect(found.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(found.length).toBeGreaterThan(10);
  });

  it('is killed after 30 s if it does not obey', () => {
    const bench = unhealthy(false);
    const asked = bench.times('is asked to stop');
    const killed = bench.times('is killed');
    expect(killed.length).toBeGreaterThan(5);
    killed.forEach((time, index) => {
      expect(time - asked[index]!).toBe(30 * SECOND);
    });
  });

  it('waits each second time at last, as kubernetes#99697 has seen', () => {
    const quick = { ...KUBEADM_LIVENESS, initialDelay: 0, failureThreshold: 6 };
    const settings = { waitJitter: 0 };
    const bench = new ContainerBench({ liveness: quick }, { settings, horizon: 7_200 * SECOND });
    bench.container.answer = REFUSAL;
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.run();
    const found = waits(bench);
    // Lives of 50 to 60 s: 10, 20 and 40 s are over when the kill comes.
    expect(found.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(found[5]).toBe(80);
    const late = found.slice(8, 14).map(Math.round);
    expect(late).toEqual(late[0] === 0 ? [0, 300, 0, 300, 0, 300] : [300, 0, 300, 0, 300, 0]);
  });
});

describe('an etcd member that starts without a quorum', () => {
  /** Its /readyz takes 7 s to say so; at `joined` another member starts and makes one. */
  function lonely(joined: Time): ContainerBench {
    const horizon = 7_200 * SECOND;
    const bench = new ContainerBench({ startup: KUBEADM_STARTUP }, { horizon });
    bench.container.answer = { kind: 'error', after: 7 * SECOND };
    bench.at(0, (effects) => bench.kubelet.begin(effects));
    bench.change(joined, OK);
    bench.run();
    return bench;
  }

  it('is left alone if the other one comes within 4 minutes', () => {
    expect(lonely(4 * MINUTE).times('is asked to stop')).toEqual([]);
  });

  it('is killed each 247 to 257 s until then, and started again at once', () => {
    const bench = lonely(20 * MINUTE);
    const kills = bench.times('is asked to stop');
    // 1200 s hold 4 lives.
    expect(kills).toHaveLength(4);
    const starts = bench.times('is started');
    kills.forEach((kill, index) => {
      const life = (kill - starts[index]!) / SECOND;
      expect(life).toBeGreaterThanOrEqual(247);
      expect(life).toBeLessThanOrEqual(257);
    });
    expect(waits(bench)).toEqual([0, 0, 0, 0]);
  });

  it('waits only from the eighth time on, and then each second time', () => {
    const found = waits(lonely(7_200 * SECOND));
    expect(found.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(found[7]).toBeGreaterThanOrEqual(300);
    expect(found[8]).toBe(0);
    expect(found[9]).toBeGreaterThanOrEqual(300);
  });
});
