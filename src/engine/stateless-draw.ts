/**
 * Random numbers that belong to a place and a time rather than to an order of drawing: the delay of
 * a message is the same whether or not others were sent, or simulated, before it.
 */
import type { Time } from './clock.ts';

/** Uniform on [0, 1) with 32 bits, from 32-bit `key`, whole `time` and a small `salt`. */
export function uniformAt(key: number, time: Time, salt: number): number {
  const low = time >>> 0;
  const high = Math.floor(time / 2 ** 32);
  let value = mix(key ^ low);
  value = mix(value ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b));
  return value / 2 ** 32;
}

/** FNV-1a over 16-bit units, then mixed: a 32-bit hash of a text. */
export function hashOf(text: string, basis: number): number {
  let value = basis;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(value);
}

/** The finalizer of MurmurHash3: each bit of the input moves each bit of the output. */
export function mix(input: number): number {
  let value = input ^ (input >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
