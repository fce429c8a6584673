/** What the numbers given to a law must satisfy, and what its author is told when they do not. */

/** @throws RangeError unless `value` is a finite number above 0 */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} must be a finite number above 0, not ${value}`);
  }
}

/** @throws RangeError unless `value` is a finite number of 0 or more */
export function requireNotNegative(name: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} must be a finite number of 0 or more, not ${value}`);
  }
}

/** @throws RangeError unless `low` <= `value` <= `high` */
export function requireWithin(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${name} must be from ${low} to ${high}, not ${value}`);
  }
}

/** @throws RangeError unless `value` lies strictly between `low` and `high` */
export function requireBetween(name: string, value: number, low: number, high: number): void {
  if (!(value > low && value < high)) {
    throw new RangeError(`${name} must be above ${low} and below ${high}, not ${value}`);
  }
}

/** @throws RangeError unless `value` is finite and above `floor`, which is called `floorName` */
export function requireAbove(name: string, value: number, floorName: string, floor: number): void {
  if (!(value > floor && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `${name} must be finite and above ${floorName}: it is ${value}, ${floorName} is ${floor}`,
    );
  }
}
