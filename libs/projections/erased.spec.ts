import { describe, expect, it } from '@jest/globals';
import { allProjections } from './index.js';

describe('Every read model', () => {
  // Files of their own, which know of no case: numbers of records that are reviewed, and requests for official documents
  // (no person stands in them).
  const ofNoCase = ['log-review', 'public-access'];

  it('lets go of a person who was erased', () => {
    const keeping = allProjections.filter(({ handles }) => !handles.includes('ErasureCompleted'));
    expect(keeping.map(({ name }) => name).sort()).toEqual(ofNoCase);
    expect(allProjections.length).toBeGreaterThan(5);
  });
});
