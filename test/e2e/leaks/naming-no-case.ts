import { rules2026 } from '../../../libs/domain/coordination/index.js';
import { inventedOfficials } from '../../../libs/application/index.js';
import { officer } from '../../support/story.js';
import { home, receiver } from '../../support/system.js';
import { type Said, saidOf } from './canaries.js';
import { referredTo } from './played.js';

// Valid bodies for the commands whose path names nothing: about a person in whose case everything was played, and about
// one whom nobody has heard of. Whoever sends one learns nothing from it that the other would not tell.

/** Somebody of the board who holds no appointment yet. */
export const newOfficial = 'board-1280-officer-3';
/** Two appointments that can be ended: of an officer in the case, and of somebody who has no case. */
export type Appointments = Readonly<Record<'known' | 'unknown', string>>;

/** Another official of the same organisation, as whoever registers an inquiry names one. */
const colleagueOf = (sub: string): string => {
  const own = inventedOfficials.find((one) => one.sub === sub);
  const functions = own?.functions.map((one) => one.function) ?? [];
  const others = inventedOfficials.filter(
    (one) => one.organisation === own?.organisation && one.sub !== sub && one.sub !== newOfficial,
  );
  return (
    others.find((one) => one.functions.some((held) => functions.includes(held.function)))?.sub ??
    others[0]?.sub ??
    officer
  );
};

/** Of the region of these Police: home, the place to which they were asked to look, or where the person is. */
const ownMunicipality = (sub: string): string =>
  sub.startsWith('police-syd') ? home : sub.startsWith('police-ost') ? referredTo : receiver;

export interface Pair {
  readonly known: object;
  readonly unknown: object;
}
type About = Pick<Said, 'personalIdentityNumber' | 'givenName' | 'familyName' | 'adversaryNetwork'>;

/** By path: what this official sends. */
export const namingNoCase = (
  sub: string,
  said: About,
  appointments: Appointments,
): Readonly<Record<string, Pair>> => {
  const nobody: About = saidOf(19);
  const pair = (body: (about: About, which: 'known' | 'unknown') => object): Pair => ({
    known: body(said, 'known'),
    unknown: body(nobody, 'unknown'),
  });
  const official = (which: 'known' | 'unknown'): string => (which === 'known' ? officer : newOfficial);
  const version = (which: 'known' | 'unknown'): number => (which === 'known' ? 2 : 3);
  return {
    '/cases': pair(({ personalIdentityNumber, givenName, familyName }) => ({
      personalIdentityNumber,
      givenName,
      familyName,
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'SN 2026-99',
      officers: [],
    })),
    '/capacity-declarations': pair((_about, which) => ({
      places: version(which),
      housingForms: ['PROTECTED'],
      competences: ['DEFECTOR_SUPPORT'],
    })),
    '/adversary-presences': pair(({ personalIdentityNumber, adversaryNetwork }) => ({
      municipalityCode: ownMunicipality(sub),
      networks: [adversaryNetwork],
      persons: [personalIdentityNumber],
    })),
    '/duties': pair(() => ({})),
    '/rules': pair((_about, which) => ({
      rules: { ...rules2026.rules, version: version(which) },
      inForceFrom: `202${5 + version(which)}-01-01T00:00:00Z`,
    })),
    '/register-rules': pair((_about, which) => ({
      authority: 'board:1280',
      rules: {
        version: version(which),
        pattern: 'SN {YYYY}/{N}',
        copyFees: { freePages: 9, firstPages: 10, firstPagesOre: 5_000, furtherPageOre: 200 },
        source: 'Council decision 4/2026',
      },
      inForceFrom: `202${5 + version(which)}-01-01T00:00:00Z`,
    })),
    '/appointments': pair((_about, which) => ({
      official: official(which),
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'DOCUMENT_REGISTRAR',
      delegated: false,
      from: '2027-04-01T00:00:00Z',
    })),
    '/appointment-endings': pair((_about, which) => ({
      official: official(which),
      appointmentId: appointments[which],
      endsAt: '2026-06-01T00:00:00Z',
    })),
    '/trainings': pair((_about, which) => ({
      official: official(which),
      completedAt: '2026-03-01T00:00:00Z',
    })),
    '/information-requests': pair(({ personalIdentityNumber, familyName }) => ({
      personalIdentityNumber,
      requester: 'POLICE',
      reference: `Påhittad fråga om ${familyName}`,
      text: `Var finns ${familyName}?`,
      reviewers: [colleagueOf(sub)],
      basis: 'LAG_2025_170_2',
      purpose: 'CRIME_INVESTIGATION',
      asked: ['address'],
      stated: ['COMMITTED_CRIME'],
    })),
    '/stay-inquiries': pair(({ personalIdentityNumber, familyName }) => ({
      personalIdentityNumber,
      requester: 'KRONOFOGDEN',
      reference: `Påhittad fråga om ${familyName}`,
      text: `Bor ${familyName} här?`,
      reviewers: [colleagueOf(sub)],
      checked: 'CALLED_BACK',
    })),
    '/document-requests': pair(({ personalIdentityNumber, familyName }) => ({
      // One number is one request: each registrar of an authority has another.
      registryNumber: `Dnr om ${familyName} av ${sub}`,
      text: `Allt om ${familyName}, ${personalIdentityNumber}`,
      contact: familyName,
      kinds: ['CASE_FILE'],
      receivedAt: '2026-03-02T08:00:00Z',
    })),
  };
};
