// Who may ask for what, as domain.md 1.2 and api.md say it in plain words. Written apart: it shares nothing with
// libs/access, with the policies beside the routes, or with the code that reads who has which part.

/** The agencies of one invented case, and one that has nothing to do with it. */
export const agencies = [
  'home board',
  'home police',
  'desk',
  'receiving board',
  'receiving police',
  'provider',
  'tax agency',
  'probation service',
  'another board',
] as const;
export type Agency = (typeof agencies)[number];

export const stages = [
  'OPENED',
  'TOLD',
  'ORDERED',
  'ASKED',
  'ACCEPTED',
  'CLEARED',
  'PLACED',
  'REASSESSED',
  'CLOSED',
] as const;
export type Stage = (typeof stages)[number];

/** One job that somebody has now. */
export interface Job {
  readonly at: Agency;
  readonly as: string;
  readonly delegated: boolean;
  /** OVER and NOT_YET: an appointment, or a delegation, of another time. */
  readonly time: 'NOW' | 'OVER' | 'NOT_YET';
}

/** Each unit is of one authority, which vouches for logins there; the Police are one authority of many units. */
const authorityOf = (agency: Agency): string =>
  agency === 'home police' || agency === 'receiving police' ? 'Police' : agency;

export interface Actor {
  readonly name: string;
  /** Whose authority vouches for the login. */
  readonly via: Agency;
  readonly jobs: readonly Job[];
  readonly trained: boolean;
  readonly onDuty: boolean;
  /** Level of assurance, and how many minutes ago the login was. */
  readonly level: number;
  readonly minutes: number;
  /** Whether the authority's own case system asks, on behalf of this person. */
  readonly throughMachine: boolean;
}

/** A case as somebody would tell it who knows all of it. */
export interface Told {
  readonly stage: Stage;
  readonly officers: readonly string[];
  readonly homePolice: readonly string[];
  readonly policeThere: readonly string[];
  /** At the board that is asked: whom the broker asked, and who receives since its yes, with who decided it. */
  readonly askedThere: readonly string[];
  readonly receivers: readonly string[];
  readonly directors: readonly string[];
  /** Named when protection was applied for; nobody before. */
  readonly taxOfficers: readonly string[];
  /** Of the agencies outside the road of the case one stands for all: Kriminalvården, told who it is. */
  readonly contacts: readonly string[];
  /**
   * By part: who takes it over, where nobody who is named can hand it over any more. They do what shows nothing, and name one
   * of themselves for everything else; but Police where the person stands (T) fetch her or him, and have the part at once.
   */
  readonly takers: Readonly<Partial<Record<Part, readonly string[]>>>;
  readonly declared: readonly string[];
  readonly disqualified: readonly string[];
}

/** What a route names; NOTHING: neither a case nor a proposal, or an id that is not there. */
export type Names = 'CASE' | 'PROPOSAL' | 'CANDIDATE' | 'NOTHING';
export type Answer = 'OK' | 'UNKNOWN' | 'FORBIDDEN' | 'LOA';

