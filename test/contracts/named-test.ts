import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What turns a test off, in its own file: `it.skip(`, `it.todo(`, `xit(`, `describe.skip(` and the like. */
const offBefore = /(?:\.(?:skip|todo)|\bx(?:it|test|describe))(?:\.each\([^]*?\))?\s*\(\s*$/;
const offAround = /\b(?:describe\.(?:skip|todo)|xdescribe)\b/;

/**
 * What is wrong with a test that a document names as its cover; undefined when it is there and runs.
 * @param file from the root of the repository
 * @param title of the test, as it is written in the file
 * @param read the text of the file
 */
export const wrongWithTest = (
  file: string,
  title: string,
  read = (path: string): string => readFileSync(join(root, path), 'utf8'),
): string | undefined => {
  if (!/\.(spec|conformance)\.ts$/.test(file) || !existsSync(join(root, file)))
    return 'no such file of tests';
  const text = read(file);
  const at = [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``]
    .map((quoted) => text.indexOf(quoted))
    .filter((place) => place >= 0);
  if (at.length === 0) return 'no such title in it';
  if (offAround.test(text)) return 'a part of that file is turned off';
  return at.some((place) => offBefore.test(text.slice(0, place))) ? 'turned off' : undefined;
};
