/** How much chance a test asks for: little in `npm test`, much in `npm run test:long`. */
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    isLong: boolean;
  }
}

/** For what only `npm run test:long` has the time for, in a file that also runs daily. */
export const isLong = inject('isLong');

/** So many replications, stories or runs of a property; a bound that depends on it says how. */
export function draws(daily: number, long: number): number {
  return isLong ? long : daily;
}
