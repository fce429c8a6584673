/** How much chance a test asks for: little in `npm test`, much in `npm run test:long`. */
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    isLong: boolean;
  }
}

/** So many replications, stories or runs of a property; a bound that depends on it says how. */
export function draws(daily: number, long: number): number {
  return inject('isLong') ? long : daily;
}
