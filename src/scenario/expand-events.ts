/** The `events` section as scripted faults and rolling reboots. */
import type { Duration, Time } from '../engine/clock.ts';
import type { ScriptedPlan } from '../faults/plans.ts';
import { cutsBetween } from './expand-shared.ts';
import type { Findings } from './findings.ts';
import type { Names } from './names.ts';
import { ACTIONS, type EventSection } from './schema/event-schema.ts';
import type { ScenarioFile } from './schema/scenario-schema.ts';
import type { Path } from './yaml-document.ts';

export function expandEvents(file: ScenarioFile, names: Names, findings: Findings): ScriptedPlan[] {
  const plans: ScriptedPlan[] = [];
  const taken = new Set<string>();
  (file.events ?? []).forEach((event, index) => {
    const path = ['events', index];
    const plan = expandEvent(event, index, path, names, findings);
    if (taken.has(plan.name)) {
      findings.problem([...path, 'name'], { message: `"${plan.name}" is already an event` });
    }
    taken.add(plan.name);
    checkTimes(plan, event, path, file, findings);
    plans.push(plan);
  });
  return plans;
}

function expandEvent(
  event: EventSection,
  index: number,
  path: Path,
  names: Names,
  findings: Findings,
): ScriptedPlan {
  const action = ACTIONS.find((one) => event[one] !== undefined)!;
  const timing = {
    name: event.name ?? `event${index + 1}`,
    kind: `event.${event.name ?? action}`,
    at: (event.at ?? event.every) as Time,
    every: event.every,
  };
  if (event.rollingReboot !== undefined) {
    const { machines, down, gap, careful } = event.rollingReboot;
    const given = machines.map((name) => (name === 'all' ? 'machines' : name));
    const rebooted = names.machines(given, [...path, 'rollingReboot', 'machines'], findings);
    return { type: 'rollingReboot', ...timing, machines: rebooted, down, gap, careful };
  }
  const lasting = { ...timing, for: event.for!, planned: event.planned ?? false };
  if (event.partition !== undefined) {
    const cuts = cutsBetween(event.partition, [...path, 'partition'], names, findings);
    return { type: 'fault', ...lasting, effect: { parts: [], cuts } };
  }
  const parts =
    event.crash === undefined
      ? names.parts(event.fail!, [...path, 'fail'], findings)
      : names.machines(event.crash, [...path, 'crash'], findings);
  return { type: 'fault', ...lasting, effect: { parts, cuts: [] } };
}

function checkTimes(
  plan: ScriptedPlan,
  event: EventSection,
  path: Path,
  file: ScenarioFile,
  findings: Findings,
): void {
  const key = event.at === undefined ? 'every' : 'at';
  if (plan.at >= file.warmUp + file.horizon) {
    const message = 'this event lies beyond the end of every history and never happens';
    findings.warning([...path, key], { message, allowed: 'before the end of warmUp and horizon' });
  }
  if (plan.every !== undefined && plan.every <= lengthOf(plan)) {
    const message = 'the event would begin again before it is over';
    const allowed = 'every: longer than the event itself';
    findings.problem([...path, 'every'], { message, allowed });
  }
}

/** From its begin to its end, without waiting of a careful reboot. */
function lengthOf(plan: ScriptedPlan): Duration {
  if (plan.type === 'fault') return plan.for;
  return plan.machines.length * (plan.down + plan.gap) - plan.gap;
}
