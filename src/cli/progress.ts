/**
 * Standard error tells how long a run will take, and on a terminal, in one line, how far it is.
 */
import type { RunProgress } from '../execute/run.ts';
import { count, durationText, significant } from '../report/numbers.ts';
import type { StopRule } from '../scenario/scenario.ts';
import type { RunResult } from '../study/result.ts';
import { besideOrBelow, tell } from './messages.ts';

const ERASE_LINE = '\r\u001b[K';
/** Seconds of work after which it is said how long it will take; longer where little is done. */
const FORETELL_AFTER = 1;
/** Threads that have just started are slow for a while. */
const FORETELL_AFTER_THREADS = 2.5;
const FORETELL_AT_LAST = 4;
const ENOUGH_DONE = 10;
/** Runs of fewer seconds are over before anybody asks. */
const WORTH_A_WORD = 4;

export class ProgressLine {
  private readonly stop: StopRule;
  private readonly isTerminal: boolean;
  private isShown = false;
  private isForetold = false;

  constructor(stop: StopRule, isTerminal: boolean) {
    this.stop = stop;
    this.isTerminal = isTerminal;
  }

  show(progress: RunProgress): void {
    if (!this.isForetold && canForetell(progress)) this.foretell(progress);
    if (!this.isTerminal) return;
    const width = (process.stderr.columns || 80) - 1;
    process.stderr.write(ERASE_LINE + progressText(progress, this.stop).slice(0, width));
    this.isShown = true;
  }

  /** Once, as soon as it is known. */
  private foretell(progress: RunProgress): void {
    const seconds = secondsInAll(progress, this.stop);
    if (seconds === undefined) return;
    this.isForetold = true;
    if (seconds < WORTH_A_WORD) return;
    this.clear();
    tell(forecastText(progress, this.stop, seconds));
  }

  clear(): void {
    if (this.isShown) process.stderr.write(ERASE_LINE);
    this.isShown = false;
  }
}

export function progressText(progress: RunProgress, stop: StopRule): string {
  const { replications, replicationsAsked, seconds, events, precision, rate } = progress;
  const fields = [`${count(replications)} of ${count(replicationsAsked)} replications`];
  if (stop.kind === 'precision') {
    fields[0] = `${count(replications)} replications`;
    const reached = precision === undefined ? 'not known yet' : `${significant(precision * 100)} %`;
    fields.push(`precision ${reached} of ${significant(stop.relativeHalfWidth * 100)} %`);
  }
  if (seconds > 0) {
    fields.push(`${significant(rate)}/s`, `${large(events / seconds)} events/s`);
  }
  const left = replicationsLeft(progress, stop);
  if (left !== undefined && rate > 0) fields.push(`${durationText(left / rate)} left`);
  return fields.join(' · ');
}

function canForetell({ seconds, replications, workers }: RunProgress): boolean {
  if (replications < ENOUGH_DONE) return seconds >= FORETELL_AT_LAST;
  return seconds >= (workers > 1 ? FORETELL_AFTER_THREADS : FORETELL_AFTER);
}

/** From the start to the end; undefined where that cannot be said yet. */
function secondsInAll(progress: RunProgress, stop: StopRule): number | undefined {
  const left = replicationsLeft(progress, stop);
  const { rate, seconds } = progress;
  return left === undefined || !(rate > 0) ? undefined : seconds + left / rate;
}

/** `about 40 s for 1,000 replications with 2 workers`. */
export function forecastText(progress: RunProgress, stop: StopRule, seconds: number): string {
  const { workers, replicationsAsked } = progress;
  const what =
    stop.kind === 'precision'
      ? `a precision of ${significant(stop.relativeHalfWidth * 100)} %`
      : `${count(replicationsAsked)} replications`;
  const who = workers > 1 ? ` with ${workers} workers` : '';
  return `about ${durationText(seconds)} for ${what}${who}`;
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
    `(${large(run.eventsExecuted)} events, ${large(run.ticksElided)} ticks skipped)`,
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
