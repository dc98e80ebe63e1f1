import { describe, expect, it } from '@jest/globals';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { routingKeyLine } from './routing-key.js';

describe('What an operator is told of the routing key', () => {
  const [first, second] = randomKeyMaterial([1, 2]).routingKeys;
  const lineWhenNewest = (since: string | undefined): string =>
    routingKeyLine(
      {
        routingKeys: [
          { ...second!, since },
          { ...first!, since: '2024-01-01T08:00:00.000Z' },
        ],
      },
      new Date('2026-11-26T08:00:00.000Z'),
    );

  it('is the day of its newest epoch', () => {
    expect(lineWhenNewest('2026-01-02T08:00:00.000Z')).toContain('is of 2026-01-02; ');
  });

  it.each([['2025-11-24T08:00:00.000Z'], [undefined]])('is what to do when it is of %s', (since) => {
    expect(lineWhenNewest(since)).toContain(
      'is overdue: run "npm run ops -- rotate-keys --routing", and give the key file to every api.',
    );
  });
});
