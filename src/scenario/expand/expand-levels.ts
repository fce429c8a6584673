/** The `levels` and `objectives` sections: what is measured, and what must hold of it. */

import { YEAR } from '../../engine/clock.ts';
import type { LevelExpression, LevelPlan } from '../../model/control-plane/topology.ts';
import type { FigureName, Objective } from '../scenario.ts';
import type { Findings } from '../text/findings.ts';
import { type Finding, shorten, unknownName } from '../text/problems.ts';
import { type QuantityKind, readQuantity } from '../text/quantities.ts';
import { API_LEVELS, CONTROLLERS } from './kubernetes-level.ts';
import { parseLevel, QUORUM } from './level-expressions.ts';
import { ETCD_LEVELS } from './message-level.ts';
import type { Names } from './names.ts';

/** Levels that every scenario knows, whether or not it measures them all. */
export const KNOWN_LEVELS: readonly LevelPlan[] = [
  { name: QUORUM, expression: { kind: 'quorum' } },
  ...[...ETCD_LEVELS].map(
    ([name, level]): LevelPlan => ({ name, expression: { kind: 'etcd', level } }),
  ),
  ...[...API_LEVELS].map(
    ([name, level]): LevelPlan => ({ name, expression: { kind: 'api', level } }),
  ),
  { name: CONTROLLERS, expression: { kind: 'controllers' } },
];

/** Those that are measured, in their order. */
export function measuredLevels(etcd: boolean, kubernetes: boolean): readonly LevelPlan[] {
  return KNOWN_LEVELS.filter(({ expression: { kind } }) => {
    return kind === 'quorum' || (kind === 'etcd' ? etcd : kubernetes);
  });
}

/** The scenario's own levels; broken ones are reported and left out. */
export function expandLevels(
  given: Readonly<Record<string, string>>,
  names: Names,
  findings: Findings,
): LevelPlan[] {
  const known = KNOWN_LEVELS.map(({ name, expression }) => [name, expression] as const);
  const levels = new Map<string, LevelExpression | undefined>(known);
  for (const [name, text] of Object.entries(given)) {
    const clash = names.clash(name);
    if (clash !== undefined) findings.problem(['levels', name], { message: clash }, 'key');
    const parsed = parseLevel(text, { names, levels });
    if (parsed !== undefined && 'message' in parsed) {
      const { offset, ...told } = parsed;
      const word = wordIn(told);
      const later = Object.keys(given).includes(word) && !levels.has(word);
      const message = word === name ? `level "${word}" names itself` : undefined;
      const finding = later ? { message: message ?? `level "${word}" is defined later` } : told;
      findings.problemIn(['levels', name], offset, finding);
      levels.set(name, undefined);
    } else levels.set(name, parsed);
  }
  return [...levels]
    .slice(known.length)
    .flatMap(([name, expression]) => (expression === undefined ? [] : [{ name, expression }]));
}

/** The name in `unknown name "x"`. */
function wordIn({ message }: Finding): string {
  return /^unknown name "(.*)"$/.exec(message)?.[1] ?? '';
}

const FIGURES: Readonly<Record<FigureName, QuantityKind>> = {
  availability: 'share',
  unavailability: 'share',
  downtimePerYear: 'duration',
  outagesPerYear: 'number',
  meanOutage: 'duration',
  timeToFirstOutage: 'duration',
};

const OBJECTIVE_RULE =
  'figure(level) <, <=, > or >= a value, such as availability(etcd.quorum) >= 99.95 %';

/** One objective, or why the text is none. */
function parseObjective(text: string, levels: readonly string[]): Objective | Finding {
  const match = /^\s*([A-Za-z]+)\s*\(\s*([A-Za-z][A-Za-z0-9.-]*)\s*\)\s*([<>]=?)(.+)$/.exec(text);
  if (match === null) {
    return { message: `"${shorten(text, 60)}" is not an objective`, allowed: OBJECTIVE_RULE };
  }
  const [, figureText, level, comparison, limit] = match as unknown as [
    string,
    string,
    string,
    Objective['comparison'],
    string,
  ];
  const figures = Object.keys(FIGURES) as FigureName[];
  const figure = figures.find((name) => name === figureText);
  if (figure === undefined) return unknownName('figure', figureText, figures);
  if (!levels.includes(level)) return unknownName('level', level, levels);
  const value = limitOf(figure, limit.trim());
  if (typeof value !== 'number') return value;
  return { text, figure, level, comparison, value };
}

/** A share, outages a year, or microseconds, as the figure is. */
function limitOf(figure: FigureName, text: string): number | Finding {
  const kind = FIGURES[figure];
  if (figure === 'outagesPerYear' && text.includes('%')) {
    const message = `"${shorten(text, 40)}" is a share, and ${figure} is a number of outages`;
    return { message, allowed: 'a number such as 0.1, or a rate such as 1 / month' };
  }
  let value = readQuantity(text, kind);
  if (figure === 'outagesPerYear' && typeof value !== 'number') {
    const rate = readQuantity(text, 'rate');
    if (typeof rate === 'number') value = rate * YEAR;
  }
  if (typeof value !== 'number') return value;
  if (value < 0) return { message: `${figure} is never below 0` };
  if (kind === 'share' && value > 1) {
    const message = `${figure} is never above 100 %: "${shorten(text, 40)}"`;
    const allowed = 'a share such as 99.95 %, or a number from 0 to 1';
    const isBare = value <= 100 && Number.isFinite(Number(text));
    return isBare ? { message, allowed, suggestion: `${text} %` } : { message, allowed };
  }
  return value;
}

/** Between which values a figure lies; those without an upper end lie anywhere above 0. */
const HIGHEST: Readonly<Partial<Record<FigureName, number>>> = {
  availability: 1,
  unavailability: 1,
  downtimePerYear: YEAR,
};

/** Why an objective says nothing of the scenario, or undefined where it does. */
function foregoneOf({ figure, comparison, value }: Objective): string | undefined {
  const highest = HIGHEST[figure] ?? Number.POSITIVE_INFINITY;
  const isUpper = comparison === '<' || comparison === '<=';
  const isStrict = comparison === '<' || comparison === '>';
  if (isUpper ? value > highest || (value === highest && !isStrict) : value === 0 && !isStrict) {
    return 'this objective is always met';
  }
  if (isUpper ? value === 0 && isStrict : value > highest || (value === highest && isStrict)) {
    return 'this objective can never be met';
  }
  const isPerfect = isUpper ? value === 0 : value === highest;
  return isPerfect ? 'no simulation can show this objective met: it allows no outage' : undefined;
}

/**
 * The objectives of `given`; mistakes are reported at each.
 * @param broken levels with mistakes of their own: objectives on them are not judged
 */
export function expandObjectives(
  given: readonly string[],
  levels: readonly string[],
  broken: readonly string[],
  findings: Findings,
): Objective[] {
  return given.flatMap((text, index) => {
    const path = ['objectives', index];
    const objective = parseObjective(text, [...levels, ...broken]);
    if ('message' in objective) {
      findings.problem(path, objective);
      return [];
    }
    const foregone = foregoneOf(objective);
    if (foregone !== undefined) findings.warning(path, { message: foregone });
    return [objective];
  });
}
