/**
 * The settings of a failure mode, put together from presets and file, as a plan's law and repair.
 * A life (mttf, rate, afr or law, with shape) is replaced as a whole, other keys one by one.
 */
import { type Duration, SECOND, YEAR } from '../../engine/clock.ts';
import { Exponential } from '../../engine/laws/exponential.ts';
import {
  meanFromAnnualFailureRate,
  meanFromRate,
  weibullFromMean,
} from '../../engine/laws/from-known.ts';
import type { LawPlan } from '../../engine/laws/law.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { DetectionPlan, ModeRepairPlan, RepairedBy } from '../../faults/plans.ts';
import { LIFE_KEYS, type ModeSettings } from '../catalogue/failure-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';

/** `upper` on top of `lower`. */
export function layered(lower: ModeSettings, upper: ModeSettings): ModeSettings {
  const given = Object.fromEntries(
    Object.entries(upper).filter(([, value]) => value !== undefined),
  ) as ModeSettings;
  const below = { ...lower };
  if (hasLife(given)) for (const key of LIFE_KEYS) delete below[key];
  return { ...below, ...given };
}

function hasLife(settings: ModeSettings): boolean {
  return LIFE_KEYS.some((key) => settings[key] !== undefined);
}

/** The law of the time to failure; undefined where the settings do not say when it fails. */
function lifeLaw({ mttf, rate, afr, law, shape }: ModeSettings): LawPlan | undefined {
  if (law !== undefined) return law;
  const mean =
    mttf ??
    (rate === undefined ? undefined : meanFromRate(rate)) ??
    (afr === undefined ? undefined : meanFromAnnualFailureRate(afr, YEAR));
  if (mean === undefined) return undefined;
  return (shape === undefined ? new Exponential(mean) : weibullFromMean(mean, shape)).plan;
}

/** How long a kill counts as a fault that is active; what it does is done at its begin. */
export const KILL_LENGTH: Duration = SECOND;
const KILL: LawPlan = { family: 'deterministic', value: KILL_LENGTH };

export interface Behaviour {
  readonly law: LawPlan;
  readonly repair: ModeRepairPlan;
}

/** What is asked of a mode's settings beyond their structure. */
interface Demands {
  /** Such as `machine.crash`, for messages. */
  readonly kind: string;
  readonly by: RepairedBy;
  /** Whether it only ends a process, which somebody else starts again: it has no repair. */
  readonly isKill: boolean;
  /** Where the settings stand in the file. */
  readonly path: Path;
  /** Whether there is a part that every occurrence takes down, for a health check to look at. */
  readonly isWatchable: boolean;
  /** Whether a mode that never fails by itself may be declared. */
  readonly mayRest: boolean;
}

/** The law and repair of a mode, or undefined where it never fails or a finding was reported. */
export function behaviour(
  settings: ModeSettings,
  { kind, by: usualBy, path, isKill, isWatchable, mayRest }: Demands,
  findings: Findings,
): Behaviour | undefined {
  const law = lifeLaw(settings);
  const { repair = isKill ? KILL : undefined } = settings;
  const detection = detectionOf(settings);
  const by = settings.by ?? usualBy;
  if (mayRest && law === undefined && repair === undefined) return undefined;
  if (law === undefined) {
    const message = `when ${kind} happens is missing`;
    findings.problem(path, { message, allowed: 'one of mttf, rate, afr and law' }, 'key');
  }
  if (repair === undefined) {
    const message = `how long the repair of ${kind} takes is missing`;
    findings.problem(path, { message, allowed: 'repair: such as 4 h' }, 'key');
  }
  if (law !== undefined && !lawOf(law).hasHazard) {
    const message = 'a sum of two random laws can drive repairs, not failures';
    findings.problem([...path, 'law'], { message, allowed: 'a law that is no such sum' });
  }
  if (by === 'supervisor' && usualBy !== 'supervisor') {
    const message = `no supervisor ends ${kind}`;
    findings.problem([...path, 'by'], { message, allowed: 'itself, crew' });
  }
  if (detection !== undefined && by !== 'crew') {
    const message = `detection has no meaning: no crew repairs ${kind} here`;
    findings.problem([...path, 'detection'], { message, allowed: 'by: crew beside it' }, 'key');
  }
  if (detection?.kind === 'healthCheck' && !isWatchable) {
    const message = `no part is always taken down by ${kind}, for a health check to look at`;
    findings.problem([...path, 'detection'], { message, allowed: 'a delay or inspection' }, 'key');
  }
  if (law === undefined || repair === undefined) return undefined;
  return { law, repair: { law: repair, by, detection } };
}

/** How somebody comes to know of a fault; undefined: at once. */
function detectionOf({ detection }: ModeSettings): DetectionPlan | undefined {
  if (detection === undefined || detection === 'at once') return undefined;
  if ('family' in detection) return { kind: 'delay', law: detection };
  const { healthCheck, inspection } = detection;
  if (healthCheck !== undefined) return { kind: 'healthCheck', ...healthCheck };
  const { every, offset } = inspection!;
  return { kind: 'inspection', every, offset: offset ?? every };
}
