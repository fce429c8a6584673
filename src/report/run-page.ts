/** The report of a run as a page: the answer, then on demand every figure, then the assumptions. */
import type { KubernetesPlan } from '../model/control-plane/kubernetes-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ObjectiveResult, RunResult } from '../study/result.ts';
import { figureAndInterval, shareFigure } from './estimates.ts';
import { etcdSection } from './etcd-section.ts';
import { type FaultClassContent, faultClasses, understatement } from './fault-classes.ts';
import { levelSection, MINIMAL_CUT_SET } from './level-section.ts';
import { count, counted, durationText, HOUR_SECONDS, YEAR_HOURS, yearsText } from './numbers.ts';
import { type Block, type Cell, columns, type Page } from './page.ts';
import { countParameters } from './parameters.ts';
import { isUnseen } from './published.ts';
import type { RunReport } from './run-report.ts';
import { spanText } from './span.ts';
import {
  answerSentence,
  levelBlocks,
  objectiveBlocks,
  objectiveFigure,
  VERDICT_TONE,
  whyBlocks,
} from './summary.ts';

const DIGEST_SHOWN = 12;

/** On one screen, as far as the scenario allows; `hasDetails` adds every figure of each level. */
export function runPage(report: RunReport, hasDetails: boolean): Page {
  const { scenario, result } = report;
  const opening: Block[] = [
    { kind: 'title', text: scenario.name },
    ...(scenario.question === undefined ? [] : [paragraph(scenario.question)]),
    ...incompleteBlocks(result.run),
    paragraph({ text: answerSentence(result), tone: 'strong' }),
    { kind: 'lines', lines: scenario.placement },
    ...levelBlocks(result),
  ];
  if (!hasDetails) {
    return [
      ...opening,
      ...objectiveBlocks(result),
      ...whyBlocks(result),
      ...assumptionBlocks(report),
      paragraph('Every figure of each level: --details. To reproduce:'),
      { kind: 'command', text: report.command },
    ];
  }
  return [
    ...opening,
    ...objectiveDetails(result),
    ...Object.entries(result.levels).flatMap(([name, level]) => {
      const twin = twinOf(name, result);
      return twin === undefined ? levelSection(name, level, result.run) : sameSection(name, twin);
    }),
    paragraph(MINIMAL_CUT_SET),
    ...etcdSection(result.etcd, result.run),
    ...assumptionBlocks(report),
    ...runBlocks(report),
    paragraph('To reproduce:'),
    { kind: 'command', text: report.command },
  ];
}

/** An earlier level whose every figure is the same, as reads often fail with writes. */
function twinOf(name: string, { levels }: RunResult): string | undefined {
  const told = Object.keys(levels);
  const own = JSON.stringify(levels[name]);
  const isUnseenLevel = isUnseen(levels[name]!);
  const before = told.slice(0, told.indexOf(name));
  return isUnseenLevel ? undefined : before.find((other) => JSON.stringify(levels[other]) === own);
}

function sameSection(name: string, twin: string): Block[] {
  return [
    { kind: 'heading', text: name },
    paragraph(`Every figure equals that of ${twin}: both are lost and regained together.`),
  ];
}

function paragraph(text: Cell): Block {
  return { kind: 'paragraph', text };
}

function incompleteBlocks({ complete, precisionReached, ...run }: RunResult['run']): Block[] {
  const done = `${count(run.replications)} of ${counted(run.replicationsAsked, 'replication')}`;
  if (!complete) {
    const text = `INCOMPLETE: interrupted after ${done}. The figures are of those only.`;
    return [paragraph({ text, tone: 'bad' })];
  }
  if (precisionReached === false) {
    const text = `The precision asked for was not reached in ${done}.`;
    return [paragraph({ text, tone: 'unsure' })];
  }
  return [];
}

