import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { apiMetrics } from '../../../apps/api/metrics.js';
import { countedSender, workerMetrics } from '../../../apps/worker/metrics.js';
import { shownBands, smallestShown } from '../../../libs/access/index.js';
import { fewestShown, logMetrics, type Meter, Metrics } from '../../../libs/platform/index.js';
import { commands, fields, metrics } from './counts.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}
const document = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly responses: Readonly<
              Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
            >;
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** All fields of a schema that may be numbers, each under the nearest schema that has a name: `HomeCaseDto.adults`. */
const numbersIn = (schema: Schema, at: string, seen: readonly string[] = []): readonly string[] => {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) {
    if (seen.includes(name)) return [];
    return numbersIn(document.components.schemas[name]!, name, [...seen, name]);
  }
  const { allOf = [], oneOf = [], anyOf = [], items, properties = {}, additionalProperties } = schema;
  const types = [schema.type ?? []].flat();
  return [
    ...(types.includes('integer') || types.includes('number') ? [at] : []),
    ...[...allOf, ...oneOf, ...anyOf].flatMap((one) => numbersIn(one, at, seen)),
    ...(items ? numbersIn(items, `${at}[]`, seen) : []),
    ...(typeof additionalProperties === 'object' ? numbersIn(additionalProperties, `${at}.*`, seen) : []),
    ...Object.entries(properties).flatMap(([key, one]) => numbersIn(one, `${at}.${key}`, seen)),
  ];
};

const numbers = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { responses }]) =>
    Object.values(responses).flatMap(({ content = {} }) =>
      Object.values(content).flatMap(({ schema }) => (schema ? numbersIn(schema, `${method} ${path} `) : [])),
    ),
  ),
);
const nameOf = (field: string): string => field.replaceAll('[]', '').split('.').at(-1)!;
const decided = Object.entries(fields).flatMap(([schema, own]) =>
  Object.entries(own).map(([field, [whose]]) => ({ at: `${schema}.${field}`, whose })),
);

describe('A number', () => {
  it('has a decision for every number that any answer shows', () => {
    expect(numbers.length).toBeGreaterThan(100);
    // Each in its own schema: a name that is harmless elsewhere decides nothing here.
    expect([...new Set(numbers)].sort()).toEqual(decided.map(({ at }) => at).sort());
  });

  it('for somebody who is in none of the cases goes through disclosure control, and may be left out', () => {
    const outside = decided.filter(({ whose }) => whose === 'OUTSIDE');
    // One, that stands alone: a second one beside it, or a sum, goes through `suppressTogether` (libs/access/README.md).
    expect(outside.map(({ at }) => at)).toEqual(['NoticesDto.waiting']);
    expect(Object.keys(document.components.schemas['NoticesDto']!.properties!)).toEqual(['waiting']);
    const notices = document.components.schemas['NoticesDto']!.properties!['waiting']!;
    expect([notices.type].flat()).toEqual(expect.arrayContaining(['number', 'null']));
    expect(new Set(notices.enum)).toEqual(new Set([...shownBands, null]));
    const controller = readFileSync('apps/api/http/queries/notices.controller.ts', 'utf8');
    expect(controller).toContain('return suppressCount(');
    // What is asked for again in the hour says nothing new (test/e2e/machines.e2e.spec.ts).
    expect(controller).toContain('waiting: await this.reading.ofTheHour(');
  });

  it('of a list is of the page that is shown, never of all that there is', () => {
    // Where a list ends is told by a missing cursor.
    expect(numbers.map(nameOf).filter((name) => /total|all|sum/i.test(name))).toEqual([]);
  });

  it('in a metric has a decision, and no label that says where, whose or what kind of person', () => {
    const made: { name: string; labels: readonly string[]; heldBack: boolean }[] = [];
    const note = ({ name, labels, heldBack }: { name: string; labels: object; heldBack?: unknown }) => {
      made.push({ name, labels: Object.keys(labels), heldBack: heldBack !== undefined });
      return () => undefined;
    };
    const meter = { counter: note, histogram: note, gauge: note } as unknown as Meter;
    apiMetrics(meter, []);
    workerMetrics(meter, {} as Parameters<typeof workerMetrics>[1]);
    countedSender({} as Parameters<typeof countedSender>[0], meter);
    logMetrics(meter);
    expect(made.map(({ name }) => name).filter((name) => !(name in metrics))).toEqual([]);
    expect(Object.keys(metrics).sort()).toEqual([...new Set(made.map(({ name }) => name))].sort());
    // Fewer than five are not shown of what was done to cases or refused (libs/platform/metrics.spec.ts).
    expect(fewestShown).toBe(smallestShown);
    expect(made.filter(({ heldBack }) => heldBack).map(({ name }) => name)).toEqual(
      made.map(({ name }) => name).filter((name) => metrics[name] === 'OUTSIDE'),
    );
    expect([...new Set(made.flatMap(({ labels }) => labels))].sort()).toEqual([
      'access',
      'code',
      'command',
      'method',
      'outcome',
      'route',
      'status',
      'subscription',
    ]);
  });

  it('in a metric of failures, or of appends beside commands, gives nothing away that is held back', async () => {
    let now = 0;
    const metrics = new Metrics(() => now);
    const api = apiMetrics(metrics, ['WithdrawWaiver']);
    api.routes.add('/cases/:caseId/waiver-withdrawals');
    const log = logMetrics(metrics);
    const own = async () =>
      (await metrics.text()).split('\n').filter((line) => /^relocation_(?!http_requests_open)/.test(line));
    for (let times = 0; times < 4; times += 1) {
      log.onAppend({ outcome: times === 3 ? 'conflict' : 'appended', events: 1, seconds: 0.01 });
      log.onBatch({ appends: 1, seconds: 0.01 });
    }
    now += 3_600_000;
    // Counters without labels begin at nought.
    expect((await own()).filter((line) => !line.endsWith(' 0'))).toEqual([]);
    const asked = { method: 'POST', route: '/cases/:caseId/waiver-withdrawals', seconds: 0.01 };
    api.requestBegan();
    api.requestEnded({ ...asked, status: 503 });
    const shown = await own();
    expect(shown).toContain(
      'relocation_http_request_seconds_count{method="other",route="other",status="503"} 1',
    );
    expect(shown.filter((line) => /waiver|POST/.test(line))).toEqual([]);
  });

  it('that a command of the operator prints has a decision', () => {
    const verbs = readdirSync('apps/ops')
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /export const verb\b/.test(readFileSync(`apps/ops/${file}`, 'utf8')))
      .map((file) => file.replace('.ts', ''));
    expect(Object.keys(commands).sort()).toEqual(verbs.sort());
  });

  it('of people is for the operator in no command', () => {
    // Rows, events, keys and checks; nobody counts persons, cases by board, or places.
    for (const [command, whose] of Object.entries(commands))
      expect([command, whose === undefined || whose === 'OPERATION']).toEqual([command, true]);
  });
});
