import { type RecordedEvent, streamName, type Token, type Verdict } from '#kernel';
import type { ConflictCheck } from '#personal-data';
import type { AreaEvent } from '#domain/destination';
import type { ConsentEvent } from '#domain/consent';
import { type Facts, lastOf, type Resident } from './facts.js';

/** What the rings come to for one proposal, beside what Police's register says now. */
export interface SinceTheCheck {
  /** `consent-<case>`: the candidate's check, and what Police answered to it. */
  readonly consent: readonly RecordedEvent[];
  /** `area-<area>`, read after the register was asked. */
  readonly area: readonly RecordedEvent[];
  /** ConflictEntriesRecorded of the person and of all who are reserved or placed in the area; read after the register. */
  readonly entries: readonly RecordedEvent[];
  readonly housing?: Token;
  /** Housings of the other cases in the area. */
  readonly otherHousings: readonly Token[];
}

/**
 * What a verdict of the rings, run again for somebody who has been proposed, comes to. Police who were asked about this
 * candidate and answered CLEAR have looked at what the register says; the same finding is not put to them again. Their
 * answer stands only while nothing has changed since the check that they answered: nobody else was reserved, housed or
 * confirmed in the area, no presence was noted there, and the entries of the person and of those who are there are the
 * same. Whatever is not known to be harmless voids it. Nobody is covered in the same housing: the check that Police
 * answered did not know it yet.
 */
export const verdictAfterAnswer = (
  rerun: Verdict,
  { caseId, proposalId }: Pick<Resident, 'caseId' | 'proposalId'>,
  { consent, area, entries, housing, otherHousings }: SinceTheCheck,
): Verdict => {
  if (rerun === 'CLEAR') return 'CLEAR';
  const ordered = lastOf<ConsentEvent, 'ProposalOrdered'>(
    consent,
    'ProposalOrdered',
    (data) => data.proposalId === proposalId,
  );
  if (!ordered) return rerun;
  const ofCandidate = (data: { readonly candidateId: string }) =>
    data.candidateId === ordered.data.candidateId;
  const checked = lastOf<ConsentEvent, 'CandidateChecked'>(consent, 'CandidateChecked', ofCandidate);
  const answered = lastOf<ConsentEvent, 'ReferralAnswered'>(consent, 'ReferralAnswered', ofCandidate);
  if (!checked || answered?.data.answer !== 'CLEAR') return rerun;
  const stands =
    area.every((event) => event.revision <= checked.data.areaRevision || isHarmless(event, caseId)) &&
    entries.every((event) => event.position < checked.position) &&
    (housing === undefined || !otherHousings.includes(housing));
  return stands ? 'CLEAR' : rerun;
};

/** Events of an area that bring nobody and nothing new near a case. */
const isHarmless = (recorded: RecordedEvent, caseId: string): boolean => {
  const event = recorded as unknown as AreaEvent;
  switch (event.type) {
    case 'AreaReserved':
    case 'AreaHousingSet':
    case 'AreaConfirmed':
      return event.data.caseId === caseId;
    case 'AreaReleased':
    // What it found rests on other events, which are looked at themselves.
    case 'AreaRechecked':
      return true;
    case 'AdversaryPresenceChanged':
      return false;
    default:
      return false;
  }
};

/**
 * Runs the rings again for somebody who has been proposed, against the others in the area, and lets Police's answer
 * stand where it does. The register is asked first and the streams are read after it: what was changed in between voids
 * the answer. (A register row whose event is not written yet is not seen here; the event then has the area rechecked.)
 * @throws VaultUnavailable when the register cannot answer
 */
export const runRingsAgain = async (
  { facts, conflicts }: { readonly facts: Facts; readonly conflicts: Pick<ConflictCheck, 'verdict'> },
  area: Token,
  person: Resident,
  residents: readonly Resident[],
): Promise<Verdict> => {
  const { caseId, subject, municipality, housing } = person;
  const ofOthers = (all: readonly Resident[]) => all.filter((resident) => resident.caseId !== caseId);
  const rerun = await conflicts.verdict({
    subject,
    residents: ofOthers(residents),
    area,
    municipality,
    housing,
  });
  if (rerun === 'CLEAR') return 'CLEAR';
  const [consent, now] = await Promise.all([facts.events(streamName('consent', caseId)), facts.area(area)]);
  const others = ofOthers(now.residents);
  const entries = await Promise.all([person, ...others].map((one) => facts.conflictEntries(one)));
  return verdictAfterAnswer(rerun, person, {
    consent,
    area: now.events,
    entries: entries.flat(),
    housing,
    otherHousings: others.flatMap((other) => (other.housing === undefined ? [] : [other.housing])),
  });
};
