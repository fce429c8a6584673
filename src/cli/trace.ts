/** What `quorate run --trace` does: one replication's state changes, printed as they come. */
import { TraceWriter } from '../report/trace.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { trace } from '../study/run.ts';
import { EXIT, type ExitCode, Refusal } from './exit-codes.ts';
import type { Format } from './options.ts';
import { type OutputFile, print, writeWhole } from './output.ts';

export interface TraceOptions {
  /** From 1. */
  readonly replication: number;
  readonly format: Format;
  readonly awake: boolean;
  readonly outputs: readonly OutputFile[];
}

/** Characters gathered before they are printed. */
const CHUNK = 65_536;

export async function traceReplication(
  scenario: Scenario,
  options: TraceOptions,
): Promise<ExitCode> {
  const { replication, format, awake, outputs } = options;
  for (const { path, format: written } of outputs) {
    const chunks: string[] = [];
    const writer = traceWriter(scenario, written, (text) => chunks.push(text));
    trace(scenario, replication - 1, writer, { awake });
    writer.finish();
    writeWhole(path, chunks.join(''));
  }
  let gathered = '';
  const writer = traceWriter(scenario, format, (text) => {
    gathered += text;
    if (gathered.length < CHUNK) return;
    process.stdout.write(gathered);
    gathered = '';
  });
  trace(scenario, replication - 1, writer, { awake });
  writer.finish();
  await print(gathered);
  return EXIT.met;
}

function traceWriter(
  scenario: Scenario,
  format: Format,
  write: (text: string) => void,
): TraceWriter {
  if (format === 'md') throw new Refusal('a trace can be table, json or csv, not md');
  return new TraceWriter(scenario, format, write);
}
