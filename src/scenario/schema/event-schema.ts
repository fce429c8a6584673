/** The `events` section: what the scenario says will happen, once or again and again. */
import * as z from 'zod';
import { cutSchema } from './failure-schema.ts';
import {
  BESIDE_MISTAKES,
  name,
  partNames,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

/** What an event does; each event has exactly one of these keys. */
export const ACTIONS = ['fail', 'crash', 'rollingReboot', 'partition'] as const;

const rollingReboot = z.strictObject({
  machines: partNames.prefault('all').meta({
    description: 'Machines in order; `all`, which is usual, for every one.',
    examples: ['all', ['cp1', 'cp2', 'cp3']],
  }),
  down: wholeDuration.meta({ description: 'How long each is down.', examples: ['5 min'] }),
  gap: wholeDuration.meta({
    description: 'From one machine back to the next one down.',
    examples: ['10 min'],
  }),
  careful: z
    .boolean()
    .default(true)
    .meta({
      description:
        'Wait with the next machine until every etcd member serves again; true if left out.',
      examples: [true, false],
    }),
});

const eventSchema = z
  .strictObject({
    name: name.optional().meta({ description: 'What reports call it.', examples: ['patchDay'] }),
    at: wholeDurationOrZero.optional().meta({
      description: 'When it first happens, from the start of the warm-up; `every` if left out.',
      examples: ['2 h'],
    }),
    every: wholeDuration.optional().meta({
      description: 'How long from one start to the next; once if left out.',
      examples: ['30 days'],
    }),
    for: wholeDuration.optional().meta({
      description: 'How long a fault or partition lasts.',
      examples: ['10 min'],
    }),
    planned: z
      .boolean()
      .optional()
      .meta({
        description: 'Planned work, told apart from failures; rolling reboots are planned.',
        examples: [true],
      }),
    fail: partNames.optional().meta({
      description: 'Parts or groups that go down.',
      examples: ['cp1', ['cp1', 'cp2.disk']],
    }),
    crash: partNames.optional().meta({
      description: 'The same as fail, for machines.',
      examples: ['cp1'],
    }),
    rollingReboot: rollingReboot.optional().meta({
      description: 'Machines taken down one after the other on purpose.',
      examples: [{ machines: 'all', down: '5 min', gap: '10 min' }],
    }),
    partition: z
      .strictObject(cutSchema)
      .optional()
      .meta({
        description: 'Messages between groups of machines are lost.',
        examples: [{ between: [['cp1'], ['cp2', 'cp3']] }],
      }),
  })
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
    if (action === 'rollingReboot') {
      if (event.for !== undefined) say('a rolling reboot has no "for"', 'its own "down" and "gap"');
    } else if (action !== undefined && event.for === undefined) {
      say(`missing key "for": how long the ${action} lasts`, 'for: such as 10 min', 'for');
    }
  }, BESIDE_MISTAKES)
  .meta({
    oneOf: ACTIONS.map((action) => ({ properties: { [action]: true }, required: [action] })),
  });

export type EventSection = z.output<typeof eventSchema>;

export const eventsSchema = z.array(eventSchema).meta({
  description: 'What will happen, once or again and again.',
  examples: [[{ at: '2 h', fail: 'cp1', for: '10 min' }]],
});
