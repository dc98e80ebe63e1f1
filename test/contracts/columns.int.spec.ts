import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { placeOfTable, schemasOf } from '#kernel';
import { withTransaction } from '#platform';
import { allProjections } from '#projections';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  CaseHistory,
  caseIds,
  History,
  people,
  project,
  type Stage,
  stages,
  type Who,
} from '../support/history.js';

interface Expected {
  readonly schema: string;
  readonly table: string;
  readonly columns?: readonly string[];
  /** Read in comparison with the time of the request, and never shown. */
  readonly compared?: readonly string[];
  readonly always?: readonly string[];
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly stages: Readonly<Partial<Record<Stage, { filled: readonly string[]; sealed: readonly string[] }>>>;
}

const contract = JSON.parse(readFileSync(new URL('expected-columns.json', import.meta.url), 'utf8')) as {
  roles: Record<string, Expected>;
  otherTables: Record<string, readonly string[]>;
};

const readers: Record<string, Who> = {
  HOME_BOARD_OFFICER: people.homeOfficer,
  HOME_BOARD_COLLEAGUE: people.homeColleague,
  HOME_BOARD_DUTY_OFFICER: people.homeDuty,
  RECEIVING_BOARD_CONTACT: people.boardContact,
  RECEIVING_BOARD_DECIDER: people.boardDecider,
  HOUSING_PROVIDER_DIRECTOR: people.director,
  HOME_POLICE_COORDINATOR: people.homePolice,
  REFERRED_POLICE_COORDINATOR: people.referralPolice,
  RECEIVING_POLICE_COORDINATOR: people.receivingPolice,
  NATIONAL_COORDINATOR: people.coordinator,
};

