import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataClasses } from '#kernel';
import { stages, type Stage } from '../support/history.js';
import {
  assess,
  assessor,
  coordinator,
  decider,
  director,
  officer,
  preparer,
  said,
  secondAssessor,
} from '../support/story.js';
import {
  basePath,
  home,
  providerNumber,
  receiver,
  startTestSystem,
  type TestSystem,
} from '../support/system.js';

// The HTTP half of the contract: expected-columns.json says what each role finds at each stage, from the need-to-know
// matrix; here the main path is played with real commands, and the answers are held against it.

interface Columns {
  readonly columns?: readonly string[];
  readonly always?: readonly string[];
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly table: string;
  readonly schema: string;
  readonly stages: StagesOf;
}
type StagesOf = Readonly<Partial<Record<Stage, { filled: readonly string[]; sealed: readonly string[] }>>>;
interface Body {
  /** The inbox of the role; none for the duty officer, to whom nothing is put. */
  readonly as?: string;
  readonly list: string;
  readonly one: string;
  readonly hidden?: readonly string[];
  readonly renamed?: Readonly<Record<string, string>>;
  readonly added?: readonly string[];
  readonly closed?: readonly string[];
  readonly also?: Readonly<Record<string, readonly string[]>>;
  readonly stages?: StagesOf;
}
const contract = JSON.parse(readFileSync(new URL('expected-columns.json', import.meta.url), 'utf8')) as {
  readonly roles: Readonly<Record<string, Columns>>;
  readonly bodies: {
    readonly roles: Readonly<Record<string, Body>>;
    readonly parts: Readonly<Record<string, readonly string[]>>;
  };
};
const { parts } = contract.bodies;
const roles = Object.keys(contract.bodies.roles);

const officials: Readonly<Record<string, string>> = {
  HOME_BOARD_OFFICER: officer,
  HOME_BOARD_COLLEAGUE: `board-${home}-officer-2`,
  HOME_BOARD_DUTY_OFFICER: `board-${home}-duty`,
  RECEIVING_BOARD_CONTACT: preparer,
  RECEIVING_BOARD_DECIDER: decider,
  HOUSING_PROVIDER_DIRECTOR: director,
  HOME_POLICE_COORDINATOR: secondAssessor,
  REFERRED_POLICE_COORDINATOR: 'police-ost-coordinator',
  RECEIVING_POLICE_COORDINATOR: 'police-nord-coordinator',
  NATIONAL_COORDINATOR: coordinator,
};

/** A municipality of another police region than home and receiver. */
const referred = '0580';

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();
const camelCase = (column: string): string =>
  column.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** All columns of the role's table: roles that read the same table share one list. */
const columnsOf = (role: string): readonly string[] => {
  const { schema, table } = contract.roles[role]!;
  const listed = Object.values(contract.roles).find(
    (one) => one.columns && one.schema === schema && one.table === table,
  );
  return listed!.columns!;
};

/** Keys of an answer for some columns. */
const keysFor = (role: string, columns: readonly string[]): readonly string[] => {
  const { hidden = [], renamed = {} } = contract.bodies.roles[role]!;
  return columns
    .filter((column) => !hidden.includes(column))
    .map((column) => renamed[column] ?? camelCase(column));
};

/** One line for each thing that a role should find, so that a difference names its cell. */
const expectedOf = (role: string, stage: Stage): readonly string[] => {
  const columns = contract.roles[role]!;
  const body = contract.bodies.roles[role]!;
  const instead = body.stages?.[stage];
  const there = instead ?? columns.stages[stage];
  if (!there) return [`${role}: nothing there`];
  const filled = [
    ...(instead ? [] : (columns.always ?? [])),
    ...there.filled.flatMap((name) => (name.startsWith('@') ? columns.sets![name.slice(1)]! : [name])),
  ];
  const inList = keysFor(role, columnsOf(role));
  return [
    ...sorted(inList).map((key) => `${role}: key ${key} in the list`),
    ...sorted([...inList, ...(body.added ?? [])]).map((key) => `${role}: key ${key}`),
    ...sorted([...keysFor(role, filled), ...(body.added ?? [])]).map((key) => `${role}: filled ${key}`),
    ...sorted(there.sealed).map((one) => `${role}: told of ${one}`),
    ...sorted(there.sealed).map((one) => `${role}: opens ${one}`),
  ];
};

