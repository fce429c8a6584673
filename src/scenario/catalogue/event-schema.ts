/** The `events` section: what the scenario says will happen, once or again and again. */
import * as z from 'zod';
import { PROCESS_NAMES } from '../../model/control-plane/kubernetes-plan.ts';
import { cutSchema } from './failure-schema.ts';
import { entries } from './forms.ts';
import {
  crashAt,
  degradeNetwork,
  flap,
  replaceMember,
  slowDisk,
  targets,
} from './impairment-schema.ts';
import { key, optionalKey } from './key.ts';
import { surge } from './load-schema.ts';
import {
  BESIDE_MISTAKES,
  name,
  partName,
  partNames,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

/** What an event does; each event has exactly one of these keys. */
export const ACTIONS = [
  'fail',
  'crash',
  'rollingReboot',
  'partition',
  'kill',
  'stop',
  'crashAt',
  'freeze',
  'stallDisk',
  'slowDisk',
  'fillDisk',
  'failWrites',
  'loseDisk',
  'flap',
  'degradeNetwork',
  'spaceAlarm',
  'surge',
  'deregister',
  'replaceMember',
] as const;

const rollingReboot = z.strictObject({
  machines: key(partNames, {
    description: 'Machines in order; `all`, which is usual, for every one.',
    examples: ['all', ['cp1', 'cp2', 'cp3']],
    value: 'all',
    source: 'the usual roll',
    evidence: 'A',
  }),
  down: wholeDuration.meta({ description: 'How long each is down.', examples: ['5 min'] }),
  gap: wholeDuration.meta({
    description: 'From one machine back to the next one down.',
    examples: ['10 min'],
  }),
  graceful: key(z.boolean(), {
    description: 'Stop processes (SIGTERM) before their machine goes down.',
    examples: [true, false],
    value: true,
    source: 'an orderly shutdown asks processes to stop first',
    evidence: 'A',
    layer: 'etcd',
  }),
  careful: key(z.boolean(), {
    description: 'Wait with the next machine until every etcd member serves again.',
    examples: [true, false],
    value: true,
    source: 'the usual order of work',
    evidence: 'A',
  }),
});

const timing = {
  name: optionalKey(name, { description: 'What reports call it.', examples: ['patchDay'] }),
  at: optionalKey(wholeDurationOrZero, {
    description: 'When it first happens, from the start of the warm-up; `every` if left out.',
    examples: ['2 h'],
  }),
  every: optionalKey(wholeDuration, {
    description: 'How long from one start to the next; once if left out.',
    examples: ['30 days'],
  }),
  for: optionalKey(wholeDuration, {
    description: 'How long it lasts; not with rollingReboot, replaceMember and kills of processes.',
    examples: ['10 min'],
  }),
  planned: optionalKey(z.boolean(), {
    description:
      'Planned work, reported apart from failures; reboots and replacements are planned.',
    examples: [true],
  }),
};

const ofStructure = {
  fail: optionalKey(partNames, {
    description: 'Parts or groups that go down.',
    examples: ['cp1', ['cp1', 'cp2.disk'], 'leader.disk'],
  }),
  crash: optionalKey(partNames, {
    description: 'The same as fail, for machines.',
    examples: ['cp1', 'leader'],
  }),
  rollingReboot: optionalKey(rollingReboot, {
    description: 'Machines taken down one after the other on purpose.',
    examples: [{ machines: 'all', down: '5 min', gap: '10 min' }],
  }),
  partition: optionalKey(z.strictObject(cutSchema), {
    description: 'Messages between groups of machines are lost.',
    examples: [{ between: [['cp1'], ['cp2', 'cp3']] }, { between: [['leader'], ['followers']] }],
  }),
};

const ofMessages = {
  kill: targets(
    'etcd processes end at once (SIGKILL) and stay down; others, as cp1.apiServer, start again.',
    'leader',
    'cp1.apiServer',
  ),
  stop: targets(
    'Processes end in good order (SIGTERM), as etcd or cp1.apiServer, and stay down.',
    'leader',
    'cp1.apiServer',
  ),
  crashAt: optionalKey(crashAt, {
    description: 'etcd processes are killed when they next come to a point of their work.',
    examples: [{ point: 'beforeFsync', machines: 'leader' }],
  }),
  freeze: targets(
    'Processes of etcd, or such as cp1.apiServer, stand still (SIGSTOP), and go on afterwards.',
    'leader',
    'cp1.apiServer',
  ),
  stallDisk: targets('No fsync of their disks returns.', 'leader'),
  slowDisk: optionalKey(slowDisk, {
    description: 'Each fsync of their disks takes longer.',
    examples: [{ machines: 'leader', factor: 100 }],
  }),
  fillDisk: targets('Their disks are full: etcd exits at its next write.', 'cp1'),
  failWrites: targets('Writes to their disks fail: etcd exits at its next write.', 'cp1'),
  loseDisk: targets('Their disks are lost with all data; at the end new ones are in.', 'cp1'),
  flap: optionalKey(flap, {
    description: 'A partition between machines that comes and goes.',
    examples: [{ between: [['leader'], ['followers']], down: '2 s', up: '10 s' }],
  }),
  degradeNetwork: optionalKey(degradeNetwork, {
    description: 'Messages between machines take longer, are lost or pass more slowly.',
    examples: [{ between: [['a'], ['b', 'c']], delay: '50 ms', loss: '1 %' }],
  }),
  spaceAlarm: optionalKey(z.literal(true), {
    description: 'The database is over its quota (NOSPACE): etcd takes no writes.',
    examples: [true],
  }),
  surge: optionalKey(surge, {
    description: 'Nodes ask more of the API servers; needs the section load.',
    examples: [{ listsPerNode: '1 / min' }, { requestsPerNode: '2 / s' }],
  }),
  deregister: targets(
    "API servers of these machines are out of a cloud's targets or of DNS until it is over.",
    'cp1',
  ),
  replaceMember: optionalKey(replaceMember, {
    description: 'A member leaves and a new one joins on the same machine, on purpose.',
    examples: [{ machine: 'cp2' }],
  }),
};

/** What is said of a length where an event knows itself when it is over. */
const OWN_LENGTH = {
  rollingReboot: ['a rolling reboot has no "for"', 'its own "down" and "gap"'] as const,
  replaceMember: ['a replacement has no "for"', 'it lasts until the new member votes'] as const,
};

/**
 * A kill of processes that somebody keeps is over at once. So may be one of a misspelt process, and
 * of what is no name at all: those have mistakes of their own.
 */
function mayLackLength(killed: unknown): boolean {
  if (killed === undefined) return false;
  return !Array.isArray(killed) || killed.every((one) => !isName(one) || one.includes('.'));
}

function isName(given: unknown): given is string {
  return partName.safeParse(given).success;
}

/** What is named after a machine and one of its processes. */
export const PROCESS = new RegExp(`^[^.]+\\.(${PROCESS_NAMES.join('|')})$`);

const eventSchema = z
  .strictObject({ ...timing, ...ofStructure, ...ofMessages })
  .superRefine((event, context) => {
    const actions = ACTIONS.filter((action) => event[action] !== undefined);
    const say = (message: string, allowed?: string, missing?: string) =>
      context.addIssue({ code: 'custom', message, params: { allowed, missing } });
    if (actions.length > 1) say(`${actions.join(' and ')} are two events`, 'one of them an event');
    if (actions.length === 0) say('the event does nothing', `one of ${ACTIONS.join(', ')}`);
    if (event.at === undefined && event.every === undefined) {
      say('the event has no time', 'at, every or both', 'at');
    }
    const [action] = actions;
    if (action === 'rollingReboot' || action === 'replaceMember') {
      const [message, allowed] = OWN_LENGTH[action];
      if (event.for !== undefined) say(message, allowed);
    } else if (action !== undefined && event.for === undefined && !mayLackLength(event.kill)) {
      say(`missing key "for": how long the ${action} lasts`, 'for: such as 10 min', 'for');
    }
  }, BESIDE_MISTAKES)
  .meta({
    oneOf: ACTIONS.map((action) => ({ properties: { [action]: true }, required: [action] })),
  });

export type EventSection = z.output<typeof eventSchema>;

export const eventsSchema = entries(z.array(eventSchema));
