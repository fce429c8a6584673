#!/usr/bin/env node
/** Where `quorate` starts: turns on Node's compile cache, where it has one, and goes on. */
import nodeModule from 'node:module';

(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { quorate } = await import('./quorate.ts');
process.exitCode = await quorate(process.argv.slice(2));