describe('What each role is answered at each stage of the main path', () => {
  let system: TestSystem;
  const ids = { caseId: '', candidateId: '', proposalId: '' };
  const path = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_all, name: keyof typeof ids) => ids[name] || unknown);
  const unknown = '0b0e7a52-9999-4222-8333-444455556666';
  const as = (sub: string) => system.official(sub);

  beforeAll(async () => {
    system = await startTestSystem('2026-03-02T08:00:00.000Z', ['police:ost', `board:${referred}`]);
  });
  afterAll(() => system?.close());

  const check = async (municipalityCode: string): Promise<string> => {
    const { id } = await as(coordinator).does(`/cases/${ids.caseId}/candidates`, { municipalityCode });
    await system.settled();
    return id;
  };
  const play: Readonly<Record<Stage, () => Promise<unknown>>> = {
    OPENED: async () => {
      ids.caseId = (await as(officer).does('/cases', { ...said.case(0), officers: [] })).id;
      await as(officer).does(`/cases/${ids.caseId}/impartiality-declarations`);
    },
    REQUESTED: async () => {
      await as(officer).does(`/cases/${ids.caseId}/waivers`, said.waiver);
      await as(officer).does(`/cases/${ids.caseId}/support-decisions`, said.supportDecision);
      await as(officer).does(`/cases/${ids.caseId}/relocation-requests`, said.request);
      await system.settled();
      await as(secondAssessor).does(`/cases/${ids.caseId}/impartiality-declarations`);
    },
    ASSESSED: () => assess(as(assessor), ids.caseId, 'MEDIUM'),
    REFERRED: async () => {
      await as(secondAssessor).does(`/cases/${ids.caseId}/conflict-entries`, {
        networks: [],
        adversaryNetworks: ['Påhittade nätverket'],
        adversaries: [],
        kin: [],
      });
      await as('police-ost-registrar').does('/adversary-presences', {
        municipalityCode: referred,
        networks: ['Påhittade nätverket'],
        persons: [],
      });
      await system.settled();
      ids.candidateId = await check(referred);
    },
    PROPOSED: async () => {
      const clear = await check(receiver);
      const { id } = await as(coordinator).does(`/cases/${ids.caseId}/candidates/${clear}/proposals`, {
        startOn: '2026-03-20',
      });
      ids.proposalId = id;
      await system.settled();
      for (const one of [preparer, decider]) await as(one).does(`/proposals/${id}/impartiality-declarations`);
    },
    ACCEPTED: async () => {
      await as(preparer).does(`/proposals/${ids.proposalId}/prepared-answers`, { answer: 'ACCEPT' });
      await as(decider).does(`/proposals/${ids.proposalId}/answers`, {
        answer: 'ACCEPT',
        receivers: [preparer, `board-${receiver}-officer-2`],
        provider: providerNumber(receiver),
        housing: 'H-17',
      });
    },
    ADMITTED: () =>
      as(director).does(`/placements/${ids.proposalId}/admissions`, { address: 'Påhittadvägen 7' }),
    CLEARED: async () => {
      await as(coordinator).does(`/placements/${ids.proposalId}/clearances`, {
        plannedArrival: '2026-03-20',
      });
      await system.settled();
      await as('police-nord-coordinator').does(`/proposals/${ids.proposalId}/impartiality-declarations`);
    },
    IN_TRANSFER: () =>
      as(secondAssessor).does(`/placements/${ids.proposalId}/transfers`, {
        startedAt: system.clock.now().toISOString(),
      }),
    PLACED: () =>
      as(officer).does(`/placements/${ids.proposalId}/arrivals`, {
        arrivedAt: system.clock.now().toISOString(),
      }),
    CLOSED: async () => {
      await as(officer).does(`/cases/${ids.caseId}/supervised-closings`, { contactOn: '2026-03-02' });
      await system.until('2026-09-03T08:00:00.000Z');
      await as(officer).does(`/cases/${ids.caseId}/closures`, { code: 'ESTABLISHED' });
    },
  };

  type Json = Record<string, unknown>;
  /** The keys of every part must be those of the contract; followUps leave out what has not happened yet. */
  const partsAreKnown = (answer: Json): void => {
    for (const [name, value] of Object.entries(answer)) {
      const known = parts[name];
      if (!known || value === null) continue;
      for (const part of Array.isArray(value) ? (value as Json[]) : [value as Json])
        if (name === 'followUps') expect(known).toEqual(expect.arrayContaining(Object.keys(part)));
        else expect({ [name]: sorted(Object.keys(part)) }).toEqual({ [name]: known });
      for (const part of Array.isArray(value) ? (value as Json[]) : []) partsAreKnown(part);
    }
  };

  const foundBy = async (role: string): Promise<readonly string[]> => {
    const body = contract.bodies.roles[role]!;
    const me = as(officials[role]!);
    const list = await me.looks<{ items: Json[] }>(body.list);
    expect([list.status, sorted(Object.keys(list.body))]).toEqual([200, parts['list']]);
    partsAreKnown(list.body);
    const one = await me.looks<Json & { contents?: { class: string }[] }>(path(body.one));
    const opened: string[] = [];
    for (const dataClass of dataClasses) {
      const content = await me.looks<{ items: Json[] }>(`${path(body.one)}/contents/${dataClass}`);
      expect([200, 404]).toContain(content.status);
      if (content.status !== 200) continue;
      expect(Object.keys(content.body)).toEqual(['items']);
      for (const item of content.body.items) expect(sorted(Object.keys(item))).toEqual(parts['content']);
      opened.push(dataClass);
    }
    if (one.status !== 200) {
      expect([one.status, list.body.items, opened]).toEqual([404, [], []]);
      return [`${role}: nothing there`];
    }
    expect(list.body.items).toHaveLength(1);
    partsAreKnown(one.body);
    return [
      ...sorted(Object.keys(list.body.items[0]!)).map((key) => `${role}: key ${key} in the list`),
      ...sorted(Object.keys(one.body)).map((key) => `${role}: key ${key}`),
      ...sorted(Object.keys(one.body).filter((key) => one.body[key] !== null)).map(
        (key) => `${role}: filled ${key}`,
      ),
      ...sorted((one.body.contents ?? []).map((part) => part.class)).map(
        (name) => `${role}: told of ${name}`,
      ),
      ...sorted(opened).map((name) => `${role}: opens ${name}`),
    ];
  };

  for (const stage of stages)
    it(`at ${stage}`, async () => {
      await play[stage]();
      await system.settled();
      const found: string[] = [];
      for (const role of roles) found.push(...(await foundBy(role)));
      expect(found).toEqual(roles.flatMap((role) => expectedOf(role, stage)));

      for (const role of roles) {
        const { also = {}, as: inbox } = contract.bodies.roles[role]!;
        const me = as(officials[role]!);
        if (inbox !== undefined) {
          const { status, body } = await me.looks<{ items: Json[] }>(`/inbox?as=${inbox}`);
          expect([role, status, sorted(Object.keys(body))]).toEqual([role, 200, parts['list']]);
          for (const item of body.items) expect(sorted(Object.keys(item))).toEqual(parts['inbox']);
        }
        for (const [template, keys] of Object.entries(also)) {
          const { status, body } = await me.looks<{ items?: Json[] }>(path(template));
          if (status === 404) continue;
          expect([template, status, sorted(Object.keys(body))]).toEqual([template, 200, keys]);
          for (const item of body.items ?? [])
            expect(sorted(Object.keys(item))).toEqual(parts['destinations']);
        }
      }
    });

  it('is held against the contract on every route that reads, and no route opens a J cell', () => {
    const document = JSON.parse(
      readFileSync(new URL('../../apps/api/openapi.json', import.meta.url), 'utf8'),
    ) as { paths: Record<string, Record<string, unknown>> };
    const reading = Object.entries(document.paths)
      .filter(([route, methods]) => route.startsWith(`${basePath}/`) && 'get' in methods)
      .map(([route]) => route.slice(basePath.length));
    const covered = Object.values(contract.bodies.roles).flatMap(({ list, one, also = {} }) => [
      list,
      one,
      ...Object.keys(also),
      ...dataClasses.map((dataClass) => `${one}/contents/${dataClass}`),
    ]);
    // The stream tells that something changed and nothing else: queries.e2e.spec.ts holds it to that. Notices are a number
    // for a case system: machines.e2e.spec.ts. api-info knows no case.
    // An inquiry belongs to no case and to no role in one: inquiries.e2e.spec.ts holds its answers to their keys.
    // What reviewers and the person are shown, and what a pass opens, is held to by access-records and just-in-time.
    const ofRecords = [
      '/log-reviews',
      '/log-reviews/{reviewId}/note',
      '/cases/{caseId}/access-reports/{reportId}',
      '/cases/{caseId}/access-reports/{reportId}/complete',
    ];
    const glasses = '/cases/{caseId}/broken-glasses';
    const openings = '/cases/{caseId}/joint-openings';
    const byPass = [
      glasses,
      openings,
      `${glasses}/{passId}/note`,
      ...[glasses, openings, '/placements/{proposalId}/broken-glasses'].map(
        (one) => `${one}/{passId}/contents/{dataClass}`,
      ),
    ];
    const inquiries = [
      '',
      '/{inquiryId}',
      ...['identity', 'social'].map((one) => `/{inquiryId}/contents/${one}`),
    ];
    const others = [
      '/inbox',
      '/inbox/stream',
      '/notices',
      '/api-info',
      ...ofRecords,
      ...byPass,
      ...inquiries.map((route) => `/inquiries${route}`),
      ...['', '/{requestId}', '/{requestId}/refusal'].map((rest) => `/document-requests${rest}`),
      ...['social', 'cost'].map((name) => `/document-requests/{requestId}/contents/${name}`),
      // What agencies outside the road of a case were told: test/e2e/told-agencies.
      ...['', '/{caseId}'].map((rest) => `/told-cases${rest}`),
      ...['identity', 'destination', 'threat-advice', 'needs', 'offence', 'social', 'family'].map(
        (name) => `/told-cases/{caseId}/contents/${name}`,
      ),
      // In which case a decision says where a child stays; the main path has none: test/e2e/rescuers-keep-the-address.
      '/decided-places',
      '/cases/{caseId}/protected-data',
      '/cases/{caseId}/protected-data/registration-notice',
      '/cases/{caseId}/protected-data/contents/social',
      ...['', '/{caseId}', '/{caseId}/contents/identity'].map((rest) => `/protection-cases${rest}`),
    ];
    expect(reading.filter((route) => ![...others, ...covered].includes(route))).toEqual([]);
    for (const [role, { one, closed = [] }] of Object.entries(contract.bodies.roles))
      for (const dataClass of closed) {
        expect(reading).not.toContain(`${one}/contents/${dataClass}`);
        for (const { sealed } of Object.values(contract.roles[role]!.stages))
          expect(sealed).not.toContain(dataClass);
      }
  });
});
