import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Where a token is turned back into an organisation or a place, and why that is no unrecorded opening of a destination.
 * Whoever adds a place has to say the same here.
 */
const allowed: Readonly<Record<string, string>> = {
  'apps/api/http/queries/reading.ts': 'after vault.record_naming, in one function',
  'libs/application/organisations.ts': 'the directory itself',
  'libs/application/case-parts.ts':
    'of the organisation in which the official herself is appointed: no case is near',
  'libs/application/handlers/receiving-side.ts':
    'the provider’s own place, sealed at once: its key is recorded as a write',
  'libs/application/handlers/erasure.ts':
    'the home board’s own region, for one coded fact beside a recorded opening',
};

const sources = ['apps/api', 'apps/worker', 'libs'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.includes('.spec.'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('//', '/')),
);

describe('A token beside a case', () => {
  it('is turned into a name in the places that are known, and nowhere else', () => {
    const naming = sources.filter(
      (file) =>
        !file.includes('/testing/') &&
        // Of the directory, which holds tokens; the functions of the same name in libs/application/reference take codes.
        /directory(\.|\n\s*\.)find(Municipality|Organisation)\(|^ {2}find(Municipality|Organisation)\(token/m.test(
          readFileSync(`${root}${file}`, 'utf8'),
        ),
    );
    expect(naming.sort()).toEqual(Object.keys(allowed).sort());
  });

  it('is named for an official only by the function that records it first', () => {
    const reading = readFileSync(`${root}apps/api/http/queries/reading.ts`, 'utf8');
    expect(reading.indexOf('recordNaming(')).toBeGreaterThan(0);
    expect(reading.indexOf('recordNaming(')).toBeLessThan(reading.indexOf('findMunicipality('));
    const controllers = sources.filter((file) => file.endsWith('.controller.ts'));
    expect(controllers.length).toBeGreaterThan(10);
    for (const file of controllers)
      expect([file, readFileSync(`${root}${file}`, 'utf8')]).toEqual([
        file,
        expect.not.stringMatching(/findMunicipality|findOrganisation|application\.directory/),
      ]);
  });
});