/** With what decides, and how likely a single year is to meet each. */
function objectiveDetails({ objectives, run }: RunResult): Block[] {
  if (objectives.length === 0) return [];
  const rows = objectives.map((objective): Cell[] => [
    { text: objective.verdict, tone: VERDICT_TONE[objective.verdict] },
    [objective.objective, ...objectiveNotes(objective, run)].join('\n  '),
  ]);
  return [
    { kind: 'heading', text: 'Objectives' },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

function objectiveNotes(objective: ObjectiveResult, run: RunResult['run']): string[] {
  const notes = [`found ${figureAndInterval(objectiveFigure(objective))}`];
  if (objective.verdict === 'undecided') {
    notes.push('the interval includes the limit: more replications may decide');
  }
  if (objective.chanceOfAYear !== undefined) {
    const chance = figureAndInterval(shareFigure(objective.chanceOfAYear));
    notes.push(`probability that a single ${spanNoun(run)} meets it: ${chance}`);
  }
  return notes;
}

function assumptionBlocks(report: RunReport): Block[] {
  const { scenario } = report;
  const classes = faultClasses(scenario);
  const warning = understatement(scenario);
  const hasEtcd = scenario.topology.etcd !== undefined;
  const rows: Cell[][] = [
    ['modelled', classesText(classes, scenario)],
    ['not modelled', notModelledText(classes, hasEtcd)],
    ['parameters', parametersText(report)],
  ];
  return [
    { kind: 'heading', text: 'Assumptions' },
    { kind: 'table', columns: columns('', ''), rows },
    ...(warning === undefined ? [] : [paragraph({ text: warning, tone: 'unsure' })]),
  ];
}

function runBlocks({ result, file, digest, version }: RunReport): Block[] {
  const rows: Cell[][] = [
    ['simulated', simulatedText(result.run)],
    ['scenario', `${file}, sha256 ${digest.slice(0, DIGEST_SHOWN)}`],
    ['seed', result.run.seed],
    ['version', `quorate ${version}`],
  ];
  return [
    { kind: 'heading', text: 'The run' },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

function classesText(classes: readonly FaultClassContent[], { topology }: Scenario): string {
  const { etcd, kubernetes } = topology;
  const held = classes.filter(({ kinds }) => kinds.length > 0);
  const lines = held.map(({ class: name, kinds }) => `${name}: ${kinds.join(', ')}`);
  if (lines.length === 0) lines.push('nothing that fails');
  if (etcd !== undefined) {
    lines.push('etcd: elections, hand-overs, fsyncs, reconnection, catching up');
  }
  if (kubernetes !== undefined) lines.push(...kubernetesLines(kubernetes));
  return lines.join('\n');
}

function kubernetesLines({ balancer: { kind }, load }: KubernetesPlan): string[] {
  const balancer = kind === 'none' ? 'no load balancer' : `load balancer ${kind}`;
  const line = `Kubernetes: API servers, probes, leases, ${balancer}`;
  if (load === undefined) return [line];
  return [line, `load: requests, lists and watches of ${counted(load.nodes, 'node')}, memory`];
}

function notModelledText(classes: readonly FaultClassContent[], hasEtcd: boolean): string {
  const missing = classes.filter(({ kinds }) => kinds.length === 0).map((one) => one.class);
  const ofEtcd = hasEtcd ? [] : ['leader elections', 'slow disks'];
  return [...missing, ...ofEtcd].join(', ');
}

function parametersText({ scenario, file }: RunReport): string {
  const { all, given, sourced, derived, assumed } = countParameters(scenario);
  return (
    `${all}: ${given} given, ${sourced} sourced, ${derived} derived, ${assumed} assumed\n` +
    `quorate explain ${file} shows each`
  );
}

/** What a single draw spans: `year`, or the horizon where that is shorter. */
function spanNoun(run: RunResult['run']): string {
  const text = spanText(run);
  return text === 'a year' ? 'year' : `history of ${text}`;
}

function simulatedText(run: RunResult['run']): string {
  const horizon = yearsText(run.horizonHours / YEAR_HOURS);
  const warmUp =
    run.warmUpHours === 0
      ? ''
      : ` after ${durationText(run.warmUpHours * HOUR_SECONDS)} of warm-up`;
  return `${counted(run.replications, 'replication')} of ${horizon}${warmUp}`;
}
