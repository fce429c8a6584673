/** Machines that have one address, which of them heed who announced it last. */
import type { Time } from '../../engine/clock.ts';

export interface AddressHolder {
  readonly announcedAt: Time;
}

/** To whom connections go that stand; undefined where nobody has the address. */
export function newestOf<Holder extends AddressHolder>(
  holders: readonly Holder[],
): Holder | undefined {
  return holders.reduce<Holder | undefined>((newest, holder) => {
    return newest === undefined || holder.announcedAt >= newest.announcedAt ? holder : newest;
  }, undefined);
}
