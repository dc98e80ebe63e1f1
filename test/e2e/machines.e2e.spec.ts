import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  actAlone,
  actOnBehalf,
  logInAtCaseSystem,
  logInHeadlessly,
  type Machine,
} from '../../apps/api/issuer/authorization-code.js';
import { clientAssertion, idTokenType, tokenExchangeGrant } from '../../apps/api/issuer/token-exchange.js';
import { orgAffiliationClaim, orgNumberClaim } from '../../apps/api/http/auth/token-verifier.js';
import { coordinator, officer, said, Story } from '../support/story.js';
import { policeUnits } from '../../libs/application/reference/organisations.js';
import { startTestSystem, type TestSystem } from '../support/system.js';

// A municipality's own case system calls with a client of its own: on behalf of a named official, or by itself for
// notices without content. Every token here comes from the issuer by the way that a client would go.

let system: TestSystem;
let machine: Machine;
const as = (sub: string) => system.official(sub);
const onBehalfOf = (sub: string, through = machine): Promise<string> =>
  actOnBehalf(system.issuer.address, system.issuer.audience, sub, through);
const lastRefusal = async () => {
  const { rows } = await system.pool.query<Record<string, string | null>>(
    'SELECT actor, organisation, machine, route, reason FROM vault.refusals ORDER BY refusal_id DESC LIMIT 1',
  );
  return rows[0]!;
};

