import type { Instant } from '#kernel';
import type { CommandResult, Intents, IntentType } from '#application';
import { type Country, providerOf } from './country.js';

/** What drives the worker's side of the story: waiting for it, and time, which moves only when nothing is left to do. */
export interface Surroundings {
  /** Waits until everything that was done has been worked off, and gives the next deadline (UTC). */
  settled(): Promise<string | undefined>;
  /** Called right after each command, while the worker is busy with it. */
  afterCommand?(number: number): Promise<void>;
  /** Called when the person lives at the new place and the first follow-ups are over. */
  placed?(): Promise<void>;
}

export interface Played {
  readonly caseId: string;
  /** The proposal to which the second board said yes. */
  readonly proposalId: string;
  /** How many commands officials have sent. */
  readonly commands: number;
}

const silentBoard = '2580';
export const willingBoard = '2480';
export const needSummary = 'Behöver lugn och ro';

/** An invented personal identity number of Skatteverket's series for tests. */
export const inventedPerson = '199009092397';

/** An official does something. */
export type Does = <Type extends IntentType>(
  sub: string,
  type: Type,
  intent: Intents[Type],
) => Promise<CommandResult>;

/**
 * The beginning of every case: opened, waiver signed, decided, requested, assessed. Dates as YYYY-MM-DD.
 * @returns the id of the case
 */
export const askForRelocation = async (
  does: Does,
  dates: { readonly signedOn: string; readonly validUntil: string; readonly desiredStart: string },
): Promise<string> => {
  const { stream } = await does('officer', 'OpenCase', {
    personalIdentityNumber: inventedPerson,
    givenName: 'Kim',
    familyName: 'Påhittad',
    environment: 'GANG',
    entryRoute: 'SOCIAL_SERVICES',
    registryNumber: 'dnr-påhittad-1',
    officers: ['colleague'],
  });
  const caseId = stream.replace('relocation-', '');
  await does('officer', 'SignWaiver', {
    caseId,
    signedOn: dates.signedOn,
    validUntil: dates.validUntil,
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
  await does('officer', 'RegisterSupportDecision', {
    caseId,
    decisionType: 'ASSISTANCE',
    decidedOn: dates.signedOn,
    registryNumber: 'dnr-påhittad-2',
  });
  await does('officer', 'RequestRelocation', {
    caseId,
    adults: 1,
    children: 1,
    housingForm: 'PROTECTED',
    competences: ['DEFECTOR_SUPPORT'],
    desiredStart: dates.desiredStart,
    needSummary,
    companions: ['Barn, sju år'],
    noGoMunicipalities: ['0180'],
  });
  await does('officer', 'DeclareImpartial', { caseId });
  await does('assessor', 'AssessThreat', {
    caseId,
    level: 'MEDIUM',
    restrictions: ['NO_SOCIAL_MEDIA'],
    detail: 'Påhittad hotbild',
    advice: 'Påhittat råd',
  });
  return caseId;
};

/** Lets simulated time pass until an instant, stopping at each deadline on the way. */
export const letTimePass = async (
  { clock }: Country,
  { settled }: Surroundings,
  until: Instant,
): Promise<void> => {
  for (;;) {
    const due = await settled();
    if (due === undefined || due > until) break;
    clock.set(due);
  }
  clock.set(until);
  await settled();
};

/**
 * One invented case, over the real handlers: asked for, assessed, ordered where somebody else has moved the area on (so
 * that the reservation is refused to the process), proposed to a board that stays silent until the time is out, then to
 * one that says yes; cleared, moved, followed up once and missed once; the waiver withdrawn, and the departure confirmed.
 * @param until stops after the person has been cleared, or goes on to the end
 */
export const playMainPath = async (
  country: Country,
  surroundings: Surroundings,
  until: 'CLEARED' | 'END' = 'END',
): Promise<Played> => {
  let commands = 0;
  const does: Does = async (sub, type, intent) => {
    commands += 1;
    const result = await country.act(sub, type, intent, `command ${commands}`);
    await surroundings.afterCommand?.(commands);
    await surroundings.settled();
    return result;
  };
  const on = (instant: Instant) => letTimePass(country, surroundings, instant);

  const caseId = await askForRelocation(does, {
    signedOn: '2026-03-01',
    validUntil: '2027-03-01',
    desiredStart: '2026-03-20',
  });

  const check = async (municipalityCode: string) =>
    (await does('coordinator', 'CheckCandidate', { caseId, municipalityCode })).created!;
  const order = async (candidateId: string) =>
    (await does('coordinator', 'OrderProposal', { caseId, candidateId, startOn: '2026-03-20' })).created!;

  // Police note somebody else between check and order: the reservation is refused, and the check has to be repeated.
  const checkedTooEarly = await check(silentBoard);
  await does('receiving-police', 'RecordAdversaryPresence', {
    municipalityCode: silentBoard,
    networks: ['Påhittat nätverk utan betydelse'],
    persons: [],
  });
  await order(checkedTooEarly);
  await order(await check(silentBoard));
  // Five working days of silence.
  await on('2026-03-10T08:00:00.000Z');

  const proposalId = await order(await check(willingBoard));
  await on('2026-03-11T09:00:00.000Z');
  await does('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
  await does('decider', 'DecideAnswer', {
    proposalId,
    answer: 'ACCEPT',
    receivers: ['preparer', 'decider'],
    provider: providerOf(willingBoard).orgNumber,
    housing: 'house-7',
  });
  await does('decider', 'DeclareImpartialOnProposal', { proposalId });
  await does('director', 'GrantAdmission', { proposalId, address: 'Påhittade gatan 7' });
  await does('coordinator', 'ClearPlacement', { proposalId, plannedArrival: '2026-03-20' });
  if (until === 'CLEARED') return { caseId, proposalId, commands };

  await on('2026-03-20T09:00:00.000Z');
  await does('assessor', 'RecordTransfer', { proposalId, startedAt: country.now });
  await on('2026-03-20T12:00:00.000Z');
  await does('officer', 'ConfirmArrival', { proposalId, arrivedAt: country.now });
  await on('2026-03-21T08:00:00.000Z');
  await does('officer', 'RecordFollowUp', {
    proposalId,
    number: 1,
    heldOn: '2026-03-21',
    outcome: 'STABLE',
    note: 'Påhittad anteckning',
  });
  // Nobody comes to the second one.
  await on('2026-03-24T08:00:00.000Z');
  await surroundings.placed?.();
  await does('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' });
  await on('2026-03-25T08:00:00.000Z');
  await does('officer', 'ConfirmDeparture', { proposalId, departedAt: '2026-03-25T07:00:00.000Z' });
  return { caseId, proposalId, commands };
};
