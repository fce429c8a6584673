/** One line on standard error that tells how far a run is; only on a terminal. */
import { count, durationText, significant } from '../report/numbers.ts';
import type { StopRule } from '../scenario/scenario.ts';
import type { RunResult } from '../study/result.ts';
import type { RunProgress } from '../study/run.ts';
import { besideOrBelow } from './messages.ts';

const ERASE_LINE = '\r\u001b[K';

export class ProgressLine {
  private readonly stop: StopRule;
  private isShown = false;

  constructor(stop: StopRule) {
    this.stop = stop;
  }

  show(progress: RunProgress): void {
    const width = (process.stderr.columns || 80) - 1;
    process.stderr.write(ERASE_LINE + progressText(progress, this.stop).slice(0, width));
    this.isShown = true;
  }

  clear(): void {
    if (this.isShown) process.stderr.write(ERASE_LINE);
    this.isShown = false;
  }
}

export function progressText(progress: RunProgress, stop: StopRule): string {
  const { replications, replicationsAsked, seconds, events, precision } = progress;
  const fields = [`${count(replications)} of ${count(replicationsAsked)} replications`];
  if (stop.kind === 'precision') {
    fields[0] = `${count(replications)} replications`;
    const reached = precision === undefined ? 'not known yet' : `${significant(precision * 100)} %`;
    fields.push(`precision ${reached} of ${significant(stop.relativeHalfWidth * 100)} %`);
  }
  if (seconds > 0) {
    fields.push(`${significant(replications / seconds)}/s`, `${large(events / seconds)} events/s`);
  }
  const left = replicationsLeft(progress, stop);
  if (left !== undefined && replications > 0) {
    fields.push(`${durationText((left * seconds) / replications)} left`);
  }
  return fields.join(' · ');
}

/** An interval narrows with the square root of what it is made from. */
function replicationsLeft(progress: RunProgress, stop: StopRule): number | undefined {
  const { replications, replicationsAsked, precision } = progress;
  const most = replicationsAsked - replications;
  if (stop.kind === 'replications') return most;
  if (precision === undefined || !Number.isFinite(precision)) return undefined;
  const needed = replications * (precision / stop.relativeHalfWidth) ** 2;
  return Math.min(most, Math.max(0, needed - replications));
}

/** What stands when a run is over: what was simulated, and in what time. */
export function doneText({ run }: RunResult): string {
  const years = durationText(run.yearsSimulated * 365 * 86_400);
  return besideOrBelow(
    `simulated ${years} in ${durationText(run.wallSeconds)}`,
    `(${large(run.eventsExecuted)} events, ${large(run.ticksElided)} ticks slept through)`,
  );
}

/** `9,999`, `12.3 thousand`, `4.56 million`. */
function large(value: number): string {
  if (value < 10_000) return count(value);
  if (value < 1e6) return `${significant(value / 1e3)} thousand`;
  return value < 1e9
    ? `${significant(value / 1e6)} million`
    : `${significant(value / 1e9)} billion`;
}
