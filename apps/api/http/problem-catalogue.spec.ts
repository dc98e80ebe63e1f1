import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { knownCodes, languages } from './problem-catalogue.js';

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.includes('testing'))
    .map((name) => join(folder, name));

/** Where the code stands among what is given. */
const codeAt: Readonly<Record<string, number>> = { ensure: 1, DomainError: 0 };

const literalsIn = (node: ts.Node): string[] =>
  ts.isStringLiteralLike(node) ? [node.text] : node.getChildren().flatMap(literalsIn);

/**
 * The codes of each `ensure(..., 'context.reason')` and `new DomainError('context.reason')`, read from the syntax and not
 * by the shape of the text: a code of another shape is found too, and a place whose code cannot be read gives none.
 */
const saysNo = (source: string): readonly (readonly string[])[] => {
  const found: string[][] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression)) {
      const at = codeAt[node.expression.text];
      const code = at === undefined ? undefined : node.arguments?.[at];
      if (code) found.push(literalsIn(code));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found;
};

const places = sources('libs')
  // `ensure` itself hands on the code that it was given.
  .filter((file) => !file.endsWith(join('kernel', 'domain-error.ts')))
  .flatMap((file) => saysNo(readFileSync(file, 'utf8')).map((codes) => ({ file, codes })));
const thrown = new Set(places.flatMap(({ codes }) => codes));

describe('What the API says when it says no', () => {
  it('is looked for wherever the source says no, however the code is spelled or wrapped', () => {
    expect(
      saysNo(`
        ensure(a.b(c, 'not.this'), 'threat_assessment.one');
        ensure(
          // a comment: don't stop here
          state.status !== 'OTHER' && at >= due,
          late ? 'two-words.two' : 'context2.three',
          { max },
        );
        throw new DomainError(\`plain.four\`);
        ensure(holds, code);
      `),
    ).toEqual([['threat_assessment.one'], ['two-words.two', 'context2.three'], ['plain.four'], []]);
  });

  it('is found in full: no place hides its code', () => {
    expect(places.filter(({ codes }) => codes.length === 0)).toEqual([]);
    expect([...thrown].filter((code) => code.startsWith('threat_assessment.')).length).toBeGreaterThan(9);
  });

  it('has a status and words of its own for every rule that can say no', () => {
    expect(thrown.size).toBeGreaterThan(100);
    expect([...thrown].filter((code) => !Object.hasOwn(knownCodes, code))).toEqual([]);
  });

  it('answers 403 where four eyes must not be two', () => {
    const fourEyes = [...thrown].filter((code) => /\.(four_eyes|assessor_is_\w+|same_assessor)$/.test(code));
    expect(fourEyes.map((code) => [code, knownCodes[code]?.status])).toEqual(
      fourEyes.map((code) => [code, 403]),
    );
    expect(fourEyes.length).toBeGreaterThanOrEqual(5);
  });

  it.each(languages)('has every text in %s', (language) => {
    for (const [code, { title, detail }] of Object.entries(knownCodes))
      expect([code, title[language].length > 0 && detail[language].endsWith('.')]).toEqual([code, true]);
  });
});
