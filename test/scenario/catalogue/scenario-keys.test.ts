/** docs/scenario-keys.md is made from the catalogue, so that it cannot fall behind. */
import { expect, it } from 'vitest';
import { reference } from './reference.ts';

it('documents every key', async () => {
  await expect(reference()).toMatchFileSnapshot('../../../docs/scenario-keys.md');
});
