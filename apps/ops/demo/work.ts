import { findMunicipality, inventedProviders, type Municipality } from '#application';
import { dataClasses, plainDateOf, recipientKinds, type ThreatLevel } from '#kernel';
import type { Official } from './official.js';
import type { Invented } from './people.js';
import type { Story } from './story.js';
import type { Stage, System } from './system.js';

/** The officials who work with one case of one home board. */
export interface Desk {
  readonly officer: Official;
  readonly colleague: Official;
  readonly duty: Official;
  readonly police: Official;
  readonly secondAssessor: Official;
  readonly coordinator: Official;
}

export const municipality = (code: string): Municipality => {
  const found = findMunicipality(code);
  if (!found) throw new Error('no such municipality');
  return found;
};

export const deskOf = (system: Stage, homeCode: string): Desk => {
  const { policeRegion } = municipality(homeCode);
  return {
    officer: system.official(`board-${homeCode}-officer-1`),
    colleague: system.official(`board-${homeCode}-officer-2`),
    duty: system.official(`board-${homeCode}-duty`),
    police: system.official(`police-${policeRegion}-coordinator`),
    secondAssessor: system.official(`police-${policeRegion}-assessor`),
    coordinator: system.official('coordinator-1'),
  };
};

/** Those of a receiving municipality. */
export const receiversOf = (system: Stage, code: string) => ({
  officer: system.official(`board-${code}-officer-1`),
  second: system.official(`board-${code}-officer-2`),
  decider: system.official(`board-${code}-decider`),
  director: system.official(`provider-${code}-director`),
  police: system.official(`police-${municipality(code).policeRegion}-coordinator`),
  provider: inventedProviders.find((provider) => provider.municipalityCode === code)?.orgNumber ?? '',
});

const today = (system: Stage): string => plainDateOf(system.clock.now().toISOString());

/** Case opened, waiver signed, support decided, relocation requested. */
export const request = async (
  system: Stage,
  story: Story,
  desk: Desk,
  person: Invented,
  noGo: readonly string[],
  desiredStart: string,
): Promise<string> => {
  story.step(
    `The home board opens a case for ${person.alias}, signs the waiver with the person, decides and requests.`,
  );
  const { id: caseId } = await desk.officer.does('/cases', {
    personalIdentityNumber: person.personalIdentityNumber,
    givenName: person.givenName,
    familyName: person.familyName,
    environment: person.environment,
    entryRoute: person.entryRoute,
    registryNumber: person.registryNumber,
    officers: [],
  });
  await desk.officer.does(`/cases/${caseId}/waivers`, {
    signedOn: today(system),
    validUntil: `${Number(today(system).slice(0, 4)) + 3}-01-31`,
    recipientKinds,
    classes: dataClasses,
  });
  await desk.officer.does(`/cases/${caseId}/support-decisions`, {
    decisionType: 'ASSISTANCE',
    decidedOn: today(system),
    registryNumber: person.registryNumber,
  });
  // The claim on the person is settled behind the scenes before anybody else is told.
  await system.settled();
  await desk.officer.does(`/cases/${caseId}/relocation-requests`, {
    adults: 1,
    children: 0,
    housingForm: 'PROTECTED',
    competences: ['DEFECTOR_SUPPORT'],
    desiredStart,
    needSummary: person.needs,
    companions: person.companions,
    companionNumbers: person.companionNumbers,
    noGoMunicipalities: noGo,
  });
  await system.settled();
  // Each looks at what could disqualify (FL 16 §) when the case comes to the desk.
  for (const one of [desk.officer, desk.police]) await one.does(`/cases/${caseId}/impartiality-declarations`);
  return caseId;
};

export const assess = async (
  system: Stage,
  assessor: Official,
  caseId: string,
  person: Invented,
  level: ThreatLevel,
): Promise<void> => {
  // Which judgement was read last goes along, so that two assessors do not overwrite each other's.
  const { assessmentRevision: read } = await assessor.sees<{ assessmentRevision: number | null }>(
    `/police-cases/${caseId}`,
  );
  await assessor.does(
    `/cases/${caseId}/threat-assessments`,
    {
      level,
      restrictions: ['ESCORT_ON_TRANSFER', 'NO_SOCIAL_MEDIA'],
      detail: person.threatDetail,
      advice: person.advice,
    },
    read === null ? { 'if-none-match': '*' } : { 'if-match': `"${read}"` },
  );
  await system.settled();
};

export const register = async (
  system: Stage,
  desk: Desk,
  caseId: string,
  person: Invented,
): Promise<void> => {
  await desk.police.does(`/cases/${caseId}/conflict-entries`, {
    networks: person.networks,
    adversaryNetworks: person.adversaryNetworks,
    adversaries: [],
    kin: [],
  });
  await system.settled();
};

export interface CandidateView {
  readonly candidateId: string;
  readonly verdict: string;
}

