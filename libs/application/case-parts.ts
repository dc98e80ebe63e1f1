import { type CaseFacts, type CaseStage, isInForce, type Official, type Part, vouchedFor } from '#access';
import { type AgencyKind, fold, type Instant, isToldKind, streamName, type Token } from '#kernel';
import { coordinationDecider, type CoordinationEvent, onDutyAt } from '#domain/coordination';
import { type ContactPart, holdersOf, type People } from '#domain/disclosure';
import type { ClaimEvent } from '#domain/relocation';
import type { CaseFile } from '#personal-data';
import { UnknownTarget } from './command-executor.js';
import { type Facts, isToldIn, lastOf, type Telling } from './facts.js';
import { canBeTakenOver, type Contacts, takesOver } from './handlers/dependencies.js';
import type { Directory } from './organisations.js';
import { organisations } from './reference/organisations.js';

/** What a route names. Its ids come from the path. */
export interface CaseTarget {
  readonly caseId?: string;
  readonly proposalId?: string;
  readonly candidateId?: string;
}

/**
 * Reads from the streams who has which part in the case that a route names; libs/access then answers who may. An agency
 * has a part from when it was told: before, the case is not there for it, whatever it asks.
 */
export class CaseParts {
  constructor(
    private readonly facts: Facts,
    /** Skatteverket: whether it was asked for protection is looked up for its own officers only. */
    private readonly taxAgency?: () => Token,
    /** Who may take over when nobody who is named can hand over any more. */
    private readonly contacts?: Contacts,
    /** The decisions of the case that say where the person stays, also when it is said that he or she has left. */
    private readonly decidedPlaces?: (file: CaseFile) => Promise<readonly unknown[]>,
  ) {}

  /**
   * Undefined when there is no such case, candidate or proposal, or when they do not belong together.
   * @param organisations for which the caller could have a part at all: what only others could have is not looked up.
   *   Asked late, so that who calls and what is called for are read at the same time.
   * @param at the instant that is asked about
   * @param caller who may take over; without a caller nobody does
   * @param standsBy whether the caller could stand by at all: for others it is not looked up what a decision says
   */
  async of(
    target: CaseTarget,
    organisations?: () => Promise<ReadonlySet<Token>>,
    at?: Instant,
    caller?: Token,
    standsBy?: () => Promise<boolean>,
  ): Promise<CaseFacts | undefined> {
    try {
      // Whom a route of this kind serves does not know the case.
      const caseId =
        target.caseId ?? (await this.facts.proposedCase(target.proposalId ?? target.candidateId ?? ''));
      const [{ opened, closed }, { told, people, ended }, ofCandidate, proposal] = await Promise.all([
        this.facts.relocation(caseId),
        this.facts.told(caseId),
        target.candidateId ? this.ofCandidate(caseId, target.candidateId) : [],
        target.proposalId ? this.ofProposal(caseId, target.proposalId) : undefined,
      ]);
      const alarmPlans = told.filter(isAlarmPlan);
      const mayStandSomewhere =
        alarmPlans.some(({ disclosureId }) => !ended.includes(disclosureId)) ||
        (!closed &&
          (await standsBy?.()) !== false &&
          (await this.isDecided({ caseId, subject: opened.subject })));
      const parts: readonly Part[] = [
        {
          relation: 'HOME_BOARD',
          organisation: opened.board,
          persons: heldNow(people, 'HOME_BOARD', opened.board, opened.officers),
        },
        ...partIf(mayStandSomewhere || alarmPlans.length > 0, {
          relation: 'HOME_DUTY',
          organisation: opened.board,
          // Duty officers change by rota: whoever holds the function, while somebody may stand there, or a decision says
          // where a child stays. Afterwards those remain who were named.
          ...(mayStandSomewhere ? {} : { persons: alarmPlans.flatMap(({ persons }) => persons) }),
        }),
        ...partIf(isToldIn(told, 'HOME_POLICE'), {
          relation: 'HOME_POLICE',
          organisation: opened.homePolice,
          persons: heldNow(people, 'HOME_POLICE', opened.homePolice, opened.homePoliceContacts),
        }),
        ...partIf(
          isToldIn(told, 'NATIONAL_COORDINATOR') ||
            ((await organisations?.())?.has(opened.coordinator) !== false &&
              (await this.isContested(caseId, opened.subject))),
          // Whoever holds the office: a deputy takes over cases that were opened before.
          { relation: 'NATIONAL_COORDINATOR', organisation: opened.coordinator },
        ),
        // Each telling is a part of its own: its persons are not those of another.
        ...told.flatMap(({ recipientKind, recipient, persons }) =>
          isToldKind(recipientKind)
            ? [
                {
                  relation: recipientKind,
                  organisation: recipient,
                  persons: heldNow(people, recipientKind, recipient, persons),
                },
              ]
            : [],
        ),
        ...((await this.isTaxAgency(organisations)) ? await this.ofProtection(caseId, people) : []),
        ...ofCandidate,
        ...(proposal ? proposal.parts(people) : []),
      ];
      return {
        file: { caseId, subject: opened.subject },
        // A case is cleared when rescuers were told where; a proposal by its own placement.
        stage: stageOf(closed, proposal?.cleared ?? told.some(({ foot }) => foot === 'RESCUE')),
        impartial: people.impartial,
        disqualified: people.disqualified,
        parts: await this.orTakenOver(parts, people.disqualified, organisations, at, caller),
      };
    } catch (error) {
      if (error instanceof UnknownTarget) return undefined;
      throw error;
    }
  }

