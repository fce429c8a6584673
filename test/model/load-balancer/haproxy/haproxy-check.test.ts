import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../../src/engine/clock.ts';
import { HaproxyCheck } from '../../../../src/model/load-balancer/haproxy/haproxy-check.ts';
import type {
  CheckKind,
  HaproxyServerSettings,
  HaproxyTimeouts,
  HaproxyVersion,
} from '../../../../src/model/load-balancer/haproxy/haproxy-settings.ts';
import { ProcessTimers } from '../../../../src/model/load-balancer/haproxy/process-timers.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { HAPROXY_SERVER, KUBEADM_HAPROXY } from '../../../support/defaults.ts';
import {
  BalancerBench,
  FixedStream,
  ScriptedEndpoint,
} from '../../../support/load-balancer/balancer-bench.ts';
import {
  type Beside,
  breakOf,
  playedCheck,
} from '../../../support/load-balancer/haproxy-played.ts';

type Script = readonly [seconds: number, kind: AnswerKind, after?: number][];

/** When the server is marked, by the script, with a first check at 0 s and each 2 ms long. */
function marks(
  script: Script,
  server: Partial<HaproxyServerSettings> = {},
  timeouts: Partial<HaproxyTimeouts> = {},
): string[] {
  const bench = new BalancerBench(false, 1000 * SECOND);
  const endpoint = new ScriptedEndpoint('s0');
  endpoint.answer = { kind: 'ok', after: 0 };
  const settings = {
    ...KUBEADM_HAPROXY,
    server: { ...HAPROXY_SERVER, ...server },
    timeouts: { ...KUBEADM_HAPROXY.timeouts, ...timeouts },
  };
  const check = new HaproxyCheck('lb', endpoint, settings, new ProcessTimers(), 0, () => {});
  check.restart(new FixedStream(0), bench.simulation);
  for (const [seconds, kind, after = 0] of script) {
    bench.at(seconds * SECOND, (effects) => endpoint.become(kind, effects, after * SECOND));
  }
  bench.run();
  return bench.changes.map(({ time, state }) => `${time / SECOND} ${state.slice(7)}`);
}

describe('a check that fails', () => {
  it('at once: three in a row, one every interval', () => {
    expect(marks([[9, 'refusal']])).toEqual(['14 down']);
    expect(marks([[9, 'error']])).toEqual(['14 down']);
  });

  it('by silence: each takes as long as connecting may, then comes the interval', () => {
    expect(marks([[9, 'silence']])).toEqual(['20 down']);
    expect(marks([[9, 'silence']], {}, { connect: 0.5 * SECOND })).toEqual(['15.5 down']);
  });

  it('by a frozen process: the handshake is part of connecting', () => {
    expect(marks([[9, 'hang']])).toEqual(['20 down']);
  });

  it('by a frozen process without TLS: connected, so the answer is waited for', () => {
    expect(marks([[9, 'hang']], { checkSsl: false })).toEqual(['44 down']);
  });

  it('by an answer that never comes: the time-out for the check', () => {
    expect(marks([[9, 'ok', 1e6]])).toEqual(['44 down']);
    expect(marks([[9, 'ok', 1e6]], {}, { check: undefined })).toEqual(['20 down']);
  });

  it('by a time-out for the check that is shorter than the one for connecting', () => {
    const slow = { inter: 10 * SECOND, fall: 1 };
    expect(marks([[9, 'ok', 1e6]], slow, { check: SECOND })).toEqual(['11 down']);
  });

  it('by a late answer, and passes by one in time', () => {
    expect(marks([[9, 'ok', 10.001]])).toEqual(['44 down']);
    expect(marks([[9, 'ok', 9.9]])).toEqual([]);
  });
});

