import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Position, Token } from '#kernel';
import type { CommandContext, CommandResult, IntentType } from '#application';
import type { Appointment } from '#access';
import type { RefusedAccess } from '#personal-data';
import type { ApiOptions } from '../api-options.js';
import { createApi } from '../create-api.js';
import { IssuerUnreachable, TokenVerifier } from '../http/auth/token-verifier.js';
import { startDevIssuer, type DevIssuer } from '../issuer/dev-issuer.js';

export const audience = 'https://relocation.example.test/api';

export const people = [
  { sub: 'officer', name: 'Officer', orgNumber: '2999012808', orgName: 'Board A' },
  { sub: 'director', name: 'Director', orgNumber: '5999012801', orgName: 'Provider A' },
  { sub: 'receiver', name: 'Receiver', orgNumber: '2999012808', orgName: 'Board A' },
  { sub: 'stranger', name: 'Stranger', orgNumber: '2999012808', orgName: 'Board A' },
  { sub: 'nobody', name: 'Nobody', orgNumber: '2999012808', orgName: 'Board A' },
];

const boardA: Appointment = {
  function: 'HOME_OFFICER',
  organisation: 't11-board-a',
  agencyKind: 'SOCIAL_BOARD',
  delegated: false,
  from: '2026-01-01T00:00:00.000Z',
};

/** The one case that exists behind this transport; the officer is its home board. */
export const knownCase = '7d3b1e0c-1111-4222-8333-444455556666';

/** What came through the transport, and what the transport was told. The domain behind it is not here. */
export interface Transport {
  readonly app: NestFastifyApplication;
  readonly issuer: DevIssuer;
  readonly carried: { type: IntentType; intent: unknown; context: CommandContext }[];
  readonly refusals: RefusedAccess[];
  readonly logged: string[];
  now: Date;
  /** What the next commands meet; by default they are accepted at revision 3. */
  outcome: () => Promise<CommandResult>;
  reached: Position | undefined;
  recordingFails: boolean;
  healthy: boolean;
  issuerAway: boolean;
  /** The issuer does not answer; its last keys still serve. */
  issuerSilent: boolean;
  /** Milliseconds that have passed. */
  passed: number;
  close(): Promise<void>;
}

/** The api with everything behind its ports replaced, in front of a real issuer. */
export const startTransport = async (more: Partial<ApiOptions> = {}): Promise<Transport> => {
  const folder = await mkdtemp(join(tmpdir(), 'transport-'));
  const state = {
    now: new Date('2026-03-02T08:00:00Z'),
    reached: undefined as Position | undefined,
    recordingFails: false,
    healthy: true,
    issuerAway: false,
    issuerSilent: false,
    passed: 0,
    carried: [] as Transport['carried'],
    refusals: [] as RefusedAccess[],
    logged: [] as string[],
    outcome: (): Promise<CommandResult> =>
      Promise.resolve({
        stream: 'relocation-7d3b1e0c-1111-4222-8333-444455556666',
        revision: 3,
        position: 'e1-00000000000000000042',
      }),
  };
  const clock = { now: () => state.now };
  const issuer = await startDevIssuer({
    officials: people,
    audience,
    keyFile: join(folder, 'issuer.json'),
    port: 0,
    clock,
  });
  const log = (facts: object, message: string): void => {
    state.logged.push(JSON.stringify({ ...facts, message }));
  };
  const held: Record<string, { readonly number: string; readonly appointment: Appointment }> = {
    'person-officer': { number: '2999012808', appointment: boardA },
    'person-director': {
      number: '5999012801',
      appointment: { ...boardA, function: 'FACILITY_DIRECTOR', agencyKind: 'HOUSING_PROVIDER' },
    },
    'person-receiver': {
      number: '2999012808',
      appointment: { ...boardA, function: 'RECEIVING_OFFICER' },
    },
    // Of another board: can open cases, and has no part in the known one.
    'person-stranger': { number: '2999012808', appointment: { ...boardA, organisation: 't11-board-b' } },
  };
  const verifier = new TokenVerifier({ issuer: issuer.issuer, audience, clock });
  const options: ApiOptions = {
    clock,
    log: { info: log, warn: log, error: log },
    tokens: {
      verify: (token) =>
        state.issuerAway ? Promise.reject(new IssuerUnreachable('no keys')) : verifier.verify(token),
      verifyLate: (token) => verifier.verifyLate(token),
      reachable: () => Promise.resolve(!state.issuerSilent && !state.issuerAway),
    },
    tokeniser: {
      person: (subject) => Promise.resolve(`person-${subject}`),
      machine: (clientId): Token => `machine-${clientId}`,
      sealPosition: (position) => `given:${position}`,
      openPosition: (given) => (given.startsWith('given:') ? given.slice(6) : undefined),
      fingerprints: (said) => ({
        fingerprint: `fingerprint of ${JSON.stringify(said)}`,
        earlierFingerprints: [],
      }),
    },
    officials: {
      of: (person, login, organisationNumber) =>
        Promise.resolve({
          person,
          login,
          trainedAt: '2026-01-01T00:00:00.000Z',
          appointments: held[person]?.number === organisationNumber ? [held[person].appointment] : [],
        }),
      idOf: () => 'board:1280',
      authority: (number, kind) =>
        number === '2999012808' && kind === 'SOCIAL_BOARD' ? boardA.organisation : undefined,
    },
    parts: {
      of: ({ caseId }) =>
        Promise.resolve(
          caseId === knownCase
            ? { parts: [{ relation: 'HOME_BOARD', organisation: boardA.organisation }] }
            : undefined,
        ),
    },
    refusals: {
      recordRefusal(refusal) {
        if (state.recordingFails) return Promise.reject(new Error('no database'));
        state.refusals.push(refusal);
        return Promise.resolve();
      },
    },
    views: {
      fileOf: ({ caseId = knownCase }) => Promise.resolve({ caseId, subject: caseId }),
      recordList: () => Promise.resolve(),
      recordView: () => (state.recordingFails ? Promise.reject(new Error('no database')) : Promise.resolve()),
    },
    intents: {
      execute(type, intent, context) {
        state.carried.push({ type, intent, context });
        return state.outcome();
      },
    },
    positions: { of: () => Promise.resolve(state.reached), given: () => Promise.resolve(true) },
    // Who tests something else is not kept from it.
    passed: () => state.passed,
    limits: { requests: 1_000_000, refusals: 1_000_000, failedLogins: 1_000_000 },
    healthChecks: [{ name: 'database', check: () => Promise.resolve(state.healthy) }],
    ...more,
  };
  const app = await createApi(options).catch(async (error: unknown) => {
    await issuer.close();
    throw error;
  });
  return Object.assign(state, {
    app,
    issuer,
    async close() {
      await app.close();
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  });
};
