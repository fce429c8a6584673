/**
 * Numbers as people read them: three significant digits, units scaled, no exponents. No share reads
 * `0 %` or `100 %` unless it is exactly that. JSON and CSV keep numbers as they are.
 */

/** A number with the unit it was scaled to, so that two in one unit can share it. */
export interface Quantity {
  readonly digits: string;
  /** Empty where there is none. */
  readonly unit: string;
}

export type Scale = (value: number) => Quantity;

/** In seconds. */
export const MINUTE_SECONDS = 60;
/** In seconds. */
export const HOUR_SECONDS = 3_600;
/** A year, in hours. */
export const YEAR_HOURS = 8_760;

const DIGITS = 3;
/** Decimals of a percentage beyond which a double tells nothing of 1 - x. */
const MOST_DECIMALS = 12;

export function quantityText({ digits, unit }: Quantity): string {
  return unit === '' ? digits : `${digits} ${unit}`;
}

/** Three significant digits, thousands grouped, trailing zeros dropped. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(DIGITS));
  if (Math.abs(rounded) >= 1000) return count(rounded);
  const decimals = Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return withoutTrailingZeros(rounded.toFixed(Math.min(decimals, 100)));
}

/** A whole number, thousands grouped. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 outage`, `2,000 outages`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Of 8760 h. */
const YEAR_SECONDS = 365 * 86_400;

const DURATION_UNITS: readonly (readonly [from: number, seconds: number, unit: string])[] = [
  [2 * YEAR_SECONDS, YEAR_SECONDS, 'years'],
  [2 * 86_400, 86_400, 'days'],
  [3_600, 3_600, 'h'],
  [60, 60, 'min'],
  [1, 1, 's'],
  [1e-3, 1e-3, 'ms'],
  [0, 1e-6, 'us'],
];

/** For lengths of time in seconds, in the unit that suits one of them; a year is 8760 h. */
export function durationScale(suited: number): Scale {
  const [, unitSeconds, unit] = DURATION_UNITS.find(([from]) => suited >= from)!;
  return (seconds) => {
    if (seconds === 0) return { digits: 'none', unit: '' };
    const digits = significant(seconds / unitSeconds);
    return { digits, unit: unit === 'years' && digits === '1' ? 'year' : unit };
  };
}

/** A length of time in seconds, such as `13 min`. */
export function durationText(seconds: number): string {
  if (seconds === YEAR_SECONDS) return '1 year';
  return quantityText(durationScale(seconds)(seconds));
}

/** So many years of 8760 h: to the year where they are whole, otherwise scaled. */
export function yearsText(years: number): string {
  const whole = Math.round(years);
  const isWhole = whole > 0 && Math.abs(years - whole) < 1e-9 * whole;
  return isWhole ? counted(whole, 'year') : durationText(years * YEAR_SECONDS);
}

/** Above it, three digits could round a share up to all. */
const LARGE_SHARE = 0.99;

/** For small shares up to `largest`: percentages, or so many per million or billion. */
export function smallShareScale(largest: number): Scale {
  const [factor, unit] = shareUnit(largest);
  return (share) =>
    share > LARGE_SHARE ? percent(share, 1) : { digits: significant(share * factor), unit };
}

function shareUnit(largest: number): readonly [factor: number, unit: string] {
  if (largest >= 1e-5) return [100, '%'];
  return largest >= 1e-6 ? [1e6, 'per million'] : [1e9, 'per billion'];
}

/** A plain number. */
export const plainScale: Scale = (value) => ({ digits: significant(value), unit: '' });

/** For happenings a year: plain, or as one in so many years where that suits one of them. */
export function yearlyRateScale(suited: number): Scale {
  if (suited === 0 || suited >= 0.01) return plainScale;
  return (rate) => ({ digits: `1 in ${significant(1 / rate)}`, unit: 'years' });
}

/** Decimals of a percentage down to the first digit of half an interval's width (in shares). */
export function decimalsFor(halfWidth: number): number {
  if (!(halfWidth > 0)) return MOST_DECIMALS;
  return Math.min(MOST_DECIMALS, Math.max(0, Math.ceil(-Math.log10(halfWidth * 100) - 1e-9)));
}

/**
 * A share in percent with so many decimals, more where it would otherwise read 0 or 100.
 * @param rest 1 - share, where that is known more exactly
 */
export function percent(share: number, decimals: number, rest = 1 - share): Quantity {
  const value = share > 0.5 ? 100 - rest * 100 : share * 100;
  for (let places = decimals; places <= MOST_DECIMALS; places++) {
    const digits = value.toFixed(places);
    if (Number(digits) !== 0 && Number(digits) !== 100) return { digits, unit: '%' };
  }
  if (share > 0.5) return { digits: rest === 0 ? '100' : '99.999999999999', unit: '%' };
  return { digits: share === 0 ? '0' : '0.000000000001', unit: '%' };
}

/** A share of a whole for lists: two digits are enough. */
export function roughShare(share: number): string {
  if (share === 0) return 'none';
  if (share === 1) return 'all';
  if (share > 0.995) return 'over 99 %';
  if (share < 0.001) return 'under 0.1 %';
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function withoutTrailingZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** Digits that are told of a number: more would differ between the mathematics of engines. */
const SIGNIFICANT_DIGITS = 12;

/** A number as data for programs: whole numbers as they are, others to 12 significant digits. */
export function dataNumber(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
