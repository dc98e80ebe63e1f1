import { type Actor, DomainError, fold, type Instant, streamName, type Token } from '#kernel';
import { coordinationDecider, type CoordinationEvent, onDutyAt } from '#domain/coordination';
import type { OfficialFunction } from '#domain/appointment';
import { type CommandContext, UnknownTarget } from './command-executor.js';
import type { Facts } from './facts.js';
import type { Intents, IntentType } from './intents.js';
import type { Directory } from './organisations.js';
import { coordinatorId } from './reference/organisations.js';

/** The part that an official must have in the case that an intent is about. */
export type Relation =
  | 'NONE'
  | 'HOME_BOARD'
  | 'HOME_POLICE'
  | 'HOME_BOARD_OR_POLICE'
  | 'ON_THE_SPOT'
  | 'COORDINATOR'
  | 'RECEIVING_BOARD'
  | 'RECEIVING_POLICE'
  | 'HOUSING_PROVIDER';

/**
 * Who, in the case at hand, may ask for what. That a person holds the right function at all is checked before, by the
 * policy beside the route; this says whether it is that person's case.
 */
export const relationFor: Readonly<Record<IntentType, Relation>> = {
  OpenCase: 'NONE',
  SignWaiver: 'HOME_BOARD',
  WithdrawWaiver: 'HOME_BOARD',
  RegisterSupportDecision: 'HOME_BOARD',
  RequestRelocation: 'HOME_BOARD',
  ApproveCounterProposal: 'HOME_BOARD',
  RejectCounterProposal: 'HOME_BOARD',
  ConfirmArrival: 'HOME_BOARD',
  RecordFollowUp: 'HOME_BOARD_OR_POLICE',
  StartSupervisedClosing: 'HOME_BOARD',
  CloseCase: 'HOME_BOARD',
  ConfirmDeparture: 'ON_THE_SPOT',
  AssessThreat: 'HOME_POLICE',
  ConfirmLowering: 'HOME_POLICE',
  RejectLowering: 'HOME_POLICE',
  RecordConflictEntries: 'HOME_POLICE',
  RecordAdversaryPresence: 'NONE',
  AnswerReferral: 'RECEIVING_POLICE',
  RecordTransfer: 'HOME_POLICE',
  CheckCandidate: 'COORDINATOR',
  OrderProposal: 'COORDINATOR',
  ClearPlacement: 'COORDINATOR',
  TakeDuty: 'NONE',
  EnactRules: 'COORDINATOR',
  DeclareCapacity: 'NONE',
  PrepareAnswer: 'RECEIVING_BOARD',
  DecideAnswer: 'RECEIVING_BOARD',
  GrantAdmission: 'HOUSING_PROVIDER',
  RefuseAdmission: 'HOUSING_PROVIDER',
  AppointOfficial: 'NONE',
  EndAppointment: 'NONE',
  RecordTraining: 'NONE',
};

/** What an intent points at; the rest of it does not matter here. */
interface Target {
  readonly caseId?: string;
  readonly proposalId?: string;
  readonly candidateId?: string;
}

/** Says whether a thing lies within an official's part of a case. What lies outside is as unknown as what does not exist. */
export class Jurisdiction {
  constructor(
    private readonly facts: Facts,
    private readonly directory: Directory,
  ) {}

  /**
   * @throws UnknownTarget when it is not this official's case, DomainError('coordination.not_on_duty') for a coordinator
   *   who is not on duty
   */
  async require<Type extends IntentType>(
    type: Type,
    intent: Intents[Type],
    context: CommandContext,
  ): Promise<void> {
    await this.requireRelation(relationFor[type], intent as Target, context.by, context.at);
  }

  async requireRelation(relation: Relation, target: Target, by: Actor, at: Instant): Promise<void> {
    if (!(await this.holds(relation, target, by, at))) throw new UnknownTarget();
  }

  private async holds(relation: Relation, target: Target, by: Actor, at: Instant): Promise<boolean> {
    switch (relation) {
      case 'NONE':
        return true;
      case 'HOME_BOARD':
        return this.isHomeBoard(target, by);
      case 'HOME_POLICE':
        return this.isHomePolice(target, by);
      case 'HOME_BOARD_OR_POLICE':
        return (await this.isHomeBoard(target, by)) || (await this.isHomePolice(target, by));
      case 'ON_THE_SPOT':
        // Who can see that somebody has left: Police of the place, the home board and its duty officer.
        return (
          (await this.isReceivingPolice(target, by)) ||
          (await this.isHomeBoard(target, by)) ||
          (await this.isDutyOfficer(target, by))
        );
      case 'COORDINATOR':
        return this.isCoordinator(by, at);
      case 'RECEIVING_BOARD':
        return this.isReceivingBoard(target, by);
      case 'RECEIVING_POLICE':
        return this.isReceivingPolice(target, by);
      case 'HOUSING_PROVIDER':
        return this.isHousingProvider(target, by);
    }
  }

  private async opened(target: Target) {
    return (await this.facts.relocation(await this.caseId(target))).opened;
  }

  private async caseId({ caseId, proposalId }: Target): Promise<string> {
    if (caseId) return caseId;
    if (!proposalId) throw new UnknownTarget();
    return this.facts.caseOfProposal(proposalId);
  }

  private async isHomeBoard(target: Target, by: Actor): Promise<boolean> {
    const { board, officers } = await this.opened(target);
    return board === by.organisation && officers.includes(by.person);
  }

  private async isDutyOfficer(target: Target, by: Actor): Promise<boolean> {
    const { board, dutyOfficers } = await this.opened(target);
    return board === by.organisation && dutyOfficers.includes(by.person);
  }

  private async isHomePolice(target: Target, by: Actor): Promise<boolean> {
    const { homePolice, homePoliceContacts } = await this.opened(target);
    return homePolice === by.organisation && homePoliceContacts.includes(by.person);
  }

  private async isCoordinator(by: Actor, at: Instant): Promise<boolean> {
    if (by.organisation !== this.directory.organisation(coordinatorId)) return false;
    const events = await this.facts.events(streamName('coordination', 'national'));
    const onDuty = onDutyAt(fold(coordinationDecider, events as unknown as CoordinationEvent[]), at);
    // Until somebody has taken over, it is whoever holds the office itself.
    const mayAct = onDuty ? onDuty === by.person : await this.holdsOffice(by.person, at);
    if (!mayAct) throw new DomainError('coordination.not_on_duty');
    return true;
  }

  private async holdsOffice(person: Token, at: Instant): Promise<boolean> {
    const office: OfficialFunction = 'NATIONAL_COORDINATOR';
    return (await this.facts.appointmentsAt(person, at)).some(
      (appointment) => appointment.function === office,
    );
  }

  private async isReceivingBoard(target: Target, by: Actor): Promise<boolean> {
    const proposal = await this.facts.proposal(await this.caseId(target), target.proposalId ?? '');
    return proposal.board === by.organisation;
  }

  private async isReceivingPolice(target: Target, by: Actor): Promise<boolean> {
    const caseId = await this.caseId(target);
    const { receivingPolice, receivingPoliceContacts } = target.candidateId
      ? await this.facts.candidate(caseId, target.candidateId)
      : await this.facts.proposal(caseId, target.proposalId ?? '');
    return receivingPolice === by.organisation && receivingPoliceContacts.includes(by.person);
  }

  private async isHousingProvider({ proposalId }: Target, by: Actor): Promise<boolean> {
    const { requested } = await this.facts.placement(proposalId ?? '');
    return requested.provider === by.organisation && requested.directors.includes(by.person);
  }
}
