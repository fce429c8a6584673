/**
 * Random laws as a scenario writes them: a fixed duration, `10 h + exponential 24 h`, or a mapping
 * from a law's name to what is known of it. Durations become microseconds, mappings plans of laws.
 */
import * as z from 'zod';
import { Deterministic } from '../../engine/laws/deterministic.ts';
import { Exponential } from '../../engine/laws/exponential.ts';
import {
  gammaFromMean,
  lognormalFromMean,
  lognormalFromMeanAndMedian,
  lognormalFromMedianAndPercentile,
  weibullFromMean,
  weibullFromMedianAndPercentile,
} from '../../engine/laws/from-known.ts';
import { erlang } from '../../engine/laws/gamma.ts';
import { Histogram } from '../../engine/laws/histogram.ts';
import type { Law, LawPlan } from '../../engine/laws/law.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import { Lognormal } from '../../engine/laws/lognormal.ts';
import { Mixture } from '../../engine/laws/mixture.ts';
import { sumOf } from '../../engine/laws/sum.ts';
import { Uniform } from '../../engine/laws/uniform.ts';
import { Weibull } from '../../engine/laws/weibull.ts';
import { nearest } from '../text/nearest.ts';
import { type Finding, shorten } from '../text/problems.ts';
import { readQuantity } from '../text/quantities.ts';
import { inUnit, wholeValue } from './forms.ts';
import {
  addFinding,
  duration,
  LACKS_UNIT,
  LENGTH_RULE,
  LONGEST_LENGTH,
  lacksUnit,
  MICROSECONDS,
  positiveNumber,
  wholeDurationOrZero,
} from './quantity-schema.ts';

/** `15 min`, `exponential 24 h`, `10 h + exponential 24 h`. */
function readLawText(text: string): Law | Finding {
  const laws: Law[] = [];
  for (const term of text.split(/\s\+\s/)) {
    const random = /^\s*([A-Za-z]{4,})\s+(.*)$/.exec(term);
    const law = random?.[1];
    if (law !== undefined && law !== 'exponential') {
      const suggestion = nearest(law, ['exponential']);
      const message = `"${shorten(law, 40)}" is no law that is written as text`;
      return { message, allowed: LAW_RULE, ...(suggestion ? { suggestion } : {}) };
    }
    const length = readQuantity(random?.[2] ?? term, 'duration');
    if (typeof length !== 'number') return { ...length, allowed: LAW_RULE };
    if (!(length > 0 && length <= LONGEST_LENGTH)) {
      const message = `"${shorten(text, 60)}" is out of range`;
      return { message, allowed: `a length of time ${LENGTH_RULE}` };
    }
    laws.push(random === null ? new Deterministic(length) : new Exponential(length));
  }
  return sumOf(laws);
}

const LAW_RULE =
  'a length of time such as "15 min", "exponential 24 h", "10 h + exponential 24 h", ' +
  'or a mapping such as { lognormal: { mean: 24 h, median: 8 h } }';

/** The plan of a law that is built, which turns what the law refuses into a finding. */
function build<Known>(make: (known: Known) => Law | Finding) {
  return (known: Known, context: z.RefinementCtx): LawPlan => {
    try {
      const made = make(known);
      if (!('message' in made)) return made.plan;
      addFinding(context, made);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      addFinding(context, { message: error.message });
    }
    return z.NEVER;
  };
}

const order = (larger: string, smaller: string): Finding => ({
  message: `${larger} must be longer than ${smaller}`,
});

const median = duration
  .optional()
  .meta({ description: 'Half of the lengths are shorter.', examples: ['8 h'] });
const mean = duration.optional().meta({ description: 'The average length.', examples: ['24 h'] });
const p95 = duration
  .optional()
  .meta({ description: '95 % of the lengths are shorter.', examples: ['3 days'] });
const p99 = duration
  .optional()
  .meta({ description: '99 % of the lengths are shorter.', examples: ['7 days'] });
const shape = positiveNumber.meta({
  description: 'Below 1: fails early; 1: exponential; above 1: wears out.',
  examples: [0.8, 1.12],
});

const weibull = z
  .strictObject({ shape: shape.optional(), mean, scale: duration.optional(), median, p95, p99 })
  .transform(
    build((known) => {
      const { shape, mean, scale, median, p95, p99 } = known;
      switch (namesOf(known)) {
        case 'mean shape':
          return weibullFromMean(mean!, shape!);
        case 'scale shape':
          return new Weibull(shape!, scale!);
        case 'median p95':
          return p95! > median!
            ? weibullFromMedianAndPercentile(median!, 95, p95!)
            : order('p95', 'median');
        case 'median p99':
          return p99! > median!
            ? weibullFromMedianAndPercentile(median!, 99, p99!)
            : order('p99', 'median');
        default:
          return wrongSet('weibull', 'shape and mean; shape and scale; median and p95 or p99');
      }
    }),
  );

const lognormal = z
  .strictObject({ median, p95, p99, mean, sigma: positiveNumber.optional() })
  .transform(
    build((known) => {
      const { median, p95, p99, mean, sigma } = known;
      switch (namesOf(known)) {
        case 'mean median':
          return mean! > median!
            ? lognormalFromMeanAndMedian(mean!, median!)
            : order('mean', 'median');
        case 'mean sigma':
          return lognormalFromMean(mean!, sigma!);
        case 'median sigma':
          return new Lognormal(Math.log(median!), sigma!);
        case 'median p95':
          return p95! > median!
            ? lognormalFromMedianAndPercentile(median!, 95, p95!)
            : order('p95', 'median');
        case 'median p99':
          return p99! > median!
            ? lognormalFromMedianAndPercentile(median!, 99, p99!)
            : order('p99', 'median');
        default:
          return wrongSet('lognormal', 'median and p95, p99 or sigma; mean and median or sigma');
      }
    }),
  );