export interface DeskCaseView {
  readonly status: string;
  readonly level: string | null;
  readonly candidates: readonly CandidateView[];
  readonly proposals: readonly {
    readonly proposalId: string;
    readonly status: string;
    readonly reason: string | null;
  }[];
}

/** Has a municipality checked. Returns the id of the check and what the coordinator was told. */
export const check = async (
  system: Stage,
  desk: Desk,
  caseId: string,
  code: string,
): Promise<CandidateView> => {
  const { id } = await desk.coordinator.does(`/cases/${caseId}/candidates`, { municipalityCode: code });
  await system.settled();
  const view = await desk.coordinator.sees<DeskCaseView>(`/coordination-cases/${caseId}`);
  const candidate = view.candidates.find(({ candidateId }) => candidateId === id);
  if (!candidate) throw new Error('the coordinator does not see the candidate');
  return candidate;
};

export const order = async (
  system: Stage,
  desk: Desk,
  caseId: string,
  candidateId: string,
  startOn: string,
): Promise<string> => {
  const { id } = await desk.coordinator.does(`/cases/${caseId}/candidates/${candidateId}/proposals`, {
    startOn,
  });
  await system.settled();
  return id;
};

/** One officer prepares, another with delegation decides. */
export const accept = async (system: Stage, code: string, proposalId: string): Promise<void> => {
  const { officer, second, decider, provider } = receiversOf(system, code);
  for (const one of [officer, second]) await one.does(`/proposals/${proposalId}/impartiality-declarations`);
  await officer.does(`/proposals/${proposalId}/prepared-answers`, { answer: 'ACCEPT' });
  await decider.does(`/proposals/${proposalId}/answers`, {
    answer: 'ACCEPT',
    receivers: [officer.sub, second.sub],
    provider,
    housing: 'HUS-1',
  });
  await system.settled();
};

export const admit = async (
  system: Stage,
  code: string,
  proposalId: string,
  person: Invented,
): Promise<void> => {
  await receiversOf(system, code).director.does(`/placements/${proposalId}/admissions`, {
    address: person.address,
  });
  await system.settled();
};

export const clear = async (
  system: Stage,
  desk: Desk,
  proposalId: string,
  plannedArrival: string,
): Promise<void> => {
  await desk.coordinator.does(`/placements/${proposalId}/clearances`, { plannedArrival });
  await system.settled();
};

export const move = async (system: Stage, desk: Desk, proposalId: string): Promise<void> => {
  const now = system.clock.now().toISOString();
  await desk.police.does(`/placements/${proposalId}/transfers`, { startedAt: now });
  await desk.officer.does(`/placements/${proposalId}/arrivals`, { arrivedAt: now });
  await system.settled();
};

interface Waiting {
  readonly kind: string;
  readonly id: string;
  readonly dueAt: string | null;
  readonly actions: readonly string[];
}

/** What waits for somebody, the next deadline first. */
export const inboxOf = async (who: Official, as: string): Promise<readonly Waiting[]> =>
  (await who.sees<{ items: readonly Waiting[] }>(`/inbox?as=${as}&limit=100`)).items;

/**
 * Lets days pass until an instant while the inboxes are worked off as they should be: Police reassess at the same level
 * when asked, the home board follows up when it is due.
 */
export const live = async (
  system: System,
  desk: Desk,
  placed: { caseId: string; proposalId: string; person: Invented; level: ThreatLevel },
  until: string,
): Promise<{ readonly followUps: number; readonly reassessments: number }> => {
  let followUps = 0;
  let reassessments = 0;
  const day = 24 * 3_600_000;
  while (system.clock.now().toISOString() < until) {
    const next = new Date(Math.min(system.clock.now().getTime() + day, Date.parse(until))).toISOString();
    const view = await desk.officer.sees<HomeCaseView>(`/cases/${placed.caseId}`);
    for (const { number, dueAt, state } of view.followUps)
      if (state === 'DUE' && dueAt <= next) {
        await desk.officer.does(`/placements/${placed.proposalId}/follow-ups`, {
          number,
          heldOn: today(system),
          outcome: 'STABLE',
          note: placed.person.note,
        });
        await system.settled();
        followUps += 1;
      }
    await system.until(next);
    for (const { kind, id } of await inboxOf(desk.police, 'POLICE'))
      if (id === placed.caseId && kind === 'REASSESS_THREAT') {
        await assess(system, desk.police, placed.caseId, placed.person, placed.level);
        reassessments += 1;
      }
  }
  return { followUps, reassessments };
};

export interface HomeCaseView {
  readonly status: string;
  readonly level: string | null;
  readonly notAvailable: number;
  readonly proposalId: string | null;
  readonly followUps: readonly { readonly number: number; readonly dueAt: string; readonly state: string }[];
  readonly closeCode: string | null;
}
