import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { wrongWithTest } from './named-test.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The arrows of the road, and whoever stands beside it. */
const arrows = [
  'official -> proxy -> api',
  'issuer -> api',
  'api -> log',
  'api -> vault',
  'log -> worker',
  'process -> dispatcher -> command -> log',
  'worker -> read models',
  'read models -> api -> official',
  'operator -> database, key file, backups',
  'notary',
];
const stride = [
  'Spoofing',
  'Tampering',
  'Repudiation',
  'Information disclosure',
  'Denial of service',
  'Elevation of privilege',
];

interface Threat {
  readonly arrow: string;
  readonly kind: string;
  readonly what: string;
  /** What stands under it, without its dash. */
  readonly covered: readonly string[];
}

const threatsIn = (markdown: string): readonly Threat[] => {
  const section = markdown.split('\n## Threats\n')[1]?.split('\n## ')[0] ?? '';
  return section.split('\n### ').flatMap((part, index) => {
    if (index === 0) return [];
    const [arrow = ''] = part.split('\n');
    return part.split('\n- ').flatMap((item, place) => {
      if (place === 0) return [];
      const [head = '', ...covered] = item.split('\n  - ');
      const [, kind = '', what = ''] = /^\*\*([^*]+)\*\*: (.+)$/s.exec(head.trim()) ?? [];
      return [{ arrow, kind, what, covered: covered.map((one) => one.trim().replaceAll(/\s*\n\s*/g, ' ')) }];
    });
  });
};

/** What is wrong with a line under a threat; undefined when it holds. */
const wrongWith = (line: string): string | undefined => {
  const [, reason] = /^No test: (.+)$/.exec(line) ?? [];
  if (reason !== undefined) return reason.length > 40 ? undefined : 'a reason that is none';
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(line) ?? [];
  if (!file || !title) return 'neither a test nor a reason';
  return wrongWithTest(file, title);
};

describe('The threats in libs/access/README.md', () => {
  const threats = threatsIn(readFileSync(join(root, 'libs/access/README.md'), 'utf8'));

  it('are named for every arrow of the road, by each letter of STRIDE', () => {
    expect([...new Set(threats.map(({ arrow }) => arrow))]).toEqual(arrows);
    for (const arrow of arrows)
      expect([
        arrow,
        stride.filter((kind) => !threats.some((one) => one.arrow === arrow && one.kind === kind)),
      ]).toEqual([arrow, []]);
    expect(threats.filter(({ kind, what }) => !stride.includes(kind) || what.length < 10)).toEqual([]);
  });

  it('are each held off by a test that is there, or said to be without one, and why', () => {
    expect(threats.filter(({ covered }) => covered.length === 0)).toEqual([]);
    const wrong = threats.flatMap(({ arrow, covered }) =>
      covered.flatMap((line) => {
        const fault = wrongWith(line);
        return fault === undefined ? [] : [`${arrow}: ${line}: ${fault}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are for the most part held off: what has no test is the exception', () => {
    const lines = threats.flatMap(({ covered }) => covered);
    const without = lines.filter((line) => line.startsWith('No test: '));
    expect(without.length * 5).toBeLessThan(lines.length);
  });

  it.each([
    ['`test/contracts/threats.spec.ts`: a title that nobody wrote here, or will', 'no such title in it'],
    ['`test/contracts/no-such.spec.ts`: are named', 'no such file of tests'],
    ['`libs/access/policy.ts`: relations', 'no such file of tests'],
    ['No test: because', 'a reason that is none'],
    ['somebody looks after it', 'neither a test nor a reason'],
  ])('would be missed: %s', (line, fault) => {
    expect(wrongWith(line)).toBe(fault);
  });
});
