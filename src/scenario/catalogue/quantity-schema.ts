/** Schemas of durations, rates, shares, counts and names: checked text in, plain numbers out. */
import * as z from 'zod';
import { wholeMicroseconds, YEAR } from '../../engine/clock.ts';
import {
  ALLOWED_BYTES,
  BYTE_NOUNS,
  type ByteQuantity,
  readBytes,
} from '../text/byte-quantities.ts';
import { type Finding, shorten } from '../text/problems.ts';
import { ALLOWED, NOUNS, type QuantityKind, readQuantity } from '../text/quantities.ts';
import { inUnit } from './forms.ts';

/** Adds a finding to what zod reports, at the value being checked. */
export function addFinding(context: z.RefinementCtx, finding: Finding): void {
  const { message, allowed, suggestion } = finding;
  context.addIssue({ code: 'custom', message, params: { allowed, suggestion } });
}

/** Lets a check of a whole mapping run beside mistakes in it, so that all are told at once. */
export const BESIDE_MISTAKES = {
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
};

interface Bounds {
  /** Of the value in microseconds, per microsecond or as a plain number. */
  readonly fits: (value: number) => boolean;
  /** What `fits` asks for, such as `longer than 0`. */
  readonly rule: string;
}

/** Beyond any use, and far from where figures of laws overflow. */
export const LONGEST_LENGTH = 1_000_000 * YEAR;
export const LENGTH_RULE = 'above 0, at most 1,000,000 years';

const POSITIVE: Bounds = {
  fits: (value) => value > 0 && value <= LONGEST_LENGTH,
  rule: LENGTH_RULE,
};
const NOT_NEGATIVE: Bounds = {
  fits: (value) => value >= 0 && value <= LONGEST_LENGTH,
  rule: 'of 0 or more, at most 1,000,000 years',
};
const POSITIVE_RATE: Bounds = {
  fits: (value) => value >= 1 / LONGEST_LENGTH,
  rule: 'above 0, at least 1 in 1,000,000 years',
};

function check(text: string, kind: QuantityKind, bounds: Bounds, context: z.RefinementCtx): number {
  const value = readQuantity(text, kind);
  if (typeof value !== 'number') {
    addFinding(context, value);
    return z.NEVER;
  }
  if (bounds.fits(value)) return value;
  const message = `"${shorten(text, 60)}" is out of range`;
  addFinding(context, { message, allowed: `${NOUNS[kind]} ${bounds.rule}` });
  return z.NEVER;
}

function quantity(kind: QuantityKind, bounds: Bounds) {
  const lacking = kind === 'rate' ? LACKS_RATE : LACKS_UNIT;
  return z
    .string({ error: ({ input }) => lacksUnit(input, lacking) })
    .transform((text, context) => check(text, kind, bounds, context));
}

export const LACKS_UNIT = 'lacks a unit of time';
const LACKS_RATE = 'lacks "per" and a unit of time';

/** The message where a bare number stands for a quantity; undefined for other mistakes. */
export function lacksUnit(input: unknown, lacking: string): string | undefined {
  if (typeof input !== 'number') return undefined;
  return Number.isFinite(input) ? `${input} ${lacking}` : `${input} is not finite`;
}

/** What is allowed where `message` says that a unit is missing. */
export function allowedUnit(message: string): string | undefined {
  if (message.endsWith(LACKS_UNIT) || message.endsWith('not finite')) return ALLOWED.duration;
  if (message.endsWith(LACKS_BYTES.size)) return ALLOWED_BYTES.size;
  if (message.endsWith(LACKS_BYTES.bandwidth)) return ALLOWED_BYTES.bandwidth;
  return message.endsWith(LACKS_RATE) ? ALLOWED.rate : undefined;
}

const LACKS_BYTES: Readonly<Record<ByteQuantity, string>> = {
  size: 'lacks a unit of bytes',
  bandwidth: 'lacks a unit of bits or bytes per second',
};

const MOST_BYTES = 1e12;