/** Parts by a letter: who has them, from which stage, by which job. R, T and F are had in a proposal only. */
const parts = {
  H: { at: 'home board', as: ['HOME_OFFICER'], from: 'OPENED', who: 'officers' },
  D: { at: 'home board', as: ['HOME_DUTY_OFFICER'], from: 'CLEARED', who: 'everybody' },
  P: {
    at: 'home police',
    as: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR', 'POLICE_REGISTRAR'],
    from: 'TOLD',
    who: 'homePolice',
  },
  N: { at: 'desk', as: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'], from: 'TOLD', who: 'everybody' },
  X: { at: 'tax agency', as: ['PROTECTION_OFFICER'], from: 'OPENED', who: 'taxOfficers' },
  K: { at: 'probation service', as: ['AGENCY_CONTACT'], from: 'TOLD', who: 'contacts' },
  R: {
    at: 'receiving board',
    as: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
    from: 'ASKED',
    who: 'receivers',
  },
  F: { at: 'provider', as: ['FACILITY_DIRECTOR'], from: 'ACCEPTED', who: 'directors' },
  T: {
    at: 'receiving police',
    as: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR', 'POLICE_REGISTRAR'],
    from: 'CLEARED',
    who: 'policeThere',
  },
} as const;
type Part = keyof typeof parts;
const inProposals: readonly Part[] = ['R', 'F', 'T'];

/**
 * A line: what is asked for, and who may. `H` is a named officer of the home board; a part and a job (`P.POLICE_ASSESSOR`)
 * is that job alone; `@` the agency where it is held; `!` wants the delegation, `~` the duty. `-` names no case: the job
 * is enough. Behind the bar: fresh, a login of the last quarter of an hour; declared, FL 16 § first; again, also who is
 * disqualified; cleared, from the clearance on and for nobody before. `+` lets in who takes the part over, too.
 */
const lines = `
GET /cases - HOME_OFFICER
POST /cases - HOME_OFFICER
GET /cases/:caseId H
GET /cases/:caseId/contents/(identity|family) H | fresh declared
GET /cases/:caseId/contents/destination H | fresh
GET /cases/:caseId/contents/(needs|social|threat-advice) H
GET /cases/:caseId/protected-data(|/contents/social|/registration-notice) H
GET /cases/:caseId/access-reports/:reportId H
POST /cases/:caseId/(access-reports|closures|supervised-closings|support-decisions|relocation-requests) H
POST /cases/:caseId/(waivers|served-decisions|served-decisions/:decisionId/places) H
POST /cases/:caseId/served-decisions/:decisionId/places/:placeDecisionId/departures H D!
POST /cases/:caseId/served-decisions/:decisionId/places/:placeDecisionId/exposures H+ D!
POST /cases/:caseId/waiver-withdrawals H+
POST /cases/:caseId/(protections|registration-notices|registration-notice-withholdings|exposed-registers) H
POST /cases/:caseId/proposals/:proposalId/counter-(approvals|rejections) H
POST /cases/:caseId/joint-openings(|/:openingId/approvals|/:openingId/rejections) H
GET /cases/:caseId/joint-openings H
GET /cases/:caseId/joint-openings/:passId/contents/:dataClass H | fresh declared
GET /cases/:caseId/broken-glasses(|/:passId/note) H D! P.POLICE_COORDINATOR+ N
GET /cases/:caseId/broken-glasses/:passId/contents/:dataClass H D! P.POLICE_COORDINATOR+ N | fresh
POST /cases/:caseId/broken-glasses(|/:glassId/confirmations) H D! P.POLICE_COORDINATOR+ N
POST /cases/:caseId/impartiality-declarations H+ D! P.POLICE_COORDINATOR+ P.POLICE_ASSESSOR+ N X+ K
POST /cases/:caseId/disqualifications H+ D! P.POLICE_COORDINATOR+ P.POLICE_ASSESSOR+ N X+ K | again
POST /cases/:caseId/contact-changes H+ P.POLICE_COORDINATOR+ X+ K
GET /alarms - HOME_DUTY_OFFICER!
GET /decided-places - HOME_DUTY_OFFICER!
GET /alarms/:proposalId D!
GET /alarms/:proposalId/contents/address D! | fresh
GET /police-cases - POLICE_COORDINATOR POLICE_ASSESSOR
GET /police-cases/:caseId P.POLICE_COORDINATOR P.POLICE_ASSESSOR
GET /police-cases/:caseId/contents/identity P.POLICE_COORDINATOR P.POLICE_ASSESSOR | fresh declared
GET /police-cases/:caseId/contents/destination P.POLICE_COORDINATOR P.POLICE_ASSESSOR | fresh cleared
GET /police-cases/:caseId/contents/(threat-detail|threat-advice) P.POLICE_COORDINATOR P.POLICE_ASSESSOR
POST /cases/:caseId/threat-assessments(|/:version/confirmations|/:version/rejections) P.POLICE_ASSESSOR
POST /cases/:caseId/conflict-entries P.POLICE_REGISTRAR P.POLICE_COORDINATOR
POST /cases/:caseId/inquiries/:inquiryId/acknowledgements P.POLICE_COORDINATOR
POST /cases/:caseId/protections/:protectionId/(outcomes|endings) X P.POLICE_COORDINATOR
POST /adversary-presences - POLICE_REGISTRAR POLICE_COORDINATOR
GET /coordination-cases - NATIONAL_COORDINATOR DEPUTY_COORDINATOR
GET /coordination-cases/:caseId/contents/needs N
GET /coordination-cases/:caseId(|/destinations|/contents/destination) N | fresh
POST /cases/:caseId/(candidates|candidates/:candidateId/proposals|settled-attention) N~
POST /placements/:proposalId/clearances N~
POST /duties - NATIONAL_COORDINATOR DEPUTY_COORDINATOR
POST /rules - NATIONAL_COORDINATOR~ DEPUTY_COORDINATOR~
GET /proposals - RECEIVING_OFFICER RECEIVING_DECIDER
GET /own-capacity - RECEIVING_OFFICER RECEIVING_DECIDER
POST /capacity-declarations - RECEIVING_OFFICER RECEIVING_DECIDER
GET /proposals/:proposalId(|/contents/needs) R
GET /proposals/:proposalId/contents/threat-advice R | cleared
GET /proposals/:proposalId/contents/(identity|address|family) R | fresh declared cleared
GET /proposals/:proposalId/contents/destination R | fresh
POST /proposals/:proposalId/prepared-answers R
POST /proposals/:proposalId/answers R.RECEIVING_DECIDER!
POST /proposals/:proposalId/impartiality-declarations R+ T.POLICE_COORDINATOR T.POLICE_ASSESSOR F+
POST /proposals/:proposalId/disqualifications R+ T.POLICE_COORDINATOR T.POLICE_ASSESSOR F+ | again
POST /proposals/:proposalId/contact-changes R.RECEIVING_DECIDER!+ T.POLICE_COORDINATOR F+
GET /admissions - FACILITY_DIRECTOR
GET /admissions/:proposalId(|/contents/needs) F
GET /admissions/:proposalId/contents/threat-advice F | cleared
GET /admissions/:proposalId/contents/(address|destination) F | fresh
POST /placements/:proposalId/(admissions|admission-refusals) F
GET /police-placements - POLICE_COORDINATOR POLICE_ASSESSOR
GET /police-placements/:proposalId(|/contents/threat-advice) T.POLICE_COORDINATOR T.POLICE_ASSESSOR
GET /police-placements/:proposalId/contents/(address|destination) T.POLICE_COORDINATOR T.POLICE_ASSESSOR | fresh
GET /police-placements/:proposalId/contents/identity T.POLICE_COORDINATOR T.POLICE_ASSESSOR | fresh declared
GET /placements/:proposalId/broken-glasses/:passId/contents/:dataClass T.POLICE_COORDINATOR | fresh
POST /placements/:proposalId/broken-glasses T.POLICE_COORDINATOR
POST /placements/:proposalId/arrivals H
POST /placements/:proposalId/follow-ups H P.POLICE_COORDINATOR
POST /placements/:proposalId/transfers P.POLICE_COORDINATOR
POST /placements/:proposalId/departures H D! T.POLICE_COORDINATOR
POST /placements/:proposalId/exposures H+ D! P.POLICE_COORDINATOR+ T.POLICE_COORDINATOR
GET /referrals - POLICE_COORDINATOR POLICE_ASSESSOR
GET /referrals/:candidateId - POLICE_COORDINATOR POLICE_ASSESSOR | fresh
POST /referrals/:candidateId/answers T.POLICE_COORDINATOR
GET /protection-cases - PROTECTION_OFFICER
GET /protection-cases/:caseId X
GET /protection-cases/:caseId/contents/identity X | fresh declared
GET /told-cases - AGENCY_CONTACT PROTECTION_OFFICER
GET /told-cases/:caseId(|/contents/(threat-advice|offence)) K | declared
GET /told-cases/:caseId/contents/identity K | fresh declared
GET /told-cases/:caseId/contents/(needs|social) | declared
GET /told-cases/:caseId/contents/(family|destination) | fresh declared
POST /cases/:caseId/agency-tellings(|/:disclosureId/endings) H P.POLICE_COORDINATOR
POST /(appointments|appointment-endings|trainings|register-rules) - REGISTRAR
GET /inbox(|/stream)\\?as=HOME_BOARD - HOME_OFFICER
GET /inbox(|/stream)\\?as=RECEIVING_BOARD - RECEIVING_OFFICER RECEIVING_DECIDER
GET /inbox(|/stream)\\?as=POLICE - POLICE_COORDINATOR POLICE_ASSESSOR
GET /inbox(|/stream)\\?as=NATIONAL_COORDINATOR - NATIONAL_COORDINATOR DEPUTY_COORDINATOR
GET /inbox(|/stream)\\?as=HOUSING_PROVIDER - FACILITY_DIRECTOR
GET /inbox(|/stream)\\?as=TAX_AGENCY - PROTECTION_OFFICER
GET /inbox(|/stream)\\?as=LOG_REVIEWER - LOG_REVIEWER
GET /log-reviews(|/:reviewId/note) - LOG_REVIEWER
POST /log-reviews/:reviewId/settlements - LOG_REVIEWER
GET /cases/:caseId/access-reports/:reportId/complete - LOG_REVIEWER@desk | fresh
GET /inquiries(|/:inquiryId|/:inquiryId/contents/social) - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER POLICE_REGISTRAR POLICE_COORDINATOR NATIONAL_COORDINATOR DEPUTY_COORDINATOR FACILITY_DIRECTOR AGENCY_CONTACT PROTECTION_OFFICER
GET /inquiries/:inquiryId/contents/identity - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER POLICE_REGISTRAR POLICE_COORDINATOR NATIONAL_COORDINATOR DEPUTY_COORDINATOR FACILITY_DIRECTOR AGENCY_CONTACT PROTECTION_OFFICER | fresh
POST /inquiries/:inquiryId/(impartiality-declarations|disqualifications) - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER POLICE_REGISTRAR POLICE_COORDINATOR NATIONAL_COORDINATOR DEPUTY_COORDINATOR AGENCY_CONTACT PROTECTION_OFFICER
POST /information-requests - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER POLICE_REGISTRAR POLICE_COORDINATOR NATIONAL_COORDINATOR DEPUTY_COORDINATOR FACILITY_DIRECTOR AGENCY_CONTACT PROTECTION_OFFICER
POST /information-requests/:inquiryId/(weighings|decisions) - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER POLICE_REGISTRAR POLICE_COORDINATOR NATIONAL_COORDINATOR DEPUTY_COORDINATOR AGENCY_CONTACT PROTECTION_OFFICER
POST /stay-inquiries(|/:inquiryId/answers) - HOME_OFFICER RECEIVING_OFFICER RECEIVING_DECIDER
GET /document-requests(|/:requestId|/:requestId/refusal|/:requestId/contents/(cost|social)) - DOCUMENT_REGISTRAR DOCUMENT_DECIDER
POST /document-requests(|/:requestId/(answers|decision-requests|servings|appeals|appeal-outcomes)) - DOCUMENT_REGISTRAR
POST /document-requests/:requestId/decisions - DOCUMENT_DECIDER!
POST /document-requests/:requestId/take-overs - DOCUMENT_REGISTRAR DOCUMENT_DECIDER!
`.trim();

interface Line {
  readonly route: RegExp;
  readonly who: readonly string[];
  readonly ofNoCase: boolean;
  readonly wants: readonly string[];
}
const parsed: readonly Line[] = lines.split('\n').map((text) => {
  const [said = '', wants = ''] = text.split(' | ');
  const [method = '', path = '', ...who] = said.split(' ');
  return {
    route: new RegExp(`^${method} ${path}$`),
    who: who.filter((one) => one !== '-'),
    ofNoCase: who[0] === '-',
    wants: wants.split(' ').filter((one) => one !== ''),
  };
});

/** The line about a route; undefined where the oracle has none. */
const lineOf = (route: string): Line | undefined => parsed.find((line) => line.route.test(route));
export const isSpokenOf = (route: string): boolean => lineOf(route) !== undefined;

const isThere = (told: Told, from: Stage): boolean => stages.indexOf(told.stage) >= stages.indexOf(from);

const hasPart = (part: Part, names: Names, actor: Actor, told: Told, evenTaken: boolean): readonly Job[] => {
  const { name } = actor;
  const takesOver = (evenTaken || part === 'T') && told.takers[part]?.includes(name) === true;
  const jobs = heldBy(actor);
  const { at, as, from, who } = parts[part];
  if (inProposals.includes(part) && names !== 'PROPOSAL') return [];
  if (!isThere(told, from)) return [];
  if (part === 'R') {
    // Whoever answers at the board, until it has named who receives; until the clearance those who were asked know of it too.
    const named = isThere(told, 'CLEARED') ? told.receivers : [...told.receivers, ...told.askedThere];
    if (isThere(told, 'ACCEPTED') && !named.includes(name) && !takesOver) return [];
  } else if (who !== 'everybody' && !told[who].includes(name) && !takesOver) return [];
  return jobs.filter((job) => job.at === at && (as as readonly string[]).includes(job.as));
};

/** For what a part, or a job of no case, does what a route does: the first line that fits. */
const purposes: readonly (readonly [RegExp, string, parts?: string])[] = [
  [/broken-glasses/, 'EMERGENCY'],
  [/impartiality-declarations|disqualifications/, 'IMPARTIALITY'],
  [/\/log-reviews|as=LOG_REVIEWER/, 'LOG_REVIEW'],
  [/\/(information-requests|stay-inquiries)|GET \/inquiries/, 'INQUIRY'],
  [/\/document-requests/, 'PUBLIC_ACCESS'],
  [/\/referrals/, 'REFERRAL'],
  [/\/(appointments|appointment-endings|trainings|register-rules)$/, 'ADMINISTRATION'],
  [/\/(duties|rules|coordination-cases)|as=NATIONAL/, 'COORDINATION'],
  [/POST .*access-reports/, 'PERSONS_ACCESS'],
  [/capacity-declarations/, 'RECEPTION'],
  [/contact-changes/, 'RECEPTION', 'R'],
  [/contact-changes/, 'ADMISSION', 'F'],
  [/\/(proposals|own-capacity)|as=RECEIVING/, 'PLACEMENT_ANSWER', 'R-'],
  [/admission|as=HOUSING/, 'ADMISSION', 'F-'],
  [/\/(alarms|decided-places)/, 'ALARM'],
  [/./, 'ALARM', 'D'],
  [/departures/, 'ALARM', 'T'],
  [/police-cases|threat-assessments|as=POLICE/, 'THREAT_ASSESSMENT', 'P-'],
  [/./, 'COORDINATION', 'N'],
  [/./, 'PROTECTION', 'PTX'],
  [/\/(police-placements|adversary-presences|protection-cases)|as=TAX/, 'PROTECTION', '-'],
  [
    /waiver-withdrawals|(protections|notices|withholdings|exposed-registers|arrivals|departures|exposures)$/,
    'PROTECTION',
    'H',
  ],
  [/./, 'SUPPORT'],
];

/** On what somebody in a job handles personal data at all. */
const basisOf = (route: string, { at, as }: Job): string => {
  if (as === 'DOCUMENT_DECIDER') return /decisions|take-overs/.test(route) ? 'OSL_6_3' : 'TF_2';
  if (as === 'LOG_REVIEWER')
    return at.endsWith('board') || at === 'provider'
      ? 'SOLPUL_10'
      : at.includes('police') || at === 'probation service'
        ? 'BDL_2018_1177'
        : 'GDPR_32';
  if (as === 'HOME_DUTY_OFFICER') return 'OSL_10_2';
  if (as.startsWith('POLICE_')) return 'BRL_2_1';
  if (at === 'probation service') return 'BDL_2018_1177';
  if (as === 'REGISTRAR') return 'OSL_5_1';
  if (as === 'DOCUMENT_REGISTRAR') return 'TF_2';
  if (as === 'PROTECTION_OFFICER') return 'FOL_16';
  return at.endsWith('board') || at === 'provider' ? 'SOLPUL_6' : 'GDPR_6_1_E';
};

/** In whose name, for what and on what somebody may do it: each way that carries it. Empty where nothing does. */
export const waysToAnswer = (
  route: string,
  names: Names,
  actor: Actor,
  told: Told | undefined,
): readonly string[] => {
  const line = lineOf(route);
  if (!line) return [];
  return line.who.flatMap((one) =>
    (line.ofNoCase
      ? heldBy(actor)
      : told
        ? hasPart(one[0] as Part, names, actor, told, one.endsWith('+'))
        : []
    )
      .filter((job) => fitsLine(job, one, actor))
      .map((job) => {
        const part = line.ofNoCase ? '-' : one[0]!;
        const [, purpose] = purposes.find(
          ([which, , whose]) => which.test(route) && (whose?.includes(part) ?? true),
        )!;
        return `${job.at} ${purpose} ${basisOf(route, job)}`;
      }),
  );
};

/** Jobs that somebody has now, at the authority that vouches for the login. */
const heldBy = ({ jobs, via }: Actor): readonly Job[] =>
  jobs.filter(({ time, at }) => time === 'NOW' && authorityOf(at) === authorityOf(via));

/** Whether a job is what a word of a line asks for: H, P.POLICE_ASSESSOR, NATIONAL_COORDINATOR~. */
const fitsLine = (job: Job, said: string, { onDuty }: Actor): boolean => {
  const one = said.replace('+', '');
  const [, wanted, place] = /^(?:\w\.)?(\w+?)[!~]?(?:@(\w+))?$/.exec(one) ?? [];
  return (
    (one.length <= 2 || job.as === wanted) &&
    (place === undefined || job.at === place) &&
    (!one.endsWith('!') || job.delegated) &&
    (!one.endsWith('~') || onDuty)
  );
};

/** What somebody should be answered. @param told undefined where there is nothing by that id */
export const shouldBeAnswered = (
  route: string,
  names: Names,
  actor: Actor,
  told: Told | undefined,
): Answer => {
  const line = lineOf(route);
  if (!line) throw new Error(`the oracle says nothing of ${route}`);
  const may = (jobs: readonly Job[], one: string): boolean => jobs.some((job) => fitsLine(job, one, actor));
  let allowed: boolean;
  if (line.ofNoCase) allowed = line.who.some((one) => may(heldBy(actor), one));
  else {
    if (!told) return 'UNKNOWN';
    if (told.disqualified.includes(actor.name) && !line.wants.includes('again')) return 'UNKNOWN';
    // Who is only told something knows of the case where that can be read, and nowhere else.
    const held = (Object.keys(parts) as Part[])
      .filter((part) => part !== 'K' || line.who.includes('K'))
      .map((part) =>
        hasPart(
          part,
          names,
          actor,
          told,
          line.who.some((one) => one.startsWith(part) && one.endsWith('+')),
        ),
      );
    if (held.every((jobs) => jobs.length === 0)) return 'UNKNOWN';
    if (line.wants.includes('cleared') && !isThere(told, 'CLEARED')) return 'UNKNOWN';
    allowed = line.who.some((one) =>
      may(hasPart(one[0] as Part, names, actor, told, one.endsWith('+')), one),
    );
  }
  const declared = !line.wants.includes('declared') || told?.declared.includes(actor.name) === true;
  if (!allowed || !actor.trained || !declared) return 'FORBIDDEN';
  const late = line.wants.includes('fresh') && actor.minutes > 15;
  return actor.level < 3 || late ? 'LOA' : 'OK';
};