  /**
   * Whether a decision says where the person stays: whoever stands by fetches a child from there, too. Once the child has
   * left, what the part still gives is to take that back; a glass is not broken and opens nothing.
   */
  private async isDecided(file: CaseFile): Promise<boolean> {
    return ((await this.decidedPlaces?.(file)) ?? []).length > 0;
  }

  /** A contested claim is on the coordinator's desk before anything else is. */
  private async isContested(caseId: string, subject: string): Promise<boolean> {
    const events = await this.facts.events(streamName('claim', subject));
    const contested = lastOf<ClaimEvent, 'SubjectClaimContested'>(
      events,
      'SubjectClaimContested',
      (data) => data.caseId === caseId,
    );
    return contested !== undefined;
  }

  private async isTaxAgency(organisations?: () => Promise<ReadonlySet<Token>>): Promise<boolean> {
    if (!this.taxAgency) return false;
    return (await organisations?.())?.has(this.taxAgency()) !== false;
  }

  /** From an application on which Skatteverket decides. */
  private async ofProtection(caseId: string, people: People): Promise<readonly Part[]> {
    return (await this.facts.applications(caseId)).map(({ organisation, named }) => ({
      relation: 'TAX_AGENCY' as const,
      organisation,
      persons: heldNow(people, 'TAX_AGENCY', organisation, named),
    }));
  }

  /**
   * A part must not be nobody's: then no withdrawal would be registered, nobody would be fetched, and nobody could name
   * others. When nobody who is named for it can name others any more, the caller takes it over who may there (asked of the one,
   * since a list of all might be cut): for what shows nothing and somebody must be able to do (`forTakers` beside the
   * route); for everything else one of them is named first. But receiving Police fetch the person, whoever works there:
   * their coordinators have the placement and its alarm plan at once. The read model and the vault say the same of the rows
   * and the key (directory.holds).
   */
  private async orTakenOver(
    parts: readonly Part[],
    disqualified: readonly Token[],
    organisations?: () => Promise<ReadonlySet<Token>>,
    at?: Instant,
    caller?: Token,
  ): Promise<readonly Part[]> {
    const { contacts } = this;
    if (!contacts || at === undefined || caller === undefined) return parts;
    const may = await organisations?.();
    return Promise.all(
      parts.map(async (part) => {
        const { relation, organisation, persons } = part;
        if (!persons || !canBeTakenOver(relation) || may?.has(organisation) === false) return part;
        // Of two applications at Skatteverket one may have its officers still.
        const able = parts
          .filter((one) => one.relation === relation && one.organisation === organisation)
          .flatMap((one) => one.persons ?? [])
          .filter((one) => !disqualified.includes(one));
        const taken = await takesOver(contacts, caller, relation, organisation, [...new Set(able)], at);
        if (!taken) return part;
        // Those who are disqualified stay in it, so that they may say it again.
        return relation === 'RECEIVING_POLICE'
          ? { ...part, persons: [...new Set([...persons, caller])] }
          : { ...part, takers: [caller] };
      }),
    );
  }

  private async ofCandidate(caseId: string, candidateId: string): Promise<readonly Part[]> {
    const [{ receivingPolice, receivingPoliceContacts, verdict }, over] = await Promise.all([
      this.facts.candidate(caseId, candidateId),
      this.facts.isReferralOver(caseId, candidateId),
    ]);
    // About a candidate that is clear nobody is asked; and what is over is gone from their desk, to answer as to read.
    return partIf(verdict === 'REFER_TO_POLICE' && !over, {
      relation: 'RECEIVING_POLICE',
      organisation: receivingPolice,
      persons: receivingPoliceContacts,
    });
  }