/** What each kind of check makes of a server that is frozen, says 500, or does not answer. */
describe('a check of a kind', () => {
  it.each<[CheckKind, boolean, string[], string[], string[]]>([
    ['httpchk', true, ['20 down'], ['14 down'], ['44 down']],
    ['httpchk', false, ['44 down'], ['14 down'], ['44 down']],
    ['tcp-check', false, [], [], []],
    ['tcp-check', true, ['20 down'], [], []],
    ['ssl-hello-chk', false, ['44 down'], [], []],
    ['ssl-hello-chk', true, ['44 down'], [], []],
  ])('%s, check-ssl %s', (check, checkSsl, frozen, error, never) => {
    const server = { check, checkSsl };
    expect(marks([[9, 'hang']], server)).toEqual(frozen);
    expect(marks([[9, 'error']], server)).toEqual(error);
    expect(marks([[9, 'ok', 1e6]], server)).toEqual(never);
    expect(marks([[9, 'refusal']], server)).toEqual(['14 down']);
    expect(marks([[9, 'silence']], server)).toEqual(['20 down']);
  });

  it('tcp-check passes once the SYN sent again gets through, though the process is frozen', () => {
    const script: Script = [
      [9.5, 'silence'],
      [10.5, 'hang'],
    ];
    const server = { check: 'tcp-check', checkSsl: false, fall: 1 } as const;
    expect(marks(script, server)).toEqual([]);
    expect(marks(script, { ...server, checkSsl: true })).toEqual(['12 down']);
  });
});

describe('a time-out for the check below the bound on connecting', () => {
  const late = (version: HaproxyVersion, beside: Beside) => {
    const setting = { server: {}, timeouts: { check: SECOND }, after: 0, version };
    return Array.from({ length: 50 }, (_, index) => {
      return playedCheck(setting, breakOf('late 1500'), index, beside).down;
    });
  };

  it('lets late answers pass before the cure, and not after it', () => {
    const beside = { servers: 24, break: 'one' } as const;
    expect(late('2.6.12', beside).every((down) => down === undefined)).toBe(true);
    for (const down of late('3.3.0', beside)) {
      expect(down).toBeGreaterThanOrEqual(7_000);
      expect(down).toBeLessThanOrEqual(9_000);
    }
  });

  it('is noticed in time where there is no other server', () => {
    for (const down of late('2.6.12', { servers: 1, break: 'one' })) {
      expect(down).toBeLessThanOrEqual(9_010);
    }
  });
});

describe('a check under way', () => {
  it('is reset when the process dies, which counts', () => {
    const slow: Script = [
      [1, 'ok', 1.5],
      [9.1, 'refusal'],
    ];
    // Checks begin at 2, 5.5 and 9 s; that of 9 s is cut off at 9.1 s.
    expect(marks(slow)).toEqual(['13.1 down']);
  });

  it('keeps the answer it had coming where only the next changes', () => {
    const script: Script = [
      [1, 'ok', 1.5],
      [9.1, 'error', 0],
    ];
    // That of 9 s passes at 10.5 s; those of 12.5, 14.5 and 16.5 s fail.
    expect(marks(script)).toEqual(['16.5 down']);
  });

  it('is answered by a process that thaws in time', () => {
    const script: Script = [
      [9, 'hang'],
      [11.5, 'ok'],
    ];
    expect(marks(script, { fall: 1 })).toEqual([]);
  });

  it('is connected by the SYN sent again after a second', () => {
    const script = (back: number): Script => [
      [9.5, 'silence'],
      [back, 'ok', 0.2],
    ];
    expect(marks(script(10.9), { fall: 1 })).toEqual([]);
    expect(marks(script(11.1), { fall: 1 })).toEqual(['12 down', '16.4 up']);
  });
});

