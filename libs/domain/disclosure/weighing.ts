import type { AgencyKind, DataClass, PlainDate } from '#kernel';
import {
  guardedClasses,
  type LegalBasis,
  type LegalGrounds,
  type LegalPurpose,
  type LegalRefusal,
  permits,
} from './legal-bases.js';
import { type Authority, authorityBehind, protectedThereAndAtOrigin, type Provision } from './provisions.js';

/** Why something is told. The last is enough for nothing that says who or where somebody is. */
export const releaseReasons = [
  'LIFE_AT_RISK',
  'CHILD_AT_RISK',
  'SERIOUS_CRIME',
  'NO_EXCEPTIONAL_REASON',
  'NO_HARM',
] as const;
/** Why it is not. The requester hears none of them: a no is the same, whoever it is about. */
export const refusalReasons = [
  'LIFE_AND_HEALTH',
  'HARM_TO_PERSON',
  'NOT_NEEDED',
  'OTHER_WAY',
  'NO_LEGAL_BASIS',
  'NOT_GENUINE',
  'NOTHING_HELD',
] as const;
export type WeighingReason = (typeof releaseReasons)[number] | (typeof refusalReasons)[number];

/** A request, and what somebody thinks should come of it. */
export interface Scales {
  readonly basis: string;
  readonly holder: AgencyKind;
  readonly requester: Authority;
  readonly purpose: LegalPurpose;
  readonly asked: readonly DataClass[];
  readonly released: readonly DataClass[];
  readonly reasons: readonly WeighingReason[];
  readonly grounds: LegalGrounds;
}

export type Weighing =
  | { readonly outcome: 'REFUSE' }
  | {
      readonly outcome: 'DISCLOSE';
      readonly wording: LegalBasis;
      readonly protectedBy: readonly Provision[];
      readonly secrecyAtHolder: Provision;
    }
  | {
      readonly outcome: 'NOT_POSSIBLE';
      readonly refusal:
        | LegalRefusal
        | 'NO_REASON'
        | 'MORE_THAN_ASKED'
        | 'NEVER_LEAVES'
        | 'WHO_AND_WHERE_TOGETHER'
        | 'GUARDED_CLASS';
      readonly rule: string;
    };

/**
 * The one weighing of every request from outside, whatever law it names. Refusal is the default: it needs a reason and
 * nothing else. To tell needs a reason, what was asked for, a basis that lifts every provision on that day, and, for
 * what says who or where somebody is, a reason that outweighs a life.
 */
export const weigh = (scales: Scales, on: PlainDate): Weighing => {
  const { asked, released, reasons, basis, holder, requester, purpose, grounds } = scales;
  const forRelease = reasons.filter((one) => (releaseReasons as readonly string[]).includes(one));
  if (released.length === 0)
    return reasons.length > forRelease.length ? { outcome: 'REFUSE' } : notPossible('NO_REASON', basis);
  if (forRelease.length === 0) return notPossible('NO_REASON', basis);
  const unasked = released.find((one) => !asked.includes(one));
  if (unasked !== undefined) return notPossible('MORE_THAN_ASKED', unasked);
  // What Police know of adversaries and sources stays in Police's boundary (domain.md 3, OSL 18:1-3) [design].
  if (released.includes('threat-detail')) return notPossible('NEVER_LEAVES', 'threat-detail');
  const place = released.find((one) => one === 'destination' || one === 'address');
  if (place !== undefined && released.includes('identity'))
    return notPossible('WHO_AND_WHERE_TOGETHER', place);
  const guarded = released.find((one) => guardedClasses.includes(one));
  if (guarded !== undefined && forRelease.every((one) => one === 'NO_HARM'))
    return notPossible('GUARDED_CLASS', guarded);

  const protectedBy = [...new Set(released.flatMap((one) => protectedThereAndAtOrigin(holder, one)))];
  const answer = permits(
    {
      basis,
      holder: authorityBehind(holder),
      protectedBy,
      recipient: requester,
      purpose,
      matter: released.every((one) => one === 'address') ? 'CONTACT_DATA' : 'DATA',
      ofCaseStore: true,
      grounds: { ...grounds, weighed: true, fourEyes: true, onRequest: true },
    },
    on,
  );
  if (!answer.permitted) return notPossible(answer.refusal, answer.rule);
  if (answer.protection === undefined) return notPossible('UNPROTECTED_AT_RECIPIENT', basis);
  const { wording, protection } = answer;
  const outweighed = forRelease.some((one) => one !== 'NO_HARM' && one !== 'NO_EXCEPTIONAL_REASON');
  // That no exceptional reason opposes is a reason only where the law asks for nothing more.
  if (guarded !== undefined && wording.balance !== 'EXCEPTIONAL_REASONS' && !outweighed)
    return notPossible('GUARDED_CLASS', guarded);
  // That nothing is harmed does not say that an interest obviously comes first.
  if (wording.balance === 'OBVIOUS' && !outweighed) return notPossible('NO_REASON', basis);
  return { outcome: 'DISCLOSE', wording, protectedBy, secrecyAtHolder: protection };
};

type NotPossible = Extract<Weighing, { outcome: 'NOT_POSSIBLE' }>;
const notPossible = (refusal: NotPossible['refusal'], rule: string): NotPossible => ({
  outcome: 'NOT_POSSIBLE',
  refusal,
  rule,
});
