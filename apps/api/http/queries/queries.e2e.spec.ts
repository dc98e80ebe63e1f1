import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import {
  type Application,
  boardId,
  codec,
  type Intents,
  type IntentType,
  inventedOfficials,
  seedInstant,
} from '#application';
import { rules2026 } from '#domain/coordination';
import { openPostgresEventStore } from '#event-store/postgres';
import { type AgencyKind, derivedId, type Token } from '#kernel';
import { createLogger, SettableClock } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { randomKeyMaterial } from '../../../../libs/personal-data/testing/key-material.js';
import { createWorker } from '../../../worker/create-worker.js';
import type { ApiOptions } from '../../api-options.js';
import { createApi } from '../../create-api.js';
import { secureHeaders } from '../secure-headers.js';
import { type DevIssuer, startDevIssuer } from '../../issuer/dev-issuer.js';
import { wire } from '../../wire.js';

const base = '/relocation-coordination/v1';
const audience = 'relocation-coordination';
const unknown = '0b0e7a52-9999-4222-8333-444455556666';

const cast = [
  'board-1280-officer-1',
  'board-1280-officer-2',
  'board-1280-duty',
  'board-0380-officer-1',
  'board-0380-duty',
  'board-2480-officer-1',
  'board-2480-officer-2',
  'board-2480-decider',
  'police-syd-coordinator',
  'police-syd-assessor',
  'police-nord-coordinator',
  'police-nord-assessor',
  'coordinator-1',
  'coordinator-2',
  'registrar-1',
  'provider-2480-director',
];
const officer = 'board-1280-officer-1';
const assessor = 'police-syd-assessor';
const homeCoordinator = 'police-syd-coordinator';
const receivingCoordinator = 'police-nord-coordinator';
const coordinator = 'coordinator-1';
const receiver = 'board-2480-officer-1';
const decider = 'board-2480-decider';
const director = 'provider-2480-director';

const person = {
  personalIdentityNumber: '199009092397',
  givenName: 'Kim',
  familyName: 'Påhittad',
  environment: 'GANG',
  entryRoute: 'POLICE',
  registryNumber: 'dnr-påhittad-17',
  officers: ['board-1280-officer-2'],
};
const address = 'Påhittade vägen 1, Umeå';

