/** The library: scenarios in, figures out. The command line is made from the same parts. */

export { availableWorkers } from './execute/available-workers.ts';
export { RunFailure, type RunOptions, type RunProgress, run } from './execute/run.ts';
export type { Evidence } from './faults/kinds/fault-kind.ts';
export { type RunJson, runJson } from './report/json.ts';
export { resultJsonSchema } from './report/result-schema.ts';
export { type ReportFormat, renderRun } from './report/run-forms.ts';
export type { RunReport } from './report/run-report.ts';
export { scenarioJsonSchema } from './scenario/catalogue/json-schema.ts';
export type { Overrides } from './scenario/option-source.ts';
export type { Origin, Parameter } from './scenario/origin.ts';
export { type ParseOptions, type ParseResult, parseScenario } from './scenario/parse-scenario.ts';
export type {
  FigureName,
  Objective,
  Scenario,
  StopRule,
} from './scenario/scenario.ts';
export { starter } from './scenario/starter.ts';
export { formatProblem, type Problem } from './scenario/text/problems.ts';
export type { Estimate } from './statistics/intervals.ts';
export { chunkLength, type ReplicationRow } from './study/chunk.ts';
export type {
  BrownoutFigures,
  CauseFigures,
  EtcdResult,
  InvolvementFigures,
  LevelResult,
  ObjectiveResult,
  PhaseShares,
  RunResult,
  TriggerFigures,
  Verdict,
} from './study/result.ts';
export { mergeRuns, type RunPart, trace } from './study/run.ts';
export type { TraceListener } from './study/world.ts';
