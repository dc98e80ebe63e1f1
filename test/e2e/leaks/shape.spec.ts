import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type BodySchema, resolve, type Schemas } from '../../support/bad-bodies.js';

// What the API does not have, and with it the traps that come with such things. When one of these tests fails, somebody
// has added a search, an export, a way to do many things at once: then the trap needs a test of its own in traps.ts.

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema?: BodySchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: BodySchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
const document = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
);

/** Every field of a body, by its path, with what it may hold. */
const fieldsOf = (schema: BodySchema, name = ''): readonly (readonly [string, BodySchema])[] => {
  const { items, properties, ...rest } = resolve(schema, document.components.schemas);
  if (items) return [[name, { items, ...rest }], ...fieldsOf(items, `${name}[]`)];
  if (!properties) return [[name, rest]];
  return Object.entries(properties).flatMap(([key, one]) => fieldsOf(one, name ? `${name}.${key}` : key));
};
const bodies = operations.flatMap(({ name, operation }) => {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema ? [{ name, fields: fieldsOf(schema) }] : [];
});

describe('The API', () => {
  it('is read here as it is described: routes, bodies and queries were found', () => {
    expect(operations.length).toBeGreaterThan(120);
    expect(bodies.length).toBeGreaterThan(50);
    expect(bodies.flatMap(({ fields }) => fields).length).toBeGreaterThan(150);
    expect(
      operations.filter(({ operation }) => operation.parameters?.some((one) => one.in === 'query')).length,
    ).toBeGreaterThan(10);
  });

  it('takes no text to search for in any query, and completes nothing', () => {
    const open = operations.flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter((one) => one.in === 'query')
        .filter(({ name: parameter, schema }) => {
          const { enum: values, type } = resolve(schema ?? {}, document.components.schemas);
          // A cursor is what an earlier answer gave: of others' it is worth nothing.
          return !(values || type === 'integer' || parameter === 'cursor');
        })
        .map((one) => `${name}?${one.name}`),
    );
    expect(open).toEqual([]);
    // Not the report that is complete.
    const words = /search|lookup|look-up|find|suggest|complet(?!e$)|match|exists|availab/i;
    expect(operations.filter(({ path }) => words.test(path)).map(({ name }) => name)).toEqual([]);
    expect([...new Set(operations.map(({ name }) => name.split(' ')[0]))].sort()).toEqual(['get', 'post']);
  });

  it('names one thing in every command, and takes no list of ids', () => {
    const lists = bodies.flatMap(({ name, fields }) =>
      fields
        .filter(([field, { format }]) => /\[\]/.test(field) && (format === 'uuid' || /ids?\b/i.test(field)))
        .map(([field]) => `${name} ${field}`),
    );
    expect(lists).toEqual([]);
    const words = /bulk|batch|import|many|all\b|merge|group/i;
    expect(operations.filter(({ path }) => words.test(path)).map(({ name }) => name)).toEqual([]);
  });

  it('answers with JSON, with problems, or with a stream that says nothing: no file, no table, no document', () => {
    const types = new Set(
      operations.flatMap(({ operation }) =>
        Object.values(operation.responses).flatMap(({ content = {} }) => Object.keys(content)),
      ),
    );
    expect([...types].sort()).toEqual([
      'application/json',
      'application/problem+json',
      'text/event-stream',
      'text/html',
    ]);
    const answering = (type: string): readonly string[] =>
      operations
        .filter(({ operation }) =>
          Object.values(operation.responses).some(({ content = {} }) => type in content),
        )
        .map(({ path }) => path);
    // The same for everybody: what each kind of problem means.
    expect(answering('text/html')).toEqual(['/problems/{code}']);
    expect(answering('text/event-stream')).toEqual(['/relocation-coordination/v1/inbox/stream']);
    const words = /export|download|print|pdf|csv|xlsx|report\.|file/i;
    expect(operations.filter(({ path }) => words.test(path)).map(({ name }) => name)).toEqual([]);
  });

  it('has no field in any body that says that somebody agrees to be told of', () => {
    // Who is told stands on a signed waiver, a statute or a decision, each an event of its own.
    const yesOrNo = bodies.flatMap(({ fields }) =>
      fields.filter(([, { type }]) => type === 'boolean').map(([field]) => field),
    );
    const known: Readonly<Record<string, string>> = {
      agrees: 'a second officer on what the first has weighed',
      anonymous: 'who asks for documents does not say who that is',
      delegated: 'what an official may decide for the board',
      familyIncluded: 'for whom protection was applied for',
      there: 'a child is there after all, where it was said to have left',
      requested: 'an agency has asked, in this case, as its duty to be told wants it',
    };
    expect(yesOrNo.filter((field) => !(field in known))).toEqual([]);
    const words = /consent|waive|override|(?<!in)force|bypass|skip|ignore|visible|public|share/i;
    expect(
      bodies.flatMap(({ name, fields }) =>
        fields.filter(([field]) => words.test(field)).map(([field]) => `${name} ${field}`),
      ),
    ).toEqual([]);
  });
});