describe('What each agency reads', () => {
  let database: TestDatabase;
  let folder: string;
  let issuer: DevIssuer;
  let app: NestFastifyApplication;
  let options: ApiOptions;
  let worker: ReturnType<typeof createWorker>;
  let store: Awaited<ReturnType<typeof openPostgresEventStore>>;
  const clock = new SettableClock('2026-03-02T08:00:00.000Z');
  let latest: string;
  let caseId: string;
  let proposalId: string;

  const server = () => app.getHttpServer();

  const look = async (who: string, path: string, loggedInMinutesAgo = 0, headers = {}) =>
    request(server())
      .get(`${base}${path}`)
      .set({ 'accept-language': 'en', ...headers })
      .set(
        'authorization',
        `Bearer ${await issuer.tokenFor(who, { loggedInSecondsAgo: loggedInMinutesAgo * 60 })}`,
      );

  /** As of the last command. */
  const sees = async (who: string, path: string) => {
    const answer = await look(who, path, 0, { 'x-min-position': latest });
    if (answer.status !== 200) throw new Error(`${who} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };

  const does = async (who: string, path: string, body: object = {}, headers = {}) => {
    const key = randomUUID();
    const send = async () =>
      request(server())
        .post(`${base}${path}`)
        .set({ ...headers, 'idempotency-key': key })
        .set('authorization', `Bearer ${await issuer.tokenFor(who)}`)
        .send(body);
    let answer = await send();
    // Whoever is told to come again does, as a client would.
    for (let again = 0; again < 10 && answer.status === 503; again += 1) answer = await send();
    if (answer.status >= 300) throw new Error(`${who} ${path}: ${answer.status} ${answer.text}`);
    await worker.settled();
    latest = options.application!.positions.seal((await store.head())!);
    return answer.body as { id: string };
  };

  /** Two answers that must not be told apart: all but the id of the request is the same. */
  const sameAnswer = (one: request.Response, other: request.Response): void => {
    const ofRequest = ['date', 'traceparent', 'x-request-id'];
    const bare = ({ status, text, headers }: request.Response) => ({
      status,
      text: text.replace(headers['x-request-id']!, ''),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ofRequest.includes(name))),
    });
    expect(bare(one)).toEqual(bare(other));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queries-'));
    database = await createTestDatabase();
    await database.pool.query('SELECT vault.declare_instance(true)');
    store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
    issuer = await startDevIssuer({
      officials: inventedOfficials,
      audience,
      keyFile: join(folder, 'issuer.json'),
      port: 0,
      clock,
    });
    const log = createLogger({ component: 'test', level: 'silent' });
    options = wire({
      store,
      pool: database.pool,
      keys: randomKeyMaterial(),
      clock,
      log,
      issuer: issuer.issuer,
      audience,
      limits: { requests: 1_000_000, refusals: 1_000_000, failedLogins: 1_000_000 },
    });
    await load(options.application!);
    worker = createWorker({
      store,
      pool: database.pool,
      clock,
      log,
      settings: { pollMs: 100, deadlineTickMs: 60_000 },
    });
    worker.start();
    await worker.settled();
    app = await createApi(options);
    await app.listen(0, '127.0.0.1');

    caseId = (await does(officer, '/cases', person)).id;
    await does(officer, `/cases/${caseId}/waivers`, {
      signedOn: '2026-03-01',
      validUntil: '2027-03-01',
      recipientKinds: [
        'HOME_BOARD',
        'RECEIVING_BOARD',
        'HOUSING_PROVIDER',
        'HOME_POLICE',
        'RECEIVING_POLICE',
        'NATIONAL_COORDINATOR',
      ],
      classes: ['identity', 'needs', 'family', 'threat-advice', 'destination', 'address'],
    });
    await does(officer, `/cases/${caseId}/support-decisions`, {
      decisionType: 'ASSISTANCE',
      decidedOn: '2026-03-01',
      registryNumber: 'dnr-påhittad-18',
    });
    await does(officer, `/cases/${caseId}/relocation-requests`, {
      adults: 1,
      children: 0,
      housingForm: 'PROTECTED',
      competences: ['DEFECTOR_SUPPORT'],
      desiredStart: '2026-03-20',
      needSummary: 'Behöver lugn och ro',
      companions: [],
      noGoMunicipalities: ['1280', '0180'],
    });
    await does(
      assessor,
      `/cases/${caseId}/threat-assessments`,
      {
        level: 'MEDIUM',
        restrictions: ['NO_SOCIAL_MEDIA'],
        detail: 'Påhittad hotbild',
        advice: 'Påhittat råd',
      },
      { 'if-none-match': '*' },
    );
    for (const one of [officer, homeCoordinator, assessor])
      await does(one, `/cases/${caseId}/impartiality-declarations`);
  });

  afterAll(async () => {
    await app?.close();
    await worker?.stop();
    await issuer?.close();
    await store?.close();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The part of the invented country that this story needs. */
  const load = async (application: Application): Promise<void> => {
    const run = async <Type extends IntentType>(
      type: Type,
      organisation: string,
      agencyKind: AgencyKind,
      intent: Intents[Type],
    ) => {
      const commandId = derivedId('load', type, JSON.stringify(intent), organisation);
      await application.execute(type, intent, {
        at: seedInstant,
        by: {
          person: 'process:seed' as Token,
          organisation: application.directory.organisation(organisation),
          agencyKind,
        },
        organisationId: organisation,
        commandId,
        fingerprint: commandId,
        legalBasis: 'TEST',
        purpose: 'SETTING_UP',
        policyVersion: '1',
        correlationId: commandId,
        causationId: commandId,
      });
    };
    for (const one of inventedOfficials.filter(({ sub }) => cast.includes(sub))) {
      for (const { function: name, delegated } of one.functions)
        await run('AppointOfficial', 'coordinator:national', 'NATIONAL_COORDINATOR', {
          official: one.sub,
          organisation: one.organisation,
          agencyKind: one.agencyKind,
          function: name,
          delegated,
          from: seedInstant,
        });
      await run('RecordTraining', 'coordinator:national', 'NATIONAL_COORDINATOR', {
        official: one.sub,
        completedAt: seedInstant,
      });
    }
    for (const [code, places] of [
      ['2480', 3],
      ['0380', 2],
      ['0180', 4],
    ] as const)
      await run('DeclareCapacity', boardId(code), 'SOCIAL_BOARD', {
        places,
        housingForms: ['PROTECTED'],
        competences: ['DEFECTOR_SUPPORT'],
      });
    await run('EnactRules', 'coordinator:national', 'NATIONAL_COORDINATOR', {
      rules: rules2026.rules,
      inForceFrom: seedInstant,
    });
  };

  describe('before anybody is asked', () => {
    it('the home board lists its case and sees what may be opened, without content', async () => {
      const { items, _meta } = await sees(officer, '/cases');
      expect(items).toHaveLength(1);
      expect(_meta).toEqual({ limit: 20, count: 1, next: null });
      const one = await sees(officer, `/cases/${caseId}`);
      expect(one).toMatchObject({
        caseId,
        status: 'MATCHING',
        level: 'MEDIUM',
        notAvailable: 0,
        proposalId: null,
      });
      expect(one.contents.map((part: { class: string }) => part.class).sort()).toEqual(
        ['family', 'identity', 'needs', 'social', 'social', 'threat-advice'].sort(),
      );
      expect(JSON.stringify(one)).not.toMatch(/Kim|Påhitta|1990|"t1\d|"ct"|envelope/);
    });

    it('a named officer opens the identity, and it stands in the read record', async () => {
      const { items } = await sees(officer, `/cases/${caseId}/contents/identity`);
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ class: 'identity', path: 'identity' });
      expect(JSON.stringify(items[0].value)).toContain('Kim');
      const { rows } = await readsAsAdmin();
      expect(rows).toContainEqual({ purpose: 'SUPPORT', foot: 'OWN', case_id: caseId });
    });

    it('what Police disclosed is opened for what it was disclosed for', async () => {
      const { items } = await sees(officer, `/cases/${caseId}/contents/threat-advice`);
      expect(items).toEqual([
        expect.objectContaining({
          class: 'threat-advice',
          value: 'Påhittat råd',
          legalBasis: expect.any(String),
        }),
      ]);
    });

    it('identity is opened only shortly after a login; what says neither who nor where does not ask for one', async () => {
      const late = await look(officer, `/cases/${caseId}/contents/identity`, 16);
      expect(late.status).toBe(403);
      expect(late.body.code).toBe('auth.login_too_old');
      expect(late.headers['www-authenticate']).toContain('max_age="900"');
      expect((await look(officer, `/cases/${caseId}/contents/needs`, 16)).status).toBe(200);
    });

    it('there is no way to an address for the home board', async () => {
      sameAnswer(
        await look(officer, `/cases/${caseId}/contents/address`),
        await look(officer, `/cases/${unknown}/contents/address`),
      );
      expect((await look(officer, `/cases/${caseId}/contents/address`)).status).toBe(404);
    });

    it.each<[string, string, string, number?]>([
      ['another board', 'board-0380-officer-1', '/cases/:id'],
      ['a colleague who is not named', 'board-1280-duty', '/cases/:id'],
      ['another board, at the content', 'board-0380-officer-1', '/cases/:id/contents/identity'],
      ['Police of another region', receivingCoordinator, '/police-cases/:id'],
      [
        'Police of another region, at the content',
        receivingCoordinator,
        '/police-cases/:id/contents/identity',
      ],
      ['a receiving board that nobody asked', receiver, '/proposals/:id'],
      ['another board, with an old login', 'board-0380-officer-1', '/cases/:id/contents/identity', 60],
      ['a provider that nobody asked', director, '/admissions/:id'],
    ])('%s gets the answer of an unknown id', async (_who, sub, path, minutes = 0) => {
      const [one, other] = [
        await look(sub, path.replace(':id', caseId), minutes),
        await look(sub, path.replace(':id', unknown), minutes),
      ];
      expect(one.status).toBe(404);
      sameAnswer(one, other);
    });

    it('the other lists are empty, also with a cursor from somebody else’s list', async () => {
      const cursor = Buffer.from(JSON.stringify(['0'])).toString('base64url');
      const other = await sees('board-0380-officer-1', `/cases?cursor=${cursor}`);
      expect(other).toEqual({ items: [], _meta: { limit: 20, count: 0, next: null } });
      expect((await sees(receivingCoordinator, '/police-cases')).items).toEqual([]);
      expect((await sees(receiver, '/proposals')).items).toEqual([]);
    });

    it('a list comes page by page, each case once', async () => {
      const more = [
        (await does(officer, '/cases', { ...person, personalIdentityNumber: '199009102394' })).id,
        (await does(officer, '/cases', { ...person, personalIdentityNumber: '199009112393' })).id,
      ];
      const seen: string[] = [];
      let cursor = '';
      do {
        const { items, _meta } = await sees(officer, `/cases?limit=1${cursor && `&cursor=${cursor}`}`);
        expect(_meta).toMatchObject({ limit: 1, count: 1 });
        seen.push(items[0].caseId);
        cursor = _meta.next;
      } while (cursor);
      expect(seen).toEqual([caseId, ...more].sort());
      for (const wrong of ['limit=0', 'limit=101', 'limit=x', 'cursor=e30', 'cursor=ö', 'name=Kim'])
        expect([wrong, (await look(officer, `/cases?${encodeURI(wrong)}`)).status]).toEqual([wrong, 400]);
    });

    it('the unit of the home region sees its case; who assessed is not told', async () => {
      const one = await sees(homeCoordinator, `/police-cases/${caseId}`);
      expect(one).toMatchObject({ caseId, level: 'MEDIUM', supportDecided: true, lowering: null });
      expect(one).not.toHaveProperty('assessedBy');
      expect(JSON.stringify(one)).not.toContain('"t1');
      const { items } = await sees(homeCoordinator, `/police-cases/${caseId}/contents/identity`);
      expect(JSON.stringify(items)).toContain('Kim');
      expect((await sees(assessor, `/police-cases/${caseId}/contents/threat-detail`)).items).toHaveLength(1);
    });
  });

  describe('the coordinator’s desk', () => {
    it('shows reference and counts, neither name nor places to avoid', async () => {
      const one = await sees(coordinator, `/coordination-cases/${caseId}`);
      expect(one).toMatchObject({
        caseId,
        status: 'MATCHING',
        noGoPlaceCount: 2,
        candidates: [],
        proposals: [],
      });
      expect(JSON.stringify(one)).not.toMatch(/"t1|1280|0180/);
      expect((await look(coordinator, `/coordination-cases/${caseId}/contents/identity`)).status).toBe(404);
      expect(
        (await sees(coordinator, `/coordination-cases/${caseId}/contents/needs`)).items[0].value,
      ).toEqual({ summary: 'Behöver lugn och ro' });
    });

    it('names destinations, best first, each naming on record before it leaves', async () => {
      const { items, exhausted } = await sees(
        coordinator,
        `/coordination-cases/${caseId}/destinations?limit=1`,
      );
      expect(items).toEqual([
        { rank: 1, municipality: { code: '2480', name: 'Umeå' }, reasons: expect.any(Array) },
      ]);
      expect(exhausted).toBe(false);
      const named = await readsAsAdmin(`action = 'NAME'`);
      expect(named.rows.filter((row) => row.case_id === caseId)).toHaveLength(1);
      const { items: all, _meta } = await sees(coordinator, `/coordination-cases/${caseId}/destinations`);
      // No place of the list to avoid, though it declared the most room.
      expect(all.map((item: { municipality: { code: string } }) => item.municipality.code)).toEqual([
        '2480',
        '0380',
      ]);
      expect(_meta.next).toBeNull();
    });

    it('names nothing when the naming cannot be recorded', async () => {
      await asAdmin('REVOKE INSERT ON vault.reads FROM vault_keeper');
      try {
        const answer = await look(coordinator, `/coordination-cases/${caseId}/destinations`);
        expect(answer.status).toBe(503);
        expect(answer.text).not.toContain('Umeå');
        const content = await look(officer, `/cases/${caseId}/contents/identity`);
        expect(content.status).toBe(503);
        expect(content.body.code).toBe('record.unavailable');
        expect(content.text).not.toContain('Kim');
      } finally {
        await asAdmin('GRANT INSERT ON vault.reads TO vault_keeper');
      }
    });
  });

  describe('the inbox', () => {
    it('holds what waits for the caller and what may be done about it', async () => {
      const { items } = await sees(coordinator, '/inbox?as=NATIONAL_COORDINATOR');
      expect(items).toEqual([
        expect.objectContaining({
          kind: 'FIND_DESTINATION',
          id: caseId,
          actions: ['CheckCandidate', 'OrderProposal'],
        }),
      ]);
      expect((await sees(receiver, '/inbox?as=RECEIVING_BOARD')).items).toEqual([]);
    });

    it.each([
      ['nothing', '/inbox'],
      ['what is not on the list', '/inbox?as=CHIEF'],
      ['a name of every object', '/inbox?as=constructor'],
      ['two at once', '/inbox?as=POLICE&as=POLICE'],
      ['a cursor that is none', '/inbox?as=NATIONAL_COORDINATOR&cursor=abc'],
      ['a limit beyond 100', '/inbox?as=NATIONAL_COORDINATOR&limit=101'],
      ['an unknown parameter', '/inbox?as=NATIONAL_COORDINATOR&name=Kim'],
    ])('wants to know as what: %s is answered 400', async (_what, path) => {
      const answer = await look(coordinator, path);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('request.invalid');
    });

    it('is refused to who holds no such function', async () => {
      expect((await look(officer, '/inbox?as=POLICE')).status).toBe(403);
      expect((await look(officer, '/inbox/stream?as=POLICE')).status).toBe(403);
    });

    it('tells over its stream that something changed, and not what', async () => {
      const stream = await listen(receiver, '/inbox/stream?as=RECEIVING_BOARD');
      try {
        await stream.until((text) => text.includes('event: inbox'));
        const before = stream.text;
        const candidateId = await checked();
        await does(coordinator, `/cases/${caseId}/candidates/${candidateId}/proposals`, {
          startOn: '2026-03-20',
        });
        await stream.until((text) => text.length > before.length);
        for (const line of stream.text.split('\n').filter(Boolean))
          expect(line).toMatch(/^(event: (inbox|alive)|data: (changed)?|id: \d+)$/);
      } finally {
        stream.close();
      }
      const { items } = await sees(receiver, '/inbox?as=RECEIVING_BOARD');
      expect(items).toEqual([
        expect.objectContaining({ kind: 'ANSWER_PROPOSAL', actions: ['PrepareAnswer'] }),
      ]);
      proposalId = items[0].id;
    });
  });

  it('a stream ends with the login, and nobody may open more than a few', async () => {
    const streams = await Promise.all(
      [1, 2, 3, 4].map(() => listen(officer, '/inbox/stream?as=HOME_BOARD', 2)),
    );
    try {
      for (const stream of streams) await stream.until((text) => text.includes('event: inbox'));
      const fifth = await look(officer, '/inbox/stream?as=HOME_BOARD');
      expect([fifth.status, fifth.body.code]).toEqual([503, 'store.overloaded']);
      clock.advance(3_000);
      for (const stream of streams) await stream.until(() => stream.ended);
    } finally {
      for (const stream of streams) stream.close();
    }
    const again = await listen(officer, '/inbox/stream?as=HOME_BOARD');
    await again.until((text) => text.includes('event: inbox'));
    again.close();
  });

  it('a stream ends with the appointment, whether somebody ends it or the calendar does', async () => {
    const duty = 'board-1280-duty';
    const registrar = 'registrar-1';
    const minutes = (count: number) => new Date(clock.now().getTime() + count * 60_000).toISOString();
    const appointed = async (until?: string) => {
      const { id } = await does(registrar, '/appointments', {
        official: duty,
        organisation: 'board:1280',
        agencyKind: 'SOCIAL_BOARD',
        function: 'HOME_OFFICER',
        delegated: false,
        from: minutes(0),
        ...(until && { until }),
      });
      const stream = await listen(duty, '/inbox/stream?as=HOME_BOARD');
      await stream.until((text) => text.includes('event: inbox'));
      return { id, stream };
    };
    expect((await look(duty, '/inbox/stream?as=HOME_BOARD')).status).toBe(403);
    const { id, stream } = await appointed();
    const other = await listen(officer, '/inbox/stream?as=HOME_BOARD');
    try {
      await does(registrar, '/appointment-endings', {
        official: duty,
        appointmentId: id,
        endsAt: minutes(0),
      });
      await stream.until(() => stream.ended);
      expect((await look(duty, '/inbox/stream?as=HOME_BOARD')).status).toBe(403);
      const dated = await appointed(minutes(10));
      clock.advance(11 * 60_000);
      await dated.stream.until(() => dated.stream.ended);
      expect(other.ended).toBe(false);
    } finally {
      other.close();
      stream.close();
    }
  });

  describe('the board that is asked', () => {
    it('reads code, level and needs; no name, no origin, no token', async () => {
      const one = await sees(receiver, `/proposals/${proposalId}`);
      expect(one).toMatchObject({
        proposalId,
        status: 'ASKED',
        level: 'MEDIUM',
        adults: 1,
        preparedByMe: null,
      });
      expect(one.contents.map((part: { class: string }) => part.class)).toEqual(['needs']);
      expect(JSON.stringify(one)).not.toMatch(new RegExp(`"t1|${caseId}|1280|GANG`));
      const { items } = await sees(receiver, `/proposals/${proposalId}/contents/needs`);
      expect(JSON.stringify(items)).toContain('lugn');
      expect(await sees(receiver, '/own-capacity')).toMatchObject({ places: 3, housingForms: ['PROTECTED'] });
    });

    it('cannot open what was not disclosed to it', async () => {
      await does(receiver, `/proposals/${proposalId}/impartiality-declarations`);
      sameAnswer(
        await look(receiver, `/proposals/${proposalId}/contents/identity`),
        await look(receiver, `/proposals/${unknown}/contents/identity`),
      );
    });

    it('is named on the desk, and what the desk sees has no token', async () => {
      const one = await sees(coordinator, `/coordination-cases/${caseId}`);
      expect(one.candidates[0].municipality).toEqual({ code: '2480', name: 'Umeå' });
      expect(one.proposals[0]).toMatchObject({ proposalId, municipality: { code: '2480', name: 'Umeå' } });
      expect(JSON.stringify(one)).not.toContain('"t1');
    });

    it('sees who prepared the answer only as: I, or somebody else', async () => {
      await does(receiver, `/proposals/${proposalId}/prepared-answers`, { answer: 'ACCEPT' });
      expect(await sees(receiver, `/proposals/${proposalId}`)).toMatchObject({ preparedByMe: true });
      expect(await sees(decider, `/proposals/${proposalId}`)).toMatchObject({ preparedByMe: false });
    });
  });

  describe('from clearance', () => {
    beforeAll(async () => {
      const provider = inventedOfficials.find(({ sub }) => sub === director)!;
      await does(decider, `/proposals/${proposalId}/answers`, {
        answer: 'ACCEPT',
        receivers: [receiver],
        provider: provider.orgNumber,
        housing: 'hus-1',
      });
    });

    it('the director sees an alias and no housing token, and opens what the director wrote', async () => {
      const one = await sees(director, `/admissions/${proposalId}`);
      expect(one).toMatchObject({ proposalId, status: 'REQUESTED', level: 'MEDIUM' });
      expect(JSON.stringify(one)).not.toContain('"t1');
      await does(director, `/placements/${proposalId}/admissions`, { address });
      expect((await sees(director, `/admissions/${proposalId}/contents/address`)).items[0].value).toBe(
        address,
      );
    });

    it('each reads what is disclosed to it now, and no more', async () => {
      // Before there is an alarm plan it is answered as an unknown one, to another duty officer and after an old login, too.
      for (const [sub, minutes] of [
        ['board-1280-duty', 0],
        ['board-1280-duty', 60],
        ['board-0380-duty', 0],
      ] as const) {
        const one = await look(sub, `/alarms/${proposalId}/contents/address`, minutes);
        expect(one.status).toBe(404);
        sameAnswer(one, await look(sub, `/alarms/${unknown}/contents/address`, minutes));
      }
      await does(coordinator, `/placements/${proposalId}/clearances`, { plannedArrival: '2026-03-05' });

      const identity = await sees(receiver, `/proposals/${proposalId}/contents/identity`);
      expect(JSON.stringify(identity)).toContain('Kim');
      // Not one of the two receivers: for this person the proposal is no longer there.
      expect((await look('board-2480-officer-2', `/proposals/${proposalId}`)).status).toBe(404);
      const destination = await sees(officer, `/cases/${caseId}/contents/destination`);
      expect(destination.items[0].value).toEqual({ municipalityCode: '2480', municipalityName: 'Umeå' });
      expect((await sees(officer, `/cases/${caseId}`)).contents).not.toContainEqual(
        expect.objectContaining({ class: 'address' }),
      );
      // The board does not run the housing.
      expect((await look(receiver, `/proposals/${proposalId}/contents/address`)).status).toBe(404);
    });

    it('the alarm plan opens for the duty officer and Police there, on RESCUE', async () => {
      const alarm = await sees('board-1280-duty', `/alarms/${proposalId}`);
      expect(alarm.contents).toEqual([expect.objectContaining({ class: 'address', foot: 'RESCUE' })]);
      for (const [who, path] of [
        ['board-1280-duty', `/alarms/${proposalId}/contents/address`],
        [receivingCoordinator, `/police-placements/${proposalId}/contents/address`],
      ] as const)
        expect((await sees(who, path)).items.map((item: { value: unknown }) => item.value)).toEqual([
          address,
        ]);
    });

    it('while the worker sleeps after a withdrawal nothing opens but the alarm plan', async () => {
      await worker.stop();
      const withdrawal = await request(server())
        .post(`${base}/cases/${caseId}/waiver-withdrawals`)
        .set('idempotency-key', randomUUID())
        .set('authorization', `Bearer ${await issuer.tokenFor(officer)}`)
        .send({ channel: 'ORAL' });
      expect(withdrawal.status).toBe(503);
      const answer = await look(receiver, `/proposals/${proposalId}/contents/identity`);
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.text).not.toContain('Kim');
      expect((await look('board-1280-duty', `/alarms/${proposalId}/contents/address`)).status).toBe(200);

      // A query may be told to wait for a position, and gives up when the read model does not come so far.
      const head = (await store.head())!;
      const { positions } = options.application!;
      const behind = await look(officer, `/cases/${caseId}`, 0, { 'x-min-position': positions.seal(head) });
      expect([behind.status, behind.body.code]).toEqual([503, 'read.behind']);
      // What the log never gave out is told at once: another log's, one beyond its end, one that only looks like it. So
      // is a position that stands in the log, as it stands there: the national counter is nobody's to ask with.
      const beyond = head.replace(/\d{16}$/, '9'.repeat(16));
      for (const made of [
        head,
        beyond,
        `0000-${'0'.repeat(16)}`,
        positions.seal(beyond),
        positions.seal(`0000-${'0'.repeat(16)}`),
        positions.seal(head.replace(/\d{16}$/, 'x'.repeat(16))),
        positions.seal(head.replace(/\d{16}$/, '1')),
        `${positions.seal(head).slice(0, -2)}AA`,
      ]) {
        const answer = await look(officer, `/cases/${caseId}`, 0, { 'x-min-position': made });
        expect([answer.status, answer.body.code]).toEqual([400, 'request.min_position_malformed']);
      }
    });
  });

  const checked = async (): Promise<string> => {
    await does(coordinator, `/cases/${caseId}/candidates`, { municipalityCode: '2480' });
    return (await sees(coordinator, `/coordination-cases/${caseId}`)).candidates[0].candidateId as string;
  };

  const asAdmin = async (sql: string, values: unknown[] = []) => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(sql, values);
    } finally {
      await client.end();
    }
  };
  const readsAsAdmin = (where = `action = 'READ' AND class = 'identity'`) =>
    asAdmin(`SELECT purpose, foot, case_id FROM vault.reads WHERE ${where}`);

  const listen = async (who: string, path: string, endsInSeconds = 3600) => {
    const { port } = server().address() as AddressInfo;
    const state = { text: '', ended: false };
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      path: `${base}${path}`,
      headers: {
        authorization: `Bearer ${await issuer.tokenFor(who, { expiresInSeconds: endsInSeconds })}`,
      },
    });
    sent.on('error', () => undefined);
    sent.on('response', (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream');
      expect(response.headers).toMatchObject({
        ...secureHeaders,
        'cache-control': expect.stringContaining('no-store'),
      });
      response.on('error', () => undefined).on('end', () => (state.ended = true));
      response.setEncoding('utf8').on('data', (part: string) => (state.text += part));
    });
    sent.end();
    return {
      get text() {
        return state.text;
      },
      get ended() {
        return state.ended;
      },
      close: () => sent.destroy(),
      async until(holds: (text: string) => boolean) {
        for (const end = performance.now() + 120_000; !holds(state.text);) {
          if (performance.now() > end) throw new Error('nothing came over the stream');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    };
  };
});
