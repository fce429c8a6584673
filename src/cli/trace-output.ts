/** A trace on its way to several outputs at once, each in its own format and at its own pace. */
import type { Duration, Time } from '../engine/clock.ts';
import type { StateChange } from '../engine/effects.ts';
import type { Fault } from '../faults/fault.ts';
import { type TraceFormat, TraceWriter } from '../report/trace.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Cause } from '../study/cause.ts';
import type { TraceListener } from '../study/world.ts';

/** Characters gathered before they are handed on. */
const CHUNK = 65_536;

/** Where measuring begins, after a warm-up. */
const MEASURING: StateChange = { kind: 'measuringBegins', subject: 'measuring' };
/** The last line of a trace that was interrupted. */
const CUT: StateChange = { kind: 'traceIncomplete', subject: 'trace' };

/** Writes, waits until it is written, and tells whether anybody still reads. */
type Write = (text: string) => Promise<boolean>;

export class TraceOutput {
  readonly writer: TraceWriter;
  hasReader = true;
  private readonly write: Write;
  private gathered = '';

  constructor(scenario: Scenario, format: TraceFormat, write: Write) {
    this.write = write;
    this.writer = new TraceWriter(scenario, format, (text) => {
      if (this.hasReader) this.gathered += text;
    });
  }

  /** Hands on what was gathered, once that is `least` characters. */
  async handOn(least: number): Promise<void> {
    if (this.gathered.length < least || !this.hasReader) return;
    const text = this.gathered;
    this.gathered = '';
    this.hasReader = await this.write(text);
  }
}

/** Tells every output what happens, and what only a trace has to say. */
export class TraceRecorder implements TraceListener {
  /** Of what happened, without the marks of the trace itself. */
  lines = 0;
  /** When the last of them happened. */
  latest: Time = 0;
  /** To be set once the replication has come to its end. */
  isComplete = false;
  private readonly outputs: readonly TraceOutput[];
  private readonly measuredFrom: Duration;
  private isMeasuring: boolean;

  constructor({ warmUp }: Scenario, outputs: readonly TraceOutput[]) {
    this.outputs = outputs;
    this.measuredFrom = warmUp;
    this.isMeasuring = warmUp === 0;
  }

  get hasReaders(): boolean {
    return this.outputs.some(({ hasReader }) => hasReader);
  }

  changed(change: StateChange, time: Time): void {
    this.note(time);
    for (const { writer } of this.outputs) writer.changed(change, time);
  }

  lost(level: string, time: Time, cause: Cause, trigger: Fault | undefined): void {
    this.note(time);
    for (const { writer } of this.outputs) writer.lost(level, time, cause, trigger);
  }

  regained(level: string, time: Time, length: Duration): void {
    this.note(time);
    for (const { writer } of this.outputs) writer.regained(level, time, length);
  }

  brownedOut(
    level: string,
    time: Time,
    value: number,
    cause: Cause,
    trigger: Fault | undefined,
  ): void {
    this.note(time);
    for (const { writer } of this.outputs) writer.brownedOut(level, time, value, cause, trigger);
  }

  restored(level: string, time: Time, length: Duration): void {
    this.note(time);
    for (const { writer } of this.outputs) writer.restored(level, time, length);
  }

  async handOn(): Promise<void> {
    for (const output of this.outputs) await output.handOn(CHUNK);
  }

  /** To be called once, after the last line. */
  async finish(): Promise<void> {
    if (this.isComplete) this.markMeasuring();
    else this.mark(CUT, this.latest);
    for (const output of this.outputs) {
      output.writer.finish();
      await output.handOn(1);
    }
  }

  private note(time: Time): void {
    if (time >= this.measuredFrom) this.markMeasuring();
    this.lines++;
    this.latest = time;
  }

  private markMeasuring(): void {
    if (this.isMeasuring) return;
    this.isMeasuring = true;
    this.mark(MEASURING, this.measuredFrom);
  }

  private mark(change: StateChange, time: Time): void {
    for (const { writer } of this.outputs) writer.changed(change, time);
  }
}
