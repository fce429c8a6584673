/** The `events` section as scripted faults, rolling reboots and replacements of members. */
import type { Duration, Time } from '../../engine/clock.ts';
import type { ScriptedPlan } from '../../faults/plans.ts';
import { ACTIONS, type EventSection } from '../catalogue/event-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import { EventTargets, eventEffect } from './event-effects.ts';
import { KILL_LENGTH } from './mode-settings.ts';
import type { Names } from './names.ts';

export function expandEvents(file: ScenarioFile, names: Names, findings: Findings): ScriptedPlan[] {
  const plans: ScriptedPlan[] = [];
  const taken = new Set<string>();
  (file.events ?? []).forEach((event, index) => {
    const path = ['events', index];
    const plan = expandEvent(event, index, new EventTargets(names, findings, path));
    if (plan === undefined) return;
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
  targets: EventTargets,
): ScriptedPlan | undefined {
  const action = ACTIONS.find((one) => event[one] !== undefined)!;
  const timing = {
    name: event.name ?? `event${index + 1}`,
    kind: `event.${event.name ?? action}`,
    at: (event.at ?? event.every) as Time,
    every: event.every,
  };
  const { rollingReboot, replaceMember } = event;
  if (rollingReboot !== undefined) {
    const { machines, down, gap, graceful, careful } = rollingReboot;
    const given = machines.map((name) => (name === 'all' ? 'machines' : name));
    const rebooted = targets.machines(given, targets.at('rollingReboot', 'machines'), []);
    return { type: 'rollingReboot', ...timing, machines: rebooted, down, gap, graceful, careful };
  }
  if (replaceMember !== undefined) {
    const path = targets.at('replaceMember', 'machine');
    const machine = targets.oneMember(replaceMember.machine, path);
    if (machine === undefined) return undefined;
    const { order, asLearner } = replaceMember;
    return { type: 'replaceMember', ...timing, machine, order: order!, asLearner: asLearner! };
  }
  const length = event.for ?? KILL_LENGTH;
  const lasting = { ...timing, for: length, planned: event.planned ?? false };
  return { type: 'fault', ...lasting, effect: eventEffect(event, targets) };
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

/** From its begin to its end, without waiting of a careful reboot or for a member to catch up. */
function lengthOf(plan: ScriptedPlan): Duration {
  if (plan.type === 'fault') return plan.for;
  if (plan.type === 'replaceMember') return 0;
  return plan.machines.length * (plan.down + plan.gap) - plan.gap;
}
