import { describe, expect, it } from '@jest/globals';
import { allProjections } from './index.js';

describe('Every read model', () => {
  // A file of its own, which knows of no case: numbers of records that are reviewed.
  const ofNoCase = ['log-review'];

  it('lets go of a person who was erased', () => {
    const keeping = allProjections.filter(({ handles }) => !handles.includes('ErasureCompleted'));
    expect(keeping.map(({ name }) => name).sort()).toEqual(ofNoCase);
    expect(allProjections.length).toBeGreaterThan(5);
  });
});
