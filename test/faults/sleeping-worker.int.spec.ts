import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { OpaquePositions } from '#personal-data';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from './country.js';
import { playMainPath, type Played } from './main-path.js';
import { Office, openApi } from './office.js';
import { WorkerProcess } from './worker-process.js';

describe('A person who has been cleared, and a worker that sleeps', () => {
  let founded: FoundedDatabase;
  let played: Played;
  let clearedAt: string;
  let database: CopiedDatabase;
  let country: Country;
  let office: Office;
  let api: Awaited<ReturnType<typeof openApi>>;
  let worker: WorkerProcess;

  beforeAll(async () => {
    founded = await foundedDatabase(async (template, settled) => {
      played = await playMainPath(template, { settled }, 'CLEARED');
      clearedAt = template.now;
    });
  });
  afterAll(() => founded.close());
  beforeEach(async () => {
    database = await founded.copy();
    country = await Country.open(database.url, clearedAt);
    office = await Office.open(country.clock);
    api = await openApi(country, office.issuer.issuer);
    worker = new WorkerProcess({
      databaseUrl: database.url,
      settings: { retry: { attempts: 2, firstDelayMs: 20, longestDelayMs: 20 } },
    });
    await worker.settled(country.now);
  });
  afterEach(async () => {
    await worker.kill();
    await api.close();
    await office.close();
    await country.close();
    await database.drop();
  });

  const looks = (sub: string, path: string) => office.looks(api.address, sub, path);
  const withdraws = (key: string) =>
    office.does(
      api.address,
      'officer',
      `/cases/${played.caseId}/waiver-withdrawals`,
      { channel: 'ORAL' },
      key,
    );
  const destination = () => looks('officer', `/cases/${played.caseId}/contents/destination`);
  const ownIdentity = () => looks('officer', `/cases/${played.caseId}/contents/identity`);
  const identityAtReceivers = () => looks('decider', `/proposals/${played.proposalId}/contents/identity`);
  const alarmPlan = () =>
    looks('receiving-police', `/police-placements/${played.proposalId}/contents/address`);
  const opened = (value: unknown) => ({ status: 200, body: { items: [{ value }] } });
  const closed = { status: 503, body: { code: 'grants.behind' } };
  const address = 'Påhittade gatan 7';
  const identity = { givenName: 'Kim' };
  const umea = { municipalityCode: '2480' };

  const withdrawals = async () =>
    (await country.application.facts.events(`disclosure-${played.caseId}`)).filter(
      ({ type }) => type === 'WaiverWithdrawn',
    );
  const readRecords = async (): Promise<number> => {
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const { rows } = await admin.query<{ n: string }>(
      `SELECT count(*) AS n FROM vault.reads WHERE action = 'READ'`,
    );
    await admin.end();
    return Number(rows[0]?.n);
  };

  it('keeps a withdrawal on record at once, and says that it is done only when the grants are closed', async () => {
    expect(await destination()).toMatchObject(opened(umea));
    expect(await identityAtReceivers()).toMatchObject(opened(identity));
    worker.signal('SIGSTOP');

    const unsure = await withdraws('withdrawal-of-the-waiver');
    expect(unsure).toMatchObject({ status: 503, body: { code: 'grants.behind' } });
    const recorded = await withdrawals();
    expect(recorded).toHaveLength(1);
    // While the worker sleeps, the retry is as unsure, and changes nothing.
    expect(await withdraws('withdrawal-of-the-waiver')).toMatchObject({ status: 503 });

    worker.signal('SIGCONT');
    let done = await withdraws('withdrawal-of-the-waiver');
    // However slowly it wakes.
    for (let again = 0; again < 10 && done.status === 503; again += 1)
      done = await withdraws('withdrawal-of-the-waiver');
    expect(done).toMatchObject({
      status: 200,
      body: { position: new OpaquePositions(country.keys).seal(recorded[0]!.position) },
    });
    expect(await withdrawals()).toEqual(recorded);
    await worker.settled(country.now);
    // What stood on the waiver is closed; what the board wrote itself and the alarm plan are not.
    expect((await identityAtReceivers()).status).toBe(404);
    expect((await destination()).status).toBe(404);
    expect(await ownIdentity()).toMatchObject(opened(identity));
    expect(await alarmPlan()).toMatchObject(opened(address));
  });

  it('opens nothing while the grants are behind what was told or withdrawn, but to rescuers', async () => {
    expect(await ownIdentity()).toMatchObject(opened(identity));
    await worker.kill();
    expect((await withdraws('withdrawal-of-the-waiver')).status).toBe(503);

    const before = await readRecords();
    expect(await destination()).toMatchObject(closed);
    expect(await identityAtReceivers()).toMatchObject(closed);
    expect(await ownIdentity()).toMatchObject(closed);
    expect(await readRecords()).toBe(before);
    expect(await alarmPlan()).toMatchObject(opened(address));
    // No record, no key: the rescuers' reading is one.
    expect(await readRecords()).toBe(before + 1);

    await worker.settled(country.now);
    expect(await ownIdentity()).toMatchObject(opened(identity));
    expect((await destination()).status).toBe(404);
  });

  it('freezes an exposed address at once, with no worker, for all but the rescuers, until the departure', async () => {
    const duty = () => looks('duty', `/alarms/${played.proposalId}/contents/address`);
    const housing = () => looks('director', `/admissions/${played.proposalId}/contents/address`);
    const reports = () =>
      office.does(
        api.address,
        'receiving-police',
        `/placements/${played.proposalId}/exposures`,
        { source: 'COURT_DOCUMENT' },
        'exposed-by-a-letter',
      );
    const glass = await office.does(
      api.address,
      'officer',
      `/cases/${played.caseId}/broken-glasses`,
      { reason: 'DANGER_TO_LIFE', classes: ['address', 'threat-advice'], note: 'Påhittad fara' },
      'a-glass-of-the-home-officer',
    );
    const byGlass = (dataClass: string) =>
      looks('officer', `/cases/${played.caseId}/broken-glasses/${glass.body.id}/contents/${dataClass}`);
    expect(await housing()).toMatchObject(opened(address));
    expect(await byGlass('address')).toMatchObject(opened(address));

    // The process is gone, and not only its subscriptions.
    await worker.kill();
    expect(await reports()).toMatchObject({ status: 503, body: { code: 'grants.behind' } });
    const rescued = async () => {
      expect(await alarmPlan()).toMatchObject(opened(address));
      expect(await duty()).toMatchObject(opened(address));
    };
    await rescued();
    for (const others of [housing, ownIdentity, destination, identityAtReceivers])
      expect(await others()).toMatchObject(closed);
    // A glass waits for no worker: here the log says so.
    expect((await byGlass('address')).status).toBe(404);
    expect((await byGlass('threat-advice')).status).toBe(200);

    await worker.settled(country.now);
    expect((await reports()).status).toBe(200);
    const frozen = async () => {
      const admin = new pg.Client({ connectionString: database.adminUrl });
      await admin.connect();
      const { rows } = await admin.query<object>('SELECT ended_at IS NOT NULL AS over FROM vault.frozen');
      await admin.end();
      return rows;
    };
    expect(await frozen()).toEqual([{ over: false }]);
    await rescued();
    expect((await housing()).status).toBe(404);
    expect((await byGlass('address')).status).toBe(404);
    expect(await ownIdentity()).toMatchObject(opened(identity));
    await withdraws('withdrawal-of-the-waiver');
    await worker.settled(country.now);
    await rescued();
    await office.does(
      api.address,
      'duty',
      `/placements/${played.proposalId}/departures`,
      { departedAt: country.now },
      'the-person-has-left',
    );
    await worker.settled(country.now);
    // Nobody stands there any more: the alarm plan has ended, and so has the freeze. The housing's row is over as well.
    expect((await alarmPlan()).status).toBe(404);
    expect(await frozen()).toEqual([{ over: true }]);
  });

  it('closes a case whose grants are parked, to all but the rescuers, and no other case', async () => {
    const other = await country.act(
      'officer',
      'OpenCase',
      {
        personalIdentityNumber: '199009109829',
        givenName: 'Robin',
        familyName: 'Påhittad',
        environment: 'GANG',
        entryRoute: 'SOCIAL_SERVICES',
        registryNumber: 'dnr-påhittad-9',
        officers: [],
      },
      'another case',
    );
    const otherCase = other.stream.replace('relocation-', '');
    await country.act('officer', 'DeclareImpartial', { caseId: otherCase }, 'nothing against the other case');
    await worker.settled(country.now);
    // The row of one grant of this case cannot be written, again and again.
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(
      `ALTER TABLE vault.grants ADD CONSTRAINT poison CHECK (case_id <> '${played.caseId}' OR class <> 'threat-detail') NOT VALID`,
    );
    await country.act(
      'assessor',
      'AssessThreat',
      {
        caseId: played.caseId,
        level: 'MEDIUM',
        restrictions: [],
        detail: 'Påhittad ny hotbild',
        advice: 'Påhittat råd',
      },
      'second assessment',
    );
    await worker.settled(country.now);
    const parked = await admin.query(
      `SELECT subscription, state FROM subs.parked WHERE sequence = $1 AND state = 'parked'`,
      [played.caseId],
    );
    expect(parked.rows).toEqual([{ subscription: 'grants', state: 'parked' }]);
    await admin.end();

    expect(await ownIdentity()).toMatchObject(closed);
    expect(await destination()).toMatchObject(closed);
    expect(await identityAtReceivers()).toMatchObject(closed);
    expect(await looks('assessor', `/police-cases/${played.caseId}/contents/threat-detail`)).toMatchObject(
      closed,
    );
    expect(await alarmPlan()).toMatchObject(opened(address));
    expect(await looks('officer', `/cases/${otherCase}/contents/identity`)).toMatchObject(
      opened({ givenName: 'Robin' }),
    );
  });
});
