import { describe, expect, it } from 'vitest';
import { besideOrBelow } from '../../src/cli/messages.ts';
import { doneText, forecastText, progressText } from '../../src/cli/progress.ts';
import { repeatCommand } from '../../src/cli/repeat-command.ts';
import type { Parameter } from '../../src/scenario/origin.ts';
import type { RunResult } from '../../src/study/result.ts';

const progress = {
  replications: 500,
  replicationsAsked: 2000,
  precision: undefined,
  events: 3_000_000,
  seconds: 2,
  rate: 250,
  workers: 1,
};

describe('the line of progress', () => {
  it('tells how far, how fast and how long', () => {
    expect(progressText(progress, { kind: 'replications', count: 2000 })).toBe(
      '500 of 2,000 replications · 250/s · 1.5 million events/s · 6 s left',
    );
  });

  it('foretells a precision by the square root of what it takes', () => {
    const stop = { kind: 'precision', relativeHalfWidth: 0.05, maximumReplications: 1e6 } as const;
    const text = progressText({ ...progress, replicationsAsked: 1e6, precision: 0.1 }, stop);
    expect(text).toContain('precision 10 % of 5 %');
    expect(text).toContain('6 s left');
    expect(progressText(progress, stop)).not.toContain('left');
  });
});

describe('the word before a long run', () => {
  it('tells how long, for what and by how many', () => {
    const stop = { kind: 'replications', count: 2000 } as const;
    expect(forecastText(progress, stop, 40)).toBe('about 40 s for 2,000 replications');
    const two = { ...progress, workers: 2 };
    expect(forecastText(two, stop, 40)).toBe('about 40 s for 2,000 replications with 2 workers');
    const precise = { kind: 'precision', relativeHalfWidth: 0.05, maximumReplications: 9 } as const;
    expect(forecastText(progress, precise, 40)).toBe('about 40 s for a precision of 5 %');
  });
});

describe('what stands when a run is over', () => {
  const run = { yearsSimulated: 2, wallSeconds: 3, eventsExecuted: 12, ticksElided: 4 };

  it('tells what was simulated, in what time', () => {
    expect(doneText({ run } as RunResult)).toBe(
      'simulated 2 years in 3 s (12 events, 4 ticks skipped)',
    );
  });

  it('stays within 80 columns', () => {
    const large = { ...run, eventsExecuted: 123_456_789_000, ticksElided: 912_345_678_912 };
    const text = doneText({ run: { ...large, yearsSimulated: 12_345_678 } } as RunResult);
    expect(text.split('\n')).toEqual([
      'simulated 12,300,000 years in 3 s',
      '    (123 billion events, 912 billion ticks skipped)',
    ]);
    expect(besideOrBelow('x'.repeat(40), 'y'.repeat(39))).toHaveLength(80);
    expect(besideOrBelow('x'.repeat(40), 'y'.repeat(40))).toContain('\n    y');
  });
});

/** Given by an option. */
function parameter(path: string, text: string, value: unknown): Parameter {
  return { path, text, value, unit: undefined, origin: { kind: 'option' }, isRunSetting: false };
}

describe('the command that repeats a run', () => {
  const run = { seed: '1', complete: true, replications: 20 } as RunResult['run'];

  it('quotes what a shell would take apart', () => {
    const named = { ...run, seed: "it's" };
    expect(repeatCommand('my cluster.yaml', named, [])).toBe(
      "quorate run 'my cluster.yaml' --seed 'it'\\''s'",
    );
  });

  it('reads standard input again', () => {
    expect(repeatCommand('-', run, [])).toBe('quorate run - --seed 1 < FILE');
  });

  it('carries what changes the figures', () => {
    const given = [
      parameter('precision', '0.05', 0.05),
      parameter('horizon', '2 years', 2),
      parameter('confidence', '0.99', 0.99),
      parameter('topology.zones', '[a, b]', ['a', 'b']),
      { ...parameter('topology.nics', '2', 2), origin: { kind: 'file', line: 1, column: 1 } },
    ] as const;
    expect(repeatCommand('a.yaml', run, given)).toBe(
      'quorate run a.yaml --seed 1 --precision 5 --years 2 --confidence 99 ' +
        "--set 'topology.zones=[a, b]'",
    );
  });

  it('asks for no more than an interrupted run did', () => {
    const cut = { ...run, complete: false };
    expect(repeatCommand('a.yaml', cut, [parameter('precision', '0.05', 0.05)])).toBe(
      'quorate run a.yaml --seed 1 --replications 20',
    );
  });
});
