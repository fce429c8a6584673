/**
 * The state changes of one replication, a line each, in the order in which they happen. Each line
 * is handed on as it comes, so a trace of any length takes no memory.
 */
import { type Duration, formatTime, SECOND, type Time } from '../engine/clock.ts';
import type { StateChange } from '../engine/effects.ts';
import type { Fault } from '../faults/fault.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Cause } from '../study/cause.ts';
import type { TraceListener } from '../study/world.ts';
import { csvText } from './csv.ts';
import { durationText } from './numbers.ts';
import { printable } from './printable.ts';
import { stateWords } from './state-words.ts';

interface TraceLine {
  readonly time: Time;
  readonly subject: string;
  readonly state: string;
  /** Of levels lost, browned out and back: why, or how long it was. */
  readonly detail: string;
  readonly kind: StateChange['kind'] | LevelKind;
  /** What the words say, for whoever is not to read words. */
  readonly data: Readonly<Record<string, unknown>>;
}

type LevelKind = 'levelLost' | 'levelRegained' | 'levelBrownedOut' | 'levelRestored';

/** How a trace becomes text: what comes before it, each line, and what comes after. */
interface TraceForm {
  readonly head: string;
  line(line: TraceLine, isFirst: boolean): string;
  readonly tail: string;
}

export type TraceFormat = 'table' | 'csv' | 'json';

/** Of `regained`; the longer `browned out` reads on into its detail. */
const STATE_WIDTH = 8;

const MOST_DECIMALS = 15;

/** Of levels, which a table marks. */
const LEVEL_STATES: ReadonlySet<string> = new Set(['lost', 'regained', 'browned out', 'restored']);

export class TraceWriter implements TraceListener {
  private readonly form: TraceForm;
  private readonly write: (text: string) => void;
  private isFirst = true;

  constructor(scenario: Scenario, format: TraceFormat, write: (text: string) => void) {
    this.form = formOf(scenario, format);
    this.write = write;
    write(this.form.head);
  }

  changed(change: StateChange, time: Time): void {
    const { kind, subject, ...data } = change;
    this.put({ time, subject, state: stateWords(change), detail: '', kind, data });
  }

  lost(level: string, time: Time, cause: Cause, trigger: Fault | undefined): void {
    const names = cause.faults.map((fault) => fault.identity.name).join(' + ');
    const beginning = trigger === undefined ? '' : `begun by ${trigger.identity.name}`;
    const isAlone = trigger !== undefined && names === trigger.identity.name;
    const explained = isAlone ? '' : `explained by ${cause.trigger ?? names}`;
    const detail = [beginning, explained].filter((text) => text !== '').join(', ');
    const faults = cause.faults.map((fault) => fault.identity.name);
    const data = { begunBy: trigger?.identity.name ?? null, explainedBy: faults };
    this.put({ time, subject: level, state: 'lost', detail, kind: 'levelLost', data });
  }

  regained(level: string, time: Time, length: Duration): void {
    const detail = `after ${durationText(length / SECOND)}`;
    const data = { afterSeconds: length / SECOND };
    this.put({ time, subject: level, state: 'regained', detail, kind: 'levelRegained', data });
  }

  brownedOut(
    level: string,
    time: Time,
    value: number,
    cause: Cause,
    trigger: Fault | undefined,
  ): void {
    const by = trigger?.identity.name ?? cause.label;
    const detail = `to ${brownoutLevel(value)} by ${by}`;
    const data = { value, by };
    this.put({ time, subject: level, state: 'browned out', detail, kind: 'levelBrownedOut', data });
  }

  restored(level: string, time: Time, length: Duration): void {
    const detail = `after ${durationText(length / SECOND)}`;
    const data = { afterSeconds: length / SECOND };
    this.put({ time, subject: level, state: 'restored', detail, kind: 'levelRestored', data });
  }

  /** To be called once, after the last line. */
  finish(): void {
    this.write(this.form.tail);
  }

  private put(line: TraceLine): void {
    this.write(this.form.line(line, this.isFirst));
    this.isFirst = false;
  }
}

/** Two decimals, more where it would otherwise read 0 or 1. */
function brownoutLevel(value: number): string {
  for (let decimals = 2; decimals <= MOST_DECIMALS; decimals++) {
    const text = value.toFixed(decimals);
    if (Number(text) > 0 && Number(text) < 1) return text;
  }
  return String(value);
}

function formOf(scenario: Scenario, format: TraceFormat): TraceForm {
  switch (format) {
    case 'table':
      return tableForm(scenario);
    case 'csv': {
      const head = csvText(['seconds', 'subject', 'state', 'detail', 'kind', 'data'], []);
      const record = ({ time, subject, state, detail, kind, data }: TraceLine) =>
        csvText(
          [String(time / SECOND), subject, state, detail, kind, printable(JSON.stringify(data))],
          [],
        );
      return { head, line: record, tail: '' };
    }
    case 'json':
      return { head: '[', line: jsonLine, tail: '\n]\n' };
  }
}

function jsonLine({ time, ...line }: TraceLine, isFirst: boolean): string {
  const text = printable(JSON.stringify({ seconds: time / SECOND, ...line }));
  return `${isFirst ? '' : ','}\n  ${text}`;
}

function tableForm(scenario: Scenario): TraceForm {
  const width = longestSubject(scenario);
  const line = ({ time, subject, state, detail }: TraceLine) => {
    const mark = LEVEL_STATES.has(state) ? '*' : ' ';
    const columns = [formatTime(time), mark, subject.padEnd(width), state.padEnd(STATE_WIDTH)];
    return `${printable(`${columns.join(' ')} ${detail}`.trimEnd())}\n`;
  };
  return { head: '', line, tail: '' };
}

function longestSubject({ topology, modes, events }: Scenario): number {
  const names = [
    ...topology.parts.map((part) => part.name),
    ...topology.levels.map((level) => level.name),
    ...modes.map((mode) => mode.name),
    ...events.flatMap((event) =>
      event.type === 'rollingReboot'
        ? event.machines.map((machine) => `${event.name}@${machine}`)
        : [event.name],
    ),
  ];
  return Math.max(...names.map((name) => name.length));
}