  private async ofProposal(
    caseId: string,
    proposalId: string,
  ): Promise<{ readonly cleared: boolean; readonly parts: (people: People) => readonly Part[] }> {
    const { asked, accepted, ordered, placed, cleared } = await this.facts.proposalSides(caseId, proposalId);
    const { board } = ordered;
    /** Who was asked has been told until the clearance; who receives, and who decided it, is of the case from the yes on. */
    const ofBoard = (people: People, { receivers, decidedBy }: NonNullable<typeof accepted>) => [
      ...(cleared ? [] : heldNow(people, 'ASKED_BOARD', board, ordered.boardContacts, proposalId)),
      ...heldNow(people, 'RECEIVING_BOARD', board, [...receivers, decidedBy], proposalId),
    ];
    const parts = (people: People): readonly Part[] => [
      // Until the reservations hold the board has not been asked, and the proposal is not there for it. Before its yes
      // it has named nobody, and whoever holds the function there answers.
      ...partIf(asked, {
        relation: 'RECEIVING_BOARD',
        organisation: board,
        ...(accepted ? { persons: ofBoard(people, accepted) } : {}),
      }),
      // Whom the clearance names, who may be others than when the place was checked.
      ...(cleared
        ? [
            {
              relation: 'RECEIVING_POLICE',
              organisation: cleared.receivingPolice,
              persons: heldNow(
                people,
                'RECEIVING_POLICE',
                cleared.receivingPolice,
                cleared.receivingPoliceContacts,
                proposalId,
              ),
            } as const,
          ]
        : []),
      ...(placed
        ? [
            {
              relation: 'HOUSING_PROVIDER',
              organisation: placed.provider,
              persons: heldNow(people, 'HOUSING_PROVIDER', placed.provider, placed.directors, proposalId),
            } as const,
          ]
        : []),
    ];
    return { cleared: cleared !== undefined, parts };
  }
}

const stageOf = (closed: unknown, cleared: boolean): CaseStage =>
  closed ? 'CLOSED' : cleared ? 'CLEARED' : 'BEFORE_CLEARANCE';

/** The home board's: receiving Police have their own. */
const isAlarmPlan = ({ recipientKind, foot }: Telling): boolean =>
  recipientKind === 'HOME_BOARD' && foot === 'RESCUE';

const heldNow = (
  people: People,
  part: ContactPart,
  organisation: Token,
  named: readonly Token[],
  proposalId?: string,
): readonly Token[] => {
  const changed = people.changes.filter((one) => one.part === part && one.organisation === organisation);
  const everHeld = [...named, ...changed.map(({ incoming }) => incoming)];
  return [
    ...holdersOf(people, { part, organisation, named, proposalId }),
    // libs/access keeps them out, and lets them say again that they are disqualified.
    ...people.disqualified.filter((one) => everHeld.includes(one)),
  ];
};

const partIf = (has: boolean, part: Part): readonly Part[] => (has ? [part] : []);

/** What a person is, at an instant, by appointment: the token only says who. */
export class Officials {
  constructor(
    private readonly facts: Facts,
    private readonly directory: Directory,
  ) {}

  /**
   * @param organisationNumber the authority that vouches for the login: appointments elsewhere are not covered by it
   */
  async of(
    person: Token,
    login: Official['login'],
    organisationNumber: string,
    at: Instant,
  ): Promise<Official> {
    const { appointments, trainedAt } = await this.facts.official(person);
    return {
      person,
      appointments: vouchedFor(
        appointments,
        organisationNumber,
        (unit) => this.directory.findOrganisation(unit)?.orgNumber,
      ),
      trainedAt,
      onDuty: await this.isOnDuty(person, appointments, at),
      login,
    };
  }

  /** Clear id of an organisation, for example board:1280. @throws Error for an organisation that is in no directory */
  idOf(organisation: Token): string {
    const found = this.directory.findOrganisation(organisation);
    if (!found) throw new Error('an appointment to an organisation that is in no directory');
    return found.id;
  }

  /** The one organisation of a kind that an authority is; undefined where it is none, or several (Police, by region). */
  authority(organisationNumber: string, kind: AgencyKind): Token | undefined {
    const own = organisations.filter(
      ({ orgNumber, agencyKind }) => orgNumber === organisationNumber && agencyKind === kind,
    );
    return own.length === 1 ? this.directory.organisation(own[0]!.id) : undefined;
  }

  private async isOnDuty(
    person: Token,
    appointments: Official['appointments'],
    at: Instant,
  ): Promise<boolean> {
    const held = appointments.filter(
      (appointment) => appointment.agencyKind === 'NATIONAL_COORDINATOR' && isInForce(appointment, at),
    );
    if (held.length === 0) return false;
    const events = await this.facts.events(streamName('coordination', 'national'));
    const onDuty = onDutyAt(fold(coordinationDecider, events as unknown as CoordinationEvent[]), at);
    if (onDuty) return onDuty === person;
    // Until somebody has taken over, it is whoever holds the office itself.
    return held.some((appointment) => appointment.function === 'NATIONAL_COORDINATOR');
  }
}
