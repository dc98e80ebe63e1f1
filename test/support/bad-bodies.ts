/** As much of JSON Schema as the OpenAPI document of this API uses for bodies. */
export interface BodySchema {
  readonly $ref?: string;
  readonly allOf?: readonly BodySchema[];
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly required?: readonly string[];
  readonly items?: BodySchema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}
export type Schemas = Readonly<Record<string, BodySchema>>;

/** A body that must be refused with 400. */
export interface BadBody {
  /** What is wrong with it, and where. */
  readonly what: string;
  readonly body: unknown;
  /** What was sent and must not be found again anywhere. */
  readonly canary?: string;
  readonly code: 'request.invalid' | 'request.not_utf8';
  /** Fields of which one must be named in `violations`; only with request.invalid. */
  readonly fields?: readonly string[];
}

export const resolve = (schema: BodySchema, schemas: Schemas): BodySchema => {
  if (schema.$ref) return resolve(schemas[schema.$ref.split('/').at(-1)!] ?? {}, schemas);
  if (schema.allOf?.length === 1) return resolve(schema.allOf[0]!, schemas);
  return schema;
};

let canaries = 0;
/** Text that nobody would write, new each time. */
const canary = (): string => `Kanarie${(canaries += 1)}x7`;

const withField = (body: object, field: string, value: unknown): object => ({ ...body, [field]: value });
const withoutField = (body: object, field: string): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));

const wrongCheckDigit = (number: string): string =>
  `${number.slice(0, -1)}${(Number(number.slice(-1)) + 1) % 10}`;

interface BadValue extends Omit<BadBody, 'body' | 'fields'> {
  readonly value: unknown;
}

/** Values that break what the description says of a field, each in another way. */
const badValues = (schema: BodySchema, example: unknown): BadValue[] => {
  const bad: BadValue[] = [];
  const add = (what: string, value: unknown, told?: string, code: BadBody['code'] = 'request.invalid') =>
    void bad.push({ what, value, canary: told, code });
  const text = canary();
  add('null', null);
  if (schema.enum) add('not on the list', text, text);
  switch (schema.type) {
    case 'string': {
      add('a number instead of text', 98_765_431, '98765431');
      add('an object instead of text', { [text]: text }, text);
      add('a list instead of text', [text], text);
      add('a NUL character', `${text}\0`, text, 'request.not_utf8');
      add('half a character', `${text}\ud800`, text, 'request.not_utf8');
      add('a control character', `${text}\u0007`, text);
      add('empty', '');
      add('longer than any text', text.repeat(400), text);
      if (schema.maxLength) add('one character too long', 'å'.repeat(schema.maxLength + 1), 'å'.repeat(20));
      if (schema.format === 'date') add('a date that does not exist', '2026-02-30', '2026-02-30');
      if (schema.format === 'date-time')
        add('an instant that does not exist', '2026-02-30T10:00:00Z', '2026-02-30');
      if (schema.format === 'date-time')
        add('an instant without a zone', '2026-03-02T10:11:12', '2026-03-02T10:11:12');
      break;
    }
    case 'integer':
    case 'number':
      add('text instead of a number', text, text);
      add('a number as text', '1');
      if (schema.minimum !== undefined) add('too small', schema.minimum - 1);
      if (schema.maximum !== undefined)
        add('too large', schema.maximum + 98_765_432, String(schema.maximum + 98_765_432));
      if (schema.type === 'integer') add('a fraction', (schema.minimum ?? 0) + 0.5);
      break;
    case 'boolean':
      add('text instead of yes or no', text, text);
      break;
    case 'array':
      add('text instead of a list', text, text);
      add('an object instead of a list', { 0: text }, text);
      break;
    case 'object':
      add('text instead of an object', text, text);
      add('a list instead of an object', [text], text);
      break;
    case undefined:
      throw new Error('a field without a type: the description does not say what it may be');
  }
  if (typeof example === 'string' && /^\d{12}$/.test(example)) {
    const number = wrongCheckDigit(example);
    add('a number with a wrong check digit', number, number);
    add('a number with a day that does not exist', `19900230${example.slice(8)}`, '19900230');
  }
  // Four digits stand by chance in a number of a request: looked for as a value of its own.
  if (typeof example === 'string' && /^\d{4}$/.test(example))
    add('a municipality that does not exist', '9876', '"9876"');
  return bad;
};

/**
 * Every way in which a body can break its description, one at a time: made of the description and of one valid example.
 * @param seen shapes that have been looked into already
 * @param path of the object inside the body, as `violations` name it
 */
export const badBodies = (
  given: BodySchema,
  example: object,
  schemas: Schemas,
  path = '',
  around: (inner: unknown) => unknown = (inner) => inner,
  seen: Set<BodySchema> = new Set(),
): BadBody[] => {
  const schema = resolve(given, schemas);
  const at = (field: string): string => (path ? `${path}.${field}` : field);
  const text = canary();
  const bad: BadBody[] = [
    {
      what: `${path || 'the body'}: an unknown field`,
      body: around(withField(example, text, `${text} i ett fält`)),
      canary: text,
      code: 'request.invalid',
      fields: [path],
    },
  ];
  for (const field of schema.required ?? [])
    bad.push({
      what: `${at(field)}: missing`,
      body: around(withoutField(example, field)),
      code: 'request.invalid',
      fields: [at(field)],
    });
  for (const [field, described] of Object.entries(schema.properties ?? {})) {
    // A field that the example leaves out belongs to another kind of body: named or not, it is not for this one.
    if (!(field in example)) continue;
    const value = (example as Record<string, unknown>)[field];
    const inner = resolve(described, schemas);
    const put = (change: unknown): unknown => around(withField(example, field, change));
    const each = (values: readonly BadValue[], put: (change: unknown) => unknown, where: string): void => {
      for (const { what, canary, code, value } of values)
        bad.push({ what: `${where}: ${what}`, body: put(value), canary, code, fields: [at(field)] });
    };
    each(badValues(inner, value), put, at(field));
    if (Array.isArray(value)) {
      const first: unknown = value[0];
      const items = resolve(inner.items ?? {}, schemas);
      if (first !== undefined)
        each(badValues(items, first), (change) => put([change, ...value.slice(1)]), `${at(field)}[0]`);
      if (inner.uniqueItems && first !== undefined)
        bad.push({
          what: `${at(field)}: the same twice`,
          body: put([...value, first]),
          code: 'request.invalid',
          fields: [at(field)],
        });
      if (inner.maxItems !== undefined)
        bad.push({
          what: `${at(field)}: one too many`,
          body: put(Array.from({ length: inner.maxItems + 1 }, (_, index) => first ?? `x${index}`)),
          code: 'request.invalid',
          fields: [at(field)],
        });
    } else if (inner.type === 'object' && value !== null && !seen.has(inner)) {
      // Eight clocks of one shape are checked by the same code: one of them is looked into.
      seen.add(inner);
      bad.push(...badBodies(inner, value as object, schemas, at(field), put, seen));
    }
  }
  return bad;
};