function byteQuantity(kind: ByteQuantity) {
  const error = ({ input }: { input?: unknown }) =>
    typeof input === 'number' ? `${input} ${LACKS_BYTES[kind]}` : undefined;
  return z.string({ error }).transform((text, context) => {
    const value = readBytes(text, kind);
    if (typeof value === 'number' && value >= 1 && value <= MOST_BYTES) return Math.round(value);
    if (typeof value !== 'number') addFinding(context, value);
    else {
      const message = `"${shorten(text, 60)}" is out of range`;
      const unit = kind === 'size' ? 'B' : 'B/s';
      const allowed = `${BYTE_NOUNS[kind]} from 1 ${unit} to ${MOST_BYTES / 1e9} G${unit}`;
      addFinding(context, { message, allowed });
    }
    return z.NEVER;
  });
}

/** Whole bytes, at least 1. */
export const size = inUnit('bytes', byteQuantity('size'));

/** Whole bytes a second, at least 1. */
export const bandwidth = inUnit('bytes per second', byteQuantity('bandwidth'));

export const MICROSECONDS = 'microseconds';

/** A length of time above 0, in microseconds, not rounded. */
export const duration = inUnit(MICROSECONDS, quantity('duration', POSITIVE));

/** A length of time above 0 in whole microseconds. */
export const wholeDuration = duration.transform(wholeMicroseconds);

/** A length of time of 0 or more in whole microseconds. */
export const wholeDurationOrZero = inUnit(
  MICROSECONDS,
  quantity('duration', NOT_NEGATIVE).transform(Math.round),
);

/** Events per microsecond, above 0. */
export const rate = inUnit('per microsecond', quantity('rate', POSITIVE_RATE));

/** How many times as long something takes. */
export const factor = z.number().min(1).max(1_000_000);

/** A share of 1, as `5 %` or as a number, both ends left out or let in as `bounds` say. */
function shareWithin(bounds: Bounds) {
  const schema = z.union([
    z.string().transform((text, context) => check(text, 'share', bounds, context)),
    z.number().transform((value, context) => {
      if (bounds.fits(value)) return value;
      const allowed = `${NOUNS.share} ${bounds.rule}`;
      addFinding(context, { message: `${value} is out of range`, allowed });
      return z.NEVER;
    }),
  ]);
  return inUnit('share of 1', schema);
}

export const share = shareWithin({
  fits: (value) => value > 0 && value < 1,
  rule: 'above 0 and below 1 (100 %)',
});

/** 0 is in, and 1 is out. */
export const lossShare = shareWithin({
  fits: (value) => value >= 0 && value < 1,
  rule: 'from 0 to below 1 (100 %)',
});

/** Both ends are in. */
export const shareOfAll = shareWithin({
  fits: (value) => value >= 0 && value <= 1,
  rule: 'from 0 to 1 (100 %)',
});

export const chance = shareWithin({
  fits: (value) => value > 0 && value <= 1,
  rule: 'above 0, at most 1 (100 %)',
});

export const confidence = shareWithin({
  fits: (value) => value >= 0.5 && value <= 0.9999,
  rule: 'from 50 % to 99.99 %',
});

/** A plain number above 0. */
export const positiveNumber = z.number().refine((value) => value > 0, {
  error: ({ input }) => `${input} is out of range: it must be above 0`,
});

const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9-]{0,62}$/;
const NAME_RULE = 'a letter, then letters, digits and "-", at most 63 in all';
const PART_RULE = 'a name such as cp1, or that of a part of it such as cp1.disk';

/** What is allowed where `message` says that something is not a name. */
export function allowedName(message: string): string {
  if (message.endsWith('pair of zones')) return 'two zones, such as a:b';
  return message.endsWith('of a part') ? PART_RULE : NAME_RULE;
}

/** The name of something the scenario declares. */
export const name = z
  .string()
  .regex(NAME_PATTERN, {
    error: ({ input }) => `"${shorten(String(input), 40)}" is not a name`,
  })
  .refine((text) => !(text in {}), {
    error: ({ input }) => `"${shorten(String(input), 40)}" is not a name that can be used`,
  });

/** A name, or that of a part of a machine or rack such as `cp1.disk`. */
export const partName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*(\.[a-z][A-Za-z]*[0-9]?)?$/, {
  error: ({ input }) => `"${shorten(String(input), 40)}" is not the name of a part`,
});

/** One part or group, or a list of them. */
export const partNames = z.union([
  partName.transform((one) => [one]),
  z.array(partName).min(1, { error: 'the list is empty' }),
]);