describe('The case system of a municipality', () => {
  let story: Story;
  let token: string;
  beforeAll(async () => {
    // The issuer reads the machine's clock, and what it says is moved to the day of the test: both go at the same pace.
    system = await startTestSystem();
    machine = { clientId: 'case-system-1280', key: system.issuer.machineKey };
    story = await new Story(system, 1).opened();
    token = await onBehalfOf(officer);
  });
  afterAll(() => system?.close());

  it('acts for an official who has logged in there: the event names the official, and which machine', async () => {
    const answer = await as(officer).posts(`/cases/${story.caseId}/waivers`, { body: said.waiver, token });
    expect(answer.status).toBe(200);
    const { rows } = await system.pool.query<{ type: string; metadata: Record<string, string> }>(
      `SELECT type, metadata FROM log.events WHERE stream = $1 ORDER BY position`,
      [`disclosure-${story.caseId}`],
    );
    const signed = rows.find(({ type }) => type === 'WaiverSigned')!;
    const { rows: opened } = await system.pool.query<{ metadata: Record<string, string> }>(
      `SELECT metadata FROM log.events WHERE stream = $1 AND type = 'CaseOpened'`,
      [`relocation-${story.caseId}`],
    );
    // The same person as at the desk, and a keyed token for the machine, whose name stands nowhere in the log.
    expect(signed.metadata['actor']).toBe(opened[0]!.metadata['actor']);
    expect(signed.metadata['machine']).toMatch(/^t11-[\w-]{43}$/);
    expect(opened[0]!.metadata).not.toHaveProperty('machine');
    expect(JSON.stringify(rows)).not.toContain('case-system');
  });

  it('the record of a read names the official, and which machine', async () => {
    await system.settled();
    const identity = `/cases/${story.caseId}/contents/identity`;
    const seen = await as(officer).looks<{ items: object[] }>(identity, { token });
    expect([seen.status, seen.body.items.length > 0]).toEqual([200, true]);
    await as(officer).looks(identity);
    const { rows } = await system.pool.query<{ person: string; machine: string | null }>(
      `SELECT person, machine FROM vault.reads WHERE action = 'READ' AND class = 'identity' ORDER BY read_id`,
    );
    const through = rows.filter(({ machine: name }) => name !== null);
    const atTheDesk = rows.filter(({ machine: name }) => name === null);
    expect([through.length > 0, atTheDesk.length > 0]).toEqual([true, true]);
    expect(new Set(rows.map(({ person }) => person)).size).toBe(1);
    expect(through[0]!.machine).toMatch(/^t11-/);
    const writes = await system.pool.query<{ machine: string | null }>(
      `SELECT DISTINCT machine FROM vault.reads WHERE action = 'WRITE'`,
    );
    // What the official wrote at the desk was not done by a machine.
    expect(writes.rows.map(({ machine: name }) => name)).toContain(null);
  });

  it('has no other rights than the official: what is not the official’s is not there, and that is recorded', async () => {
    const foreign = await onBehalfOf('board-2480-officer-1', { ...machine, clientId: 'case-system-2480' });
    const answer = await as(officer).looks(`/cases/${story.caseId}`, { token: foreign });
    expect(answer.status).toBe(404);
    expect(await lastRefusal()).toMatchObject({
      route: 'GET /relocation-coordination/v1/cases/:caseId',
      reason: 'NO_PART',
      machine: expect.stringMatching(/^t11-/),
      actor: expect.stringMatching(/^t11-/),
    });
  });

  it('opens identity only shortly after the official has logged in, as at the desk', async () => {
    const { auth_time: loggedIn } = decodeJwt(token) as { auth_time: number };
    const stale = await system.tokenFor(officer, {
      expiresInSeconds: 300,
      claims: {
        client_id: machine.clientId,
        act: { sub: machine.clientId, ...organisationOf(token) },
        auth_time: loggedIn - 3_600,
      },
    });
    const answer = await as(officer).looks(`/cases/${story.caseId}/contents/identity`, { token: stale });
    expect([answer.status, answer.body['code']]).toEqual([403, 'auth.login_too_old']);
    const weak = await system.tokenFor(officer, {
      acr: 'http://id.elegnamnden.se/loa/1.0/loa2',
      expiresInSeconds: 300,
      claims: { client_id: machine.clientId, act: { sub: machine.clientId, ...organisationOf(token) } },
    });
    const tooWeak = await as(officer).looks(`/cases/${story.caseId}`, { token: weak });
    expect([tooWeak.status, tooWeak.body['code']]).toEqual([403, 'auth.assurance_too_low']);
  });

  describe('by itself', () => {
    let alone: string;
    const notices = (query: string, sending = { token: alone }) =>
      as(officer).looks<{ waiting?: number | null; code?: string }>(`/notices${query}`, sending);
    beforeAll(async () => {
      alone = await actAlone(system.issuer.address, system.issuer.audience, machine);
      await system.settled();
    });

    it('reads how much waits for the board, and nothing else', async () => {
      const { body: inbox } = await as(officer).looks<{ items: object[] }>('/inbox?as=HOME_BOARD&limit=100');
      const { status, body } = await notices('?as=HOME_BOARD');
      // From one to four: no official is behind the one who asks, and so it is not said how many.
      expect([status, body]).toEqual([200, { waiting: null }]);
      expect([1, 2, 3, 4]).toContain(inbox.items.length);
      expect((await notices('?as=RECEIVING_BOARD')).body).toEqual({ waiting: 0 });
      expect((await notices('?as=POLICE')).status).toBe(400);
      // Another board's system sees nothing of it.
      const other = await actAlone(system.issuer.address, system.issuer.audience, {
        ...machine,
        clientId: 'case-system-2480',
      });
      expect((await notices('?as=HOME_BOARD', { token: other })).body).toEqual({ waiting: 0 });
    });

    it('is told the same until the hour is over, by every api and after a restart, whatever comes or goes', async () => {
      const { rows: kept } = await system.pool.query('SELECT waiting FROM vault.notices ORDER BY waiting');
      expect(kept).toEqual([{ waiting: 0 }, { waiting: 0 }, { waiting: null }]);
      // What was told stands in the database and in no process: as if there had been more when it was first asked.
      await system.pool.query('UPDATE vault.notices SET waiting = 50');
      expect((await notices('?as=HOME_BOARD')).body).toEqual({ waiting: 50 });
      // As if that had been in the hour before.
      await system.pool.query(`UPDATE vault.notices SET hour = hour - interval '1 hour'`);
      expect((await notices('?as=HOME_BOARD')).body).toEqual({ waiting: null });
      expect((await notices('?as=HOME_BOARD')).body).toEqual({ waiting: null });
      // No count comes in there, whoever writes.
      await expect(system.pool.query('UPDATE vault.notices SET waiting = 7')).rejects.toThrow('check');
    });

    it('is told nothing of an authority that is no board, or of several', async () => {
      const clientId = 'case-system-1280';
      for (const number of [policeUnits[0]!.orgNumber, '5560000001']) {
        const claims = { sub: clientId, client_id: clientId, [orgNumberClaim]: number };
        const token = await system.tokenFor(officer, {
          claims: { ...claims, [orgAffiliationClaim]: undefined },
        });
        const { status, body } = await notices('?as=HOME_BOARD', { token });
        expect([number, status, body.code]).toEqual([number, 403, 'access.refused']);
        expect(await lastRefusal()).toMatchObject({ reason: 'NOT_A_MACHINE_OF_THAT_KIND', actor: null });
      }
    });

    it('is refused everywhere else, the same at every address, and that is recorded', async () => {
      const answers = [
        await as(officer).looks(`/cases/${story.caseId}`, { token: alone }),
        await as(officer).looks(`/cases/${randomUUID()}`, { token: alone }),
        await as(officer).looks('/inbox?as=HOME_BOARD', { token: alone }),
        await as(officer).posts('/cases', { body: said.case(2), token: alone }),
        await as(officer).posts(`/cases/${story.caseId}/waiver-withdrawals`, {
          body: { channel: 'PHONE' },
          token: alone,
        }),
      ];
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        answers.map(() => [403, 'access.machine_alone']),
      );
      expect(await lastRefusal()).toMatchObject({
        actor: null,
        machine: expect.stringMatching(/^t11-/),
        reason: 'MACHINE_ALONE',
      });
    });

    it('no person reads notices, and no machine that acts for one', async () => {
      for (const one of [undefined, token])
        expect((await notices('?as=HOME_BOARD', { token: one! })).status).toBe(403);
      expect((await lastRefusal())['reason']).toBe('NOT_A_MACHINE_OF_THAT_KIND');
    });
  });

  describe('gets no token', () => {
    const exchange = async (form: Record<string, string>) => {
      const answer = await fetch(`${system.issuer.address}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: tokenExchangeGrant,
          subject_token_type: idTokenType,
          audience: system.issuer.audience,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          ...form,
        }),
      });
      return (await answer.json()) as { error?: string; access_token?: string };
    };
    const assertion = () => clientAssertion(machine.clientId, system.issuer.address, machine.key);

    it('for an official of another authority', async () => {
      await expect(onBehalfOf(coordinator)).rejects.toThrow('invalid_grant');
    });

    it('with the assertion of another time', async () => {
      const once = await assertion();
      const idToken = await logInAtCaseSystem(system.issuer.address, officer, machine);
      const form = { client_assertion: once, subject_token: idToken };
      expect((await exchange(form)).access_token).toBeDefined();
      expect((await exchange(form)).error).toBe('invalid_client');
    });

    it('for a login that was made elsewhere, an access token, or nothing', async () => {
      const other = { ...machine, clientId: 'case-system-2480' };
      const elsewhere = await logInAtCaseSystem(system.issuer.address, 'board-2480-officer-1', other);
      const desk = await logInHeadlessly(system.issuer.address, system.issuer.audience, officer);
      for (const subject of [elsewhere, desk, token, 'nothing'])
        expect((await exchange({ client_assertion: await assertion(), subject_token: subject })).error).toBe(
          'invalid_grant',
        );
    });

    it('for another service', async () => {
      const idToken = await logInAtCaseSystem(system.issuer.address, officer, machine);
      const form = { client_assertion: await assertion(), subject_token: idToken, audience: 'elsewhere' };
      expect((await exchange(form)).error).toBe('invalid_target');
    });

    it('of the official’s own, by which nobody would see that it was there', async () => {
      const idToken = await logInAtCaseSystem(system.issuer.address, officer, machine);
      const answer = await as(officer).looks('/inbox?as=HOME_BOARD', { token: idToken });
      expect([answer.status, answer.body['code']]).toEqual([401, 'auth.token_invalid']);
      expect(await lastRefusal()).toMatchObject({ actor: null, machine: null, organisation: null });
    });
  });

  it('every refusal of somebody unknown is recorded, with the reason and nothing of the token', async () => {
    const before = await refusals();
    const good = await system.tokenFor(officer);
    const tried: readonly [string | null, string][] = [
      [null, 'TOKEN_MISSING'],
      ['gibberish', 'TOKEN_MALFORMED'],
      [`${good.slice(0, -8)}AAAAAAAA`, 'TOKEN_SIGNATURE'],
      [await system.tokenFor(officer, { expiresInSeconds: -31 }), 'TOKEN_EXPIRED'],
      [await system.tokenFor(officer, { audience: 'another' }), 'TOKEN_AUDIENCE'],
      [await system.tokenFor(officer, { typ: 'JWT' }), 'TOKEN_TYPE'],
      [await system.tokenFor(officer, { claims: { act: { sub: 'x' } } }), 'TOKEN_ACTOR'],
    ];
    for (const [one] of tried)
      expect((await as(officer).looks(`/cases/${story.caseId}`, { token: one })).status).toBe(401);
    const { rows } = await system.pool.query<Record<string, string | null>>(
      'SELECT * FROM vault.refusals ORDER BY refusal_id OFFSET $1',
      [before],
    );
    expect(
      rows.map(({ reason, actor, organisation, machine: name }) => [reason, actor, organisation, name]),
    ).toEqual(tried.map(([, reason]) => [reason, null, null, null]));
    const kept = JSON.stringify(rows);
    for (const [one] of tried)
      for (const part of (one ?? '').split('.').filter((text) => text.length > 12))
        expect(kept).not.toContain(part);
    expect(kept).not.toContain(officer);
  });

  it('where a refusal cannot be recorded nobody is told why either', async () => {
    await system.pool.query('REVOKE INSERT ON vault.refusals FROM vault_keeper');
    try {
      const answer = await as(officer).looks('/inbox?as=HOME_BOARD', { token: 'gibberish' });
      expect([answer.status, answer.body['code']]).toEqual([503, 'record.unavailable']);
    } finally {
      await system.pool.query('GRANT INSERT ON vault.refusals TO vault_keeper');
    }
  });
});

const refusals = async (): Promise<number> =>
  (await system.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM vault.refusals')).rows[0]!.n;

const organisationOf = (token: string): Record<string, unknown> => {
  const claim = 'https://id.oidc.se/claim/orgNumber';
  return { [claim]: decodeJwt(token)[claim] };
};
