import { dataClasses, recipientKinds } from '../../libs/kernel/index.js';
import { home, providerNumber, receiver, type Desk, type Done, type TestSystem } from './system.js';

// One invented case, told over HTTP by the officials whose turn it is. Each stage stands on the one before it.

export const officer = `board-${home}-officer-1`;
export const colleague = `board-${home}-officer-2`;
export const assessor = 'police-syd-assessor';
export const secondAssessor = 'police-syd-coordinator';
export const coordinator = 'coordinator-1';
export const preparer = `board-${receiver}-officer-1`;
export const decider = `board-${receiver}-decider`;
export const director = `provider-${receiver}-director`;

/** An invented number of Skatteverket's series for tests (birth numbers 980 to 999), by order. */
export const inventedNumber = (order: number): string => {
  const day = new Date(Date.UTC(1990, 0, 1 + order)).toISOString().slice(0, 10).replaceAll('-', '');
  const nine = `${day.slice(2)}980`;
  const sum = [...nine].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return `${day}980${(10 - (sum % 10)) % 10}`;
};

/** What is said at each step, in order, valid at 2026-03-02. */
export const said = {
  case: (order: number) => ({
    personalIdentityNumber: inventedNumber(order),
    givenName: 'Testina',
    familyName: 'Påhittad',
    environment: 'GANG',
    entryRoute: 'SOCIAL_SERVICES',
    registryNumber: 'SN 2026-17',
    officers: [colleague],
  }),
  waiver: {
    signedOn: '2026-03-01',
    validUntil: '2027-03-01',
    recipientKinds: [...recipientKinds],
    classes: [...dataClasses],
  },
  supportDecision: { decisionType: 'ASSISTANCE', decidedOn: '2026-03-01', registryNumber: 'SN 2026-17' },
  request: {
    adults: 1,
    children: 0,
    housingForm: 'PROTECTED',
    competences: ['DEFECTOR_SUPPORT'],
    desiredStart: '2026-03-20',
    needSummary: 'Behöver lugn och ro',
    companions: ['Ett husdjur'],
    noGoMunicipalities: ['0180'],
  },
  assessment: (level: string) => ({
    level,
    restrictions: ['NO_SOCIAL_MEDIA'],
    detail: 'Påhittad hotbild',
    advice: 'Påhittat råd',
  }),
  acceptance: {
    answer: 'ACCEPT',
    receivers: [decider, preparer],
    provider: providerNumber(receiver),
    housing: 'H-17',
  },
  counter: { answer: 'COUNTER', startOn: '2026-04-01' },
} as const;

/** What an assessor sends along: which judgement of the danger was read last. */
export const lastJudgement = async (desk: Desk, caseId: string): Promise<Record<string, string>> => {
  const { body } = await desk.looks<{ assessmentRevision: number | null }>(`/police-cases/${caseId}`);
  const { assessmentRevision: revision } = body;
  return revision === null ? { 'if-none-match': '*' } : { 'if-match': `"${revision}"` };
};

/** Assesses after reading, as an assessor does. */
export const assess = async (desk: Desk, caseId: string, level: string): Promise<Done> =>
  desk.does(`/cases/${caseId}/threat-assessments`, said.assessment(level), await lastJudgement(desk, caseId));

/** The stages that a case can be brought to, each by the one before and what was said then. */
export class Story {
  caseId = '';
  candidateId = '';
  proposalId = '';

  constructor(
    private readonly system: TestSystem,
    private readonly order: number,
    /** What the request says beside what is said in every story. */
    private readonly more: object = {},
  ) {}

  async opened(): Promise<this> {
    this.caseId = (await this.as(officer).does('/cases', said.case(this.order))).id;
    await this.system.settled();
    await this.declares(officer, `/cases/${this.caseId}`);
    return this;
  }

  async requested(): Promise<this> {
    await this.opened();
    await this.as(officer).does(`/cases/${this.caseId}/waivers`, said.waiver);
    await this.as(officer).does(`/cases/${this.caseId}/support-decisions`, said.supportDecision);
    await this.as(officer).does(`/cases/${this.caseId}/relocation-requests`, {
      ...said.request,
      ...this.more,
    });
    await this.system.settled();
    for (const one of [assessor, secondAssessor]) await this.declares(one, `/cases/${this.caseId}`);
    return this;
  }

  async assessed(level = 'MEDIUM'): Promise<this> {
    await this.requested();
    await assess(this.as(assessor), this.caseId, level);
    await this.system.settled();
    return this;
  }

  async checked(level?: string): Promise<this> {
    await this.assessed(level);
    await this.check();
    return this;
  }

  async proposed(level?: string): Promise<this> {
    await this.assessed(level);
    await this.propose();
    return this;
  }

  async accepted(): Promise<this> {
    await this.proposed();
    await this.accept();
    return this;
  }

  async admitted(): Promise<this> {
    await this.accepted();
    await this.as(director).does(`/placements/${this.proposalId}/admissions`, { address: 'Påhittadvägen 7' });
    await this.system.settled();
    return this;
  }

  async cleared(): Promise<this> {
    await this.admitted();
    await this.as(coordinator).does(`/placements/${this.proposalId}/clearances`, {
      plannedArrival: '2026-03-20',
    });
    await this.system.settled();
    return this;
  }

  async check(municipalityCode = receiver): Promise<void> {
    const checked = await this.as(coordinator).does(`/cases/${this.caseId}/candidates`, { municipalityCode });
    this.candidateId = checked.id;
    await this.system.settled();
  }

  /** A check, and the proposal to that board. */
  async propose(): Promise<void> {
    await this.check();
    const path = `/cases/${this.caseId}/candidates/${this.candidateId}/proposals`;
    this.proposalId = (await this.as(coordinator).does(path, { startOn: '2026-03-20' })).id;
    await this.system.settled();
  }

  async accept(): Promise<void> {
    const path = `/proposals/${this.proposalId}`;
    for (const one of said.acceptance.receivers) await this.declares(one, path);
    await this.as(preparer).does(`${path}/prepared-answers`, { answer: 'ACCEPT' });
    await this.as(decider).does(`${path}/answers`, said.acceptance);
    await this.system.settled();
  }

  async counter(): Promise<void> {
    const path = `/proposals/${this.proposalId}`;
    await this.as(preparer).does(`${path}/prepared-answers`, said.counter);
    await this.as(decider).does(`${path}/answers`, said.counter);
    await this.system.settled();
  }

  /** An official looks at FL 16 § when the case, or the proposal, comes to the desk. */
  private async declares(sub: string, thing: string): Promise<void> {
    await this.as(sub).does(`${thing}/impartiality-declarations`);
  }

  private as(sub: string): Desk {
    return this.system.official(sub);
  }
}