const schemas = [
  'home_board',
  'receiving_board',
  'police',
  'coordinator',
  'housing_provider',
  'public_access',
  'home_protection',
  'tax_agency',
  'inquiry',
  'told_person_security',
  'told_probation_service',
  'told_sis',
  'told_population_register',
  'told_social_insurance_agency',
  'told_employment_service',
  'told_enforcement_authority',
  'told_migration_agency',
  'told_health_care',
  'told_school',
  'told_local_council',
  'told_region_coordinator',
  'told_ivo',
];
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('what the reader of each agency may select', () => {
  it('is exactly what the contract lists, table by table, and nothing in any other table', async () => {
    const { rows } = await database.pool.query<{ name: string; column: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, a.attname AS column
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
       CROSS JOIN unnest($1::text[]) AS s
       WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p')
         AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND has_schema_privilege('read_' || s, n.oid, 'USAGE')
         AND has_column_privilege('read_' || s, c.oid, a.attnum, 'SELECT')`,
      [schemas],
    );
    const found = new Map<string, string[]>();
    for (const { name, column } of rows) found.set(name, [...(found.get(name) ?? []), column]);
    const expected = new Map(Object.entries(contract.otherTables));
    for (const { schema, table, columns, compared = [] } of Object.values(contract.roles))
      if (columns) expected.set(`${schema}.${table}`, [...columns, ...compared]);
    const plain = (tables: ReadonlyMap<string, readonly string[]>) =>
      Object.fromEntries(sorted(tables.keys()).map((name) => [name, sorted(tables.get(name)!)]));
    expect(plain(found)).toEqual(plain(expected));
  });

  it('is closed by forced row-level security in every table but the checkpoints', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY ($1) AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
      [schemas],
    );
    expect(sorted(rows.map(({ name }) => name))).toEqual(
      sorted(schemas.map((schema) => `${schema}.checkpoints`)),
    );
  });
});

describe('what a projection says that it writes', () => {
  it('is every table of its schema, so that a rebuild forgets none', async () => {
    for (const { schema, role, tables } of allProjections) {
      const { rows } = await database.pool.query<{ name: string }>(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND c.relname <> 'checkpoints' AND has_schema_privilege($1, n.oid, 'USAGE')
           AND has_table_privilege($1, c.oid, 'INSERT')`,
        [role],
      );
      const said = tables.map((table) => placeOfTable(table, schema));
      expect([schema, sorted(rows.map(({ name }) => name))]).toEqual([schema, sorted(said)]);
    }
  });

  it('lies in the schema of its agency, but for what is not told to it: that lies where no reader comes', async () => {
    const apart = allProjections.flatMap(({ schema, tables }) =>
      tables.map((table) => placeOfTable(table, schema)).filter((place) => !place.startsWith(`${schema}.`)),
    );
    const { rows } = await database.pool.query<{ name: string; closed: boolean }>(
      `SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS closed
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'untold' AND c.relkind = 'r'`,
    );
    expect(sorted(rows.map(({ name }) => name))).toEqual(sorted(apart));
    expect(rows.filter(({ closed }) => !closed)).toEqual([]);
    const { rows: others } = await database.pool.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles
       WHERE has_schema_privilege(rolname, 'untold', 'USAGE') AND NOT rolsuper AND rolname !~ '^pg_'
         AND oid <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'untold')`,
    );
    const writers = allProjections.filter(({ schema, tables }) => schemasOf({ schema, tables }).length > 1);
    expect(sorted(others.map(({ name }) => name))).toEqual(sorted(writers.map(({ role }) => role)));
    const { rows: kept } = await database.pool.query<{ name: string }>(
      `SELECT attrelid::regclass::text AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = ANY ($1::regnamespace[]) AND a.attname = 'held' AND NOT a.attisdropped`,
      [schemas],
    );
    expect(kept).toEqual([]);
  });
});

/** Columns that are filled in the rows that this reader sees, and the classes of the envelopes beside them. */
const seenBy = async (
  { schema, table, compared = [] }: Expected,
  who: Who,
): Promise<{ filled: string[]; sealed: string[]; text: string } | undefined> =>
  withTransaction(
    database.pool,
    {
      role: `read_${schema}`,
      settings: { 'app.organisation': who.organisation, 'app.person': who.person },
      readOnly: true,
    },
    async (client) => {
      const { rows: readable } = await client.query<{ column: string }>(
        `SELECT attname AS column FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
           AND has_column_privilege($1::regclass, attnum, 'SELECT')`,
        [`${schema}.${table}`],
      );
      const { rows } = await client.query<Record<string, unknown>>(
        `SELECT ${readable.map(({ column }) => column).join(', ')} FROM ${schema}.${table}`,
      );
      if (rows.length === 0) return undefined;
      expect(rows).toHaveLength(1);
      const { rows: sealed } = await client.query<{ class: string }>(`SELECT class FROM ${schema}.sealed_v1`);
      const row = rows[0]!;
      return {
        filled: sorted(
          Object.keys(row).filter((column) => row[column] !== null && !compared.includes(column)),
        ),
        sealed: sorted(sealed.map((one) => one.class)),
        text: JSON.stringify(row),
      };
    },
  );

describe('what each role finds filled at each stage of the main path', () => {
  const ids = caseIds();
  const walked = new CaseHistory(new History(), ids);
  const places = [
    't1-municipality',
    't1-area',
    't1-receiving-board',
    't1-provider',
    't1-housing',
    't1-police-receiving',
  ];
  const origin = [
    't1-home-board',
    't1-home-officer',
    't1-police-home',
    't1-no-go-place',
    ids.caseId,
    ids.subject,
  ];

  for (const stage of stages) {
    it(`at ${stage}`, async () => {
      const before = walked.history.events.length;
      walked.walk(stage);
      await project(database, allProjections, walked.history.events.slice(before));
      const found: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const [role, one] of Object.entries(contract.roles)) {
        const seen = await seenBy(one, readers[role]!);
        found[role] = seen && { filled: seen.filled, sealed: seen.sealed };
        const there = one.stages[stage];
        expected[role] = there && {
          filled: sorted([
            ...(one.always ?? []),
            ...there.filled.flatMap((name) => (name.startsWith('@') ? one.sets![name.slice(1)]! : [name])),
          ]),
          sealed: sorted(there.sealed),
        };
        // No value of a coded column names a place to the home side, or an origin to the receiving side.
        if (role.startsWith('HOME_'))
          for (const place of places) expect(seen?.text ?? '').not.toContain(`"${place}"`);
        if (role.startsWith('RECEIVING_') || role === 'HOUSING_PROVIDER_DIRECTOR')
          for (const from of origin) expect(seen?.text ?? '').not.toContain(`"${from}"`);
      }
      expect(found).toEqual(expected);
    });
  }
});
