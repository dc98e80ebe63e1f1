import { describe, expect, it } from '@jest/globals';
import { allProjections } from './index.js';

describe('Every read model', () => {
  it('lets go of a person who was erased', () => {
    const keeping = allProjections.filter(({ handles }) => !handles.includes('ErasureCompleted'));
    expect(keeping.map(({ name }) => name)).toEqual([]);
    expect(allProjections.length).toBeGreaterThan(5);
  });
});
