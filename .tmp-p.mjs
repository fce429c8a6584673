// src/engine/laws/incomplete-gamma.ts
import gamma from "@stdlib/math-base-special-gamma";

// src/engine/laws/standard-normal.ts
import erfc from "@stdlib/math-base-special-erfc";
import erfcx from "@stdlib/math-base-special-erfcx";
var RATE_AT_ZERO = Math.sqrt(2 / Math.PI);
function normalHazard(z) {
  return z < 0 ? -Math.log1p(-erfc(-z / Math.SQRT2) / 2) : upperTailHazard(z);
}
function inverseNormalHazard(h) {
  if (h <= 0) return Number.NEGATIVE_INFINITY;
  if (h === Number.POSITIVE_INFINITY) return h;
  if (h >= Math.LN2) return inverseUpperTailHazard(h);
  return -inverseUpperTailHazard(-Math.log(-Math.expm1(-h)));
}
function upperTailHazard(z) {
  return z * z / 2 - Math.log(erfcx(z / Math.SQRT2) / 2);
}
function inverseUpperTailHazard(h) {
  let z = Math.sqrt(2 * h);
  for (; ; ) {
    const rate = RATE_AT_ZERO / erfcx(z / Math.SQRT2);
    const step = (upperTailHazard(z) - h) / rate;
    z -= step;
    if (!(step > 1e-9)) return z;
  }
}

// src/engine/laws/incomplete-gamma.ts
var STIRLING_SHAPE = 20;
var LEAST_FULL_DOUBLE = 1e-300;
function gammaHazard(shape, x) {
  if (x <= 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return x;
  const logTerm = logPoissonTerm(shape, x);
  return x < shape + 1 ? -Math.log1p(-Math.exp(logTerm) * lowerSeries(shape, x)) : -logTerm - Math.log(upperFraction(shape, x));
}
function inverseGammaHazard(shape, h) {
  if (h <= 0 || h === Number.POSITIVE_INFINITY) return Math.max(h, 0);
  const sought = Math.max(h, LEAST_FULL_DOUBLE);
  let x = firstGuess(shape, sought);
  if (x < LEAST_FULL_DOUBLE) return x;
  for (; ; ) {
    const hazard = gammaHazard(shape, x);
    const slope = Math.exp(logPoissonTerm(shape, x) + hazard) / hazard;
    const step = Math.log(hazard / sought) / slope;
    x *= Math.exp(-step);
    if (!(Math.abs(step) > 1e-9)) return x;
  }
}
function firstGuess(shape, h) {
  const logFactorial = (shape + 1) * Math.log(shape) - shape - logPoissonAtMean(shape);
  const nearZero = Math.exp((Math.log(-Math.expm1(-h)) + logFactorial) / shape);
  if (shape <= 1) return nearZero;
  const spread = 1 / (9 * shape);
  const root = 1 - spread + inverseNormalHazard(h) * Math.sqrt(spread);
  return Math.max(nearZero, shape * root ** 3);
}
function logPoissonTerm(shape, x) {
  if (shape < STIRLING_SHAPE) return shape * Math.log(x) - x - Math.log(gamma(shape));
  const excess = (x - shape) / shape;
  return shape * (Math.log1p(excess) - excess) + logPoissonAtMean(shape);
}
function logPoissonAtMean(shape) {
  if (shape < STIRLING_SHAPE) return shape * Math.log(shape) - shape - Math.log(gamma(shape));
  const square = 1 / (shape * shape);
  const tail = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / shape;
  return Math.log(shape / (2 * Math.PI)) / 2 - tail;
}
function lowerSeries(shape, x) {
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}
function upperFraction(shape, x) {
  let b = x + 1 - shape;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; ; k++) {
    const a = k * (shape - k);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const factor = c * d;
    fraction *= factor;
    if (!(Math.abs(factor - 1) > 4 * Number.EPSILON)) return fraction;
  }
}

// ../../tmp/p.ts
import fs from "node:fs";
var worst = 0;
var ww = [];
for (let i = 0; i < 15e5; i++) {
  const a = 10 ** (-1.69 + 5.69 * Math.random());
  const h = 10 ** (-12 + 14.845 * Math.random());
  if (i % 1e3 === 0) fs.writeFileSync("/tmp/last", `${i}`);
  globalThis.cur = [a, h];
  const x = inverseGammaHazard(a, h);
  if (x < 1e-300) continue;
  const e = Math.abs(gammaHazard(a, x) / h - 1);
  if (!(e <= worst)) {
    worst = e;
    ww = [a, h, x, e];
  }
}
console.log("gamma", ww);
worst = 0;
for (let i = 0; i < 3e6; i++) {
  const h = 10 ** (-320 + 323 * Math.random());
  inverseNormalHazard(h);
  const h2 = 10 ** (-12 + 15 * Math.random());
  const e = Math.abs(normalHazard(inverseNormalHazard(h2)) / h2 - 1);
  if (!(e <= worst)) {
    worst = e;
    ww = [h2, e];
  }
}
console.log("normal", ww);
for (let i = 0; i < 3e5; i++) {
  const a = 10 ** (-1.69 + 5.69 * Math.random());
  const h = 10 ** (-324 + 328 * Math.random());
  const x = inverseGammaHazard(a, h);
  if (!(x >= 0 && x < 1e9)) console.log("bad", a, h, x);
}