/** The keys that are given, in order of the alphabet. */
function namesOf(known: object): string {
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return given
    .map(([key]) => key)
    .sort()
    .join(' ');
}

function wrongSet(law: string, allowed: string): Finding {
  return { message: `${law} is not given by these keys`, allowed };
}

const interval = z.union([
  z.tuple([wholeDurationOrZero, duration]),
  z
    .strictObject({ min: wholeDurationOrZero, max: duration })
    .transform(({ min, max }): [number, number] => [min, max]),
]);

const families = {
  exponential: z
    .strictObject({ mean: duration })
    .transform(build(({ mean }) => new Exponential(mean)))
    .meta({
      description: 'No memory: the chance of an end is the same at every moment.',
      examples: [{ mean: '24 h' }],
    }),
  weibull: weibull.meta({
    description: 'shape with mean or scale, or median with p95 or p99.',
    examples: [{ shape: 1.12, mean: '60 years' }],
  }),
  lognormal: lognormal.meta({
    description: 'median with p95, p99 or sigma, or mean with median or sigma.',
    examples: [{ mean: '24 h', median: '8 h' }],
  }),
  gamma: z
    .strictObject({ shape: positiveNumber, mean: duration })
    .transform(build(({ shape, mean }) => gammaFromMean(mean, shape)))
    .meta({
      description: 'A gamma distribution by shape and mean.',
      examples: [{ shape: 2, mean: '4 h' }],
    }),
  erlang: z
    .strictObject({ stages: z.int().min(1).max(10_000), mean: duration })
    .transform(build(({ stages, mean }) => erlang(stages, mean / stages)))
    .meta({
      description: 'Exponential stages in a row; mean is that of the whole.',
      examples: [{ stages: 3, mean: '6 h' }],
    }),
  uniform: interval
    .transform(build(([min, max]) => (max > min ? new Uniform(min, max) : order('max', 'min'))))
    .meta({
      description: 'Evenly between two lengths: [min, max] or { min, max }.',
      examples: [['1 h', '6 h'], { min: '1 h', max: '6 h' }],
    }),
  deterministic: duration
    .transform((length): LawPlan => new Deterministic(length).plan)
    .meta({ description: 'Always this long.', examples: ['6 h'] }),
  histogram: z
    .strictObject({
      edges: z.array(wholeDurationOrZero).min(2),
      weights: z.array(z.number().min(0)).min(1),
    })
    .transform(
      build(({ edges, weights }) => {
        if (edges.length !== weights.length + 1) {
          return { message: `${edges.length} edges do not enclose ${weights.length} weights` };
        }
        if (edges.some((edge, index) => index > 0 && edge <= edges[index - 1]!)) {
          return { message: 'edges do not rise' };
        }
        return new Histogram(edges, weights);
      }),
    )
    .meta({
      description: 'Observed lengths: edges of bins and the weight of each bin.',
      examples: [{ edges: ['0 h', '1 h', '8 h'], weights: [3, 1] }],
    }),
};

/** Exactly one key, said so in the JSON Schema too. */
function oneFamily(mapping: Readonly<Record<string, LawPlan | undefined>>): Law | Finding {
  const given = Object.values(mapping).filter((law) => law !== undefined);
  if (given.length === 1) return lawOf(given[0]!);
  if (given.length === 0) return { message: 'no law is given', allowed: LAW_RULE };
  return { message: `${given.length} laws are given where one is needed` };
}

const lawMapping = z
  .strictObject({
    exponential: families.exponential.optional(),
    weibull: families.weibull.optional(),
    lognormal: families.lognormal.optional(),
    gamma: families.gamma.optional(),
    erlang: families.erlang.optional(),
    uniform: families.uniform.optional(),
    deterministic: families.deterministic.optional(),
    histogram: families.histogram.optional(),
    get mixture() {
      return z
        .array(z.strictObject({ weight: positiveNumber, law: lawSchema }))
        .min(1)
        .max(16)
        .transform(
          build((components: { weight: number; law: LawPlan }[]) => {
            return new Mixture(components.map(({ weight, law }) => ({ weight, law: lawOf(law) })));
          }),
        )
        .meta({
          description: 'One of several laws, picked by weight.',
          examples: [
            [
              { weight: 9, law: '5 min' },
              { weight: 1, law: 'exponential 24 h' },
            ],
          ],
        })
        .optional();
    },
    get sum() {
      return z
        .array(lawSchema)
        .min(1)
        .max(16)
        .transform(build((terms: LawPlan[]) => sumOf(terms.map(lawOf))))
        .meta({
          description: 'Several lengths one after the other.',
          examples: [['30 min', { lognormal: { mean: '24 h', median: '8 h' } }]],
        })
        .optional();
    },
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform(build(oneFamily));

/** A random length of time. */
export const lawSchema: z.ZodType<LawPlan, unknown> = inUnit(
  MICROSECONDS,
  wholeValue(
    z
      .union([
        z
          .string({ error: ({ input }) => lacksUnit(input, LACKS_UNIT) })
          .transform((text, context) => build(readLawText)(text, context)),
        lawMapping,
      ])
      .meta({
        id: 'law',
        description: 'A random length of time: fixed, "exponential 24 h", or a law by its name.',
        examples: [
          '15 min',
          '10 h + exponential 24 h',
          { lognormal: { mean: '24 h', median: '8 h' } },
        ],
      }),
  ),
);
