/** The report of a run as a page: first the answer, then the evidence, then what it rests on. */
import type { KubernetesPlan } from '../model/control-plane/kubernetes-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { LevelResult, ObjectiveResult, RunResult, Verdict } from '../study/result.ts';
import { lostText } from './brownout-rows.ts';
import {
  availabilityFigure,
  downtimePerYearFigure,
  durationFigure,
  type FigureText,
  figureAndInterval,
  ninesText,
  rateFigure,
  shareFigure,
  smallShareFigure,
} from './estimates.ts';
import { etcdSection } from './etcd-section.ts';
import { type FaultClassContent, faultClasses, understatement } from './fault-classes.ts';
import { confidenceText, levelSection } from './level-section.ts';
import { count, counted, durationText, HOUR, YEAR_HOURS, yearsText } from './numbers.ts';
import { type Block, type Cell, columns, type Page, type Tone } from './page.ts';
import { countParameters } from './parameters.ts';
import type { RunReport } from './run-report.ts';
import { isUnseen } from './said.ts';
import { spanOf, spanText } from './span.ts';

const DIGEST_SHOWN = 12;

export function runPage(report: RunReport): Page {
  const { scenario, result } = report;
  return [
    { kind: 'title', text: scenario.name },
    ...(scenario.question === undefined ? [] : [paragraph(scenario.question)]),
    ...incompleteBlocks(result.run),
    { kind: 'lines', lines: scenario.placement },
    ...answerBlocks(result),
    ...objectiveBlocks(result),
    ...Object.entries(result.levels).flatMap(([name, level]) => {
      const twin = twinOf(name, result);
      return twin === undefined ? levelSection(name, level, result.run) : sameSection(name, twin);
    }),
    ...etcdSection(result.etcd, result.run),
    ...foundationBlocks(report),
  ];
}

/** A level told before whose every figure is the same, as reads often share the fate of writes. */
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
    paragraph(`In every figure the same as ${twin}: lost and regained with it.`),
  ];
}

function paragraph(text: Cell): Block {
  return { kind: 'paragraph', text };
}

function incompleteBlocks({ complete, precisionReached, ...run }: RunResult['run']): Block[] {
  const done = `${count(run.replications)} of ${counted(run.replicationsAsked, 'replication')}`;
  if (!complete) {
    const text = `INCOMPLETE: interrupted after ${done}. The figures are of those alone.`;
    return [paragraph({ text, tone: 'bad' })];
  }
  if (precisionReached === false) {
    const text = `The precision asked for was not reached in ${done}.`;
    return [paragraph({ text, tone: 'unsure' })];
  }
  return [];
}

function answerBlocks({ levels, run }: RunResult): Block[] {
  const rows = Object.entries(levels).map(([name, level]): Cell[] => [
    { text: name, tone: 'strong' },
    answerText(level, run),
  ]);
  return [
    { kind: 'heading', text: `Answer, with ${confidenceText(run)} intervals` },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

function answerText(level: LevelResult, run: RunResult['run']): string {
  const { unavailability, downtimePerYear } = level;
  const span = spanOf(run);
  const nines = ninesText(unavailability);
  const availability = figureAndInterval(availabilityFigure(unavailability));
  const downtime = figureAndInterval(span.downtime(downtimePerYear));
  return [
    `available ${availability}${nines === '' ? '' : `, ${nines}`}`,
    `downtime ${span.text} ${downtime}`,
    ...lostText(level, run),
  ].join('\n');
}

const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  met: 'good',
  missed: 'bad',
  undecided: 'unsure',
};

function objectiveBlocks({ objectives, run }: RunResult): Block[] {
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
  const notes = [`found: ${figureAndInterval(objectiveFigure(objective))}`];
  if (objective.verdict === 'undecided') {
    notes.push('the interval reaches over the limit; more replications may decide');
  }
  if (objective.chanceOfAYear !== undefined) {
    const chance = figureAndInterval(shareFigure(objective.chanceOfAYear));
    notes.push(`chance that ${spanText(run)} on its own meets it: ${chance}`);
  }
  return notes;
}

/** What was found of an objective's figure, in words. */
export function objectiveFigure({ figure, estimate }: ObjectiveResult): FigureText {
  switch (figure) {
    case 'availability':
      return availabilityFigure({
        ...estimate,
        estimate: 1 - estimate.estimate,
        low: 1 - estimate.high,
        high: 1 - estimate.low,
      });
    case 'unavailability':
      return smallShareFigure(estimate);
    case 'downtimePerYear':
      return downtimePerYearFigure(estimate);
    case 'outagesPerYear':
      return rateFigure(estimate);
    case 'meanOutage':
      return durationFigure(estimate, 1);
    case 'timeToFirstOutage':
      return durationFigure(estimate, HOUR);
  }
}

function foundationBlocks(report: RunReport): Block[] {
  const { scenario, result, file, digest, version, command } = report;
  const classes = faultClasses(scenario);
  const warning = understatement(scenario);
  const hasEtcd = scenario.topology.etcd !== undefined;
  const rows: Cell[][] = [
    ['in the model', classesText(classes, scenario)],
    ['left out', leftOutText(classes, hasEtcd)],
    ['parameters', parametersText(report)],
    ['simulated', simulatedText(result.run)],
    ['scenario', `${file}, sha256 ${digest.slice(0, DIGEST_SHOWN)}`],
    ['seed', result.run.seed],
    ['version', `quorate ${version}`],
  ];
  return [
    { kind: 'heading', text: 'What this rests on' },
    { kind: 'table', columns: columns('', ''), rows },
    ...(warning === undefined ? [] : [paragraph({ text: warning, tone: 'unsure' })]),
    paragraph('The same figures again:'),
    { kind: 'command', text: command },
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

function leftOutText(classes: readonly FaultClassContent[], hasEtcd: boolean): string {
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

function simulatedText(run: RunResult['run']): string {
  const horizon = yearsText(run.horizonHours / YEAR_HOURS);
  const warmUp =
    run.warmUpHours === 0 ? '' : ` after ${durationText(run.warmUpHours * HOUR)} of warm-up`;
  return `${counted(run.replications, 'replication')} of ${horizon}${warmUp}`;
}