describe('a check that waits with its server', () => {
  /** Waits 2 s in vain from 8.9 s on, so that the check of 9 s is under way. */
  function under(script: (endpoint: ScriptedEndpoint, bench: BalancerBench) => void): string[] {
    const bench = new BalancerBench(false, 100 * SECOND);
    const endpoint = new ScriptedEndpoint('s0');
    endpoint.answer = { kind: 'ok', after: 0 };
    const settings = { ...KUBEADM_HAPROXY, server: { ...HAPROXY_SERVER, fall: 1 } };
    const check = new HaproxyCheck('lb', endpoint, settings, new ProcessTimers(), 0, () => {});
    check.restart(new FixedStream(0.5), bench.simulation);
    const waiting = { kind: 'error', after: 2 * SECOND, waits: 2 * SECOND } as const;
    bench.at(8.9 * SECOND, (effects) => endpoint.show(waiting, effects));
    script(endpoint, bench);
    bench.run();
    return bench.changes.map(({ time, state }) => `${time / SECOND} ${state.slice(7)}`);
  }

  it('fails if what it waits for does not come', () => {
    expect(under(() => {})).toEqual(['11 down']);
  });

  it('passes if it comes in time', () => {
    const well = (endpoint: ScriptedEndpoint, bench: BalancerBench) => {
      bench.at(10.9 * SECOND, (effects) => endpoint.become('ok', effects));
    };
    expect(under(well)).toEqual([]);
  });

  it('is told at once if something else is wrong then', () => {
    const wrong = (endpoint: ScriptedEndpoint, bench: BalancerBench) => {
      bench.at(10 * SECOND, (effects) => endpoint.become('error', effects, 0));
    };
    expect(under(wrong)).toEqual(['10 down']);
  });
});

describe('health', () => {
  it('counts two good checks up, from the first after the cure', () => {
    const script: Script = [
      [1, 'refusal'],
      [21, 'ok'],
    ];
    expect(marks(script)).toEqual(['6 down', '24 up']);
  });

  it('is lost by one failure while going up', () => {
    const script: Script = [
      [1, 'refusal'],
      [21, 'ok'],
      [23, 'refusal'],
      [25, 'ok'],
    ];
    expect(marks(script)).toEqual(['6 down', '28 up']);
  });

  it('is restored whole by one success while going down', () => {
    const script: Script = [
      [1, 'refusal'],
      [5, 'ok'],
      [7, 'refusal'],
    ];
    expect(marks(script)).toEqual(['12 down']);
  });

  it('sets the interval: inter, fastinter between states, downinter when down', () => {
    const script: Script = [
      [1, 'refusal'],
      [20, 'ok'],
    ];
    const server = { inter: 5 * SECOND, fastinter: SECOND, downinter: 3 * SECOND, rise: 3 };
    // Fails at 5, 6 and 7 s; looked at every 3 s from then on; passes at 22, 23 and 24 s.
    expect(marks(script, server)).toEqual(['7 down', '24 up']);
  });
});

describe('a start of HAProxy', () => {
  it('takes servers as up until one check has failed', () => {
    const bench = new BalancerBench(false, 100 * SECOND);
    const endpoint = new ScriptedEndpoint('s0');
    const check = new HaproxyCheck(
      'lb',
      endpoint,
      KUBEADM_HAPROXY,
      new ProcessTimers(),
      0,
      () => {},
    );
    bench.at(SECOND, (effects) => endpoint.become('refusal', effects));
    bench.at(2 * SECOND, (effects) => check.begin(0.25, effects));
    bench.run();
    expect(bench.trace).toEqual(['  0d 00:00:02.500000 lb/s0 marked down']);
  });

  it('is halted with the process, and forgets', () => {
    const bench = new BalancerBench(false, 100 * SECOND);
    const endpoint = new ScriptedEndpoint('s0');
    const check = new HaproxyCheck(
      'lb',
      endpoint,
      KUBEADM_HAPROXY,
      new ProcessTimers(),
      0,
      () => {},
    );
    check.restart(new FixedStream(0.5), bench.simulation);
    bench.at(SECOND, (effects) => endpoint.become('refusal', effects));
    bench.at(2 * SECOND, (effects) => check.halt(effects));
    bench.at(9 * SECOND, (effects) => endpoint.become('ok', effects, MILLISECOND));
    bench.at(10 * SECOND, (effects) => check.begin(0, effects));
    bench.run();
    expect(bench.trace).toEqual([]);
  });
});
