import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

interface Operation {
  readonly responses: Record<string, { readonly description: string; readonly headers?: object }>;
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly $ref?: string } }>;
  };
}

interface Schema {
  readonly properties?: Record<string, object>;
}

// The description comes from the compiled build: the transpiler of the tests does not run the plugin that writes it.
describe('The description of the API', () => {
  let built: {
    paths: Record<string, Record<string, Operation>>;
    openapi: string;
    components: { schemas: Record<string, Schema> };
  };

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['dist/apps/ops/main.js', 'openapi', '--print'],
      { maxBuffer: 32 * 1024 * 1024 },
    );
    built = JSON.parse(stdout.slice(stdout.indexOf('{'))) as typeof built;
  });

  const operations = (): [string, Operation][] =>
    Object.entries(built.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    );

  it('is the one that is checked in; npm run build and npm run ops -- openapi write it anew', async () => {
    expect(built).toEqual(JSON.parse(await readFile('apps/api/openapi.json', 'utf8')));
    expect(built.openapi).toBe('3.1.0');
  });

  it('says of every status what it means', () => {
    expect(operations().length).toBeGreaterThan(30);
    for (const [name, { responses }] of operations())
      for (const [status, { description }] of Object.entries(responses))
        expect([name, status, status === '200' || description.length > 0]).toEqual([name, status, true]);
  });

  it('names key, body fields and every refusal of each command', () => {
    const commands = operations().filter(([name]) => name.startsWith('post '));
    expect(commands.length).toBeGreaterThanOrEqual(30);
    for (const [name, operation] of commands) {
      const key = operation.parameters?.find((parameter) => parameter.name === 'Idempotency-Key');
      expect([name, key?.required]).toEqual([name, true]);
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['400', '401', '403', '404', '409', '413', '415', '422', '500', '503']),
      );
      // A precondition can fail exactly where the answer gives the ETag that it is made of.
      const told = operation.responses['200'] ?? operation.responses['201'];
      const givesETag = 'ETag' in (told?.headers ?? {});
      expect([name, '412' in operation.responses]).toEqual([name, givesETag]);
      const reference = operation.requestBody?.content['application/json']?.schema.$ref;
      if (!reference) continue;
      const schema = built.components.schemas[reference.split('/').at(-1)!];
      expect([name, Object.keys(schema?.properties ?? {}).length > 0]).toEqual([name, true]);
    }
  });
});
