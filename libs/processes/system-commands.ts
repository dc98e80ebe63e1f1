import { streamName } from '#kernel';
import type {
  AgeBand,
  AgencyKind,
  Instant,
  PlainDate,
  ProcessOutput,
  RecipientKind,
  SystemCommand,
  ThreatLevel,
  Token,
} from '#kernel';
import type { ConsentEvent } from '#domain/consent';
import type { DisclosureCommand, DisclosureEndReason, DisclosureEvent, ItemRef } from '#domain/disclosure';
import type { ReviewEvent } from '#domain/log-review';
import type { ClearanceRefusal, PlacementEndReason } from '#domain/placement';
import type { AnswerStep } from '#domain/public-access';
import type { CloseCode } from '#domain/relocation';
import type { ReassessmentReason } from '#domain/threat-assessment';

type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];
type Answer = Extract<DisclosureCommand, { type: 'RecordAnswer' }>['data'];
type Withdrawn = Extract<ConsentEvent, { type: 'ProposalWithdrawn' }>['data'];
type Abandoned = Extract<ConsentEvent, { type: 'ProposalAbandoned' }>['data'];

interface OfCase {
  readonly caseId: string;
}
interface OfProposal extends OfCase {
  readonly proposalId: string;
}
interface OfArea extends OfProposal {
  readonly area: Token;
}
interface OfBoard extends OfProposal {
  readonly board: Token;
}

export interface DiscloseData extends OfCase {
  readonly subject: string;
  readonly disclosureId: string;
  readonly recipientKind: RecipientKind;
  readonly recipient: Token;
  readonly persons: readonly Token[];
  readonly purpose: Disclosed['purpose'];
  readonly foot: Disclosed['foot'];
  readonly legalBasis: string;
  readonly secrecyAtHolder: string;
  readonly expiresAt?: Instant;
  readonly proposalId?: string;
  /** The handler adds `items`: the envelopes that lie there, verbatim. */
  readonly refs: readonly ItemRef[];
  /** Where it says what became of an application, the handler adds whom the board has named. */
  readonly protection?: Disclosed['protection'];
}

/**
 * Every command that a process sends, with exactly the fields that it sends. What a handler must add is said in the
 * README; a new command is a new line here, and every switch over refusals stops compiling until it is handled.
 */
export interface SentData {
  AlertReview: Extract<ReviewEvent, { type: 'ReviewAlerted' }>['data'];
  EndGlass: OfCase & { readonly glassId: string };
  ClaimSubject: OfCase & { readonly subject: string };
  ReleaseClaim: OfCase & { readonly subject: string };
  OrderReassessment: OfCase & { readonly reason: ReassessmentReason; readonly dueAt: Instant };
  ExpireAssessment: OfCase & { readonly version: number };
  ExpireReferral: OfCase & { readonly candidateId: string };
  ConfirmProposal: OfProposal;
  AbandonProposal: OfProposal & { readonly reason: Abandoned['reason'] };
  RemindProposal: OfProposal;
  ExpireProposal: OfProposal;
  WithdrawProposal: OfProposal & { readonly reason: Withdrawn['reason'] };
  RequestAttention: OfCase & { readonly step: string; readonly code: string };
  ReserveArea: OfArea & {
    readonly subject: string;
    readonly municipality: Token;
    readonly checkedRevision: number;
  };
  SetAreaHousing: OfArea & { readonly housing: Token };
  ConfirmArea: OfArea;
  ReleaseArea: OfArea;
  RecheckArea: { readonly area: Token };
  ReserveCapacity: OfBoard & { readonly places: number; readonly until: Instant };
  ConfirmCapacity: OfBoard;
  ReleaseCapacity: OfBoard;
  DiscloseInformation: DiscloseData;
  /** `caseId`: the inquiry itself without a case. The handler adds whose data it is, and what was written here of it. */
  RecordAnswer: Omit<Answer, 'subject' | 'sources'>;
  EndDisclosure: OfCase & { readonly disclosureId: string; readonly reason: DisclosureEndReason };
  RequestAdmission: OfProposal & {
    readonly subject: string;
    readonly provider: Token;
    readonly directors: readonly Token[];
    readonly housing: Token;
    readonly board: Token;
    readonly area: Token;
    readonly municipality: Token;
    readonly level: ThreatLevel;
    readonly ageBand: AgeBand;
    readonly referenceCode: string;
    readonly startOn: PlainDate;
  };
  TakeClearanceBack: OfProposal & { readonly reason: ClearanceRefusal };
  AlertArrivalOverdue: OfProposal;
  OrderFollowUp: OfProposal & { readonly number: number; readonly dueAt: Instant };
  MissFollowUp: OfProposal & { readonly number: number };
  AlertConflict: OfProposal;
  EndPlacement: OfProposal & { readonly reason: PlacementEndReason };
  CloseCase: OfCase & { readonly code: CloseCode };
  RemindProtectionExpiry: OfCase & { readonly protectionId: string; readonly daysLeft: number };
  ExpireProtection: OfCase & { readonly protectionId: string };
  RemindRegistrationNotice: OfCase & { readonly number: number };
  ReopenRegistrationNotice: OfCase;
  SupersedeRegistrationNotice: OfProposal;
  ReopenExposedRegisters: OfProposal;
  AlertDocumentAnswerOverdue: {
    readonly requestId: string;
    readonly step: AnswerStep;
    readonly dueAt: Instant;
  };
}

export type SentType = keyof SentData;

/** A command of a process as it comes back with its outcome: its type says what its data are. */
export type Sent = { [Type in SentType]: { readonly type: Type; readonly data: SentData[Type] } }[SentType];

/** Only commands of this table are ever issued by the processes of this lib. */
export const asSent = (command: SystemCommand): Sent =>
  ({ type: command.type, data: command.data }) as unknown as Sent;

export interface Agency {
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
}

/** `onBehalfOf`: the agency that owns the step. */
export const send = <Type extends SentType>(
  type: Type,
  data: SentData[Type],
  onBehalfOf: Agency,
): ProcessOutput => ({
  kind: 'send',
  command: { type, stream: streamOf({ type, data } as unknown as Sent), data, onBehalfOf },
});

/** The stream that decides a command. */
const streamOf = (sent: Sent): string => {
  switch (sent.type) {
    case 'AlertReview':
      return streamName('review', sent.data.reviewId);
    case 'EndGlass':
      return streamName('break-glass', sent.data.caseId);
    case 'ClaimSubject':
    case 'ReleaseClaim':
      return streamName('claim', sent.data.subject);
    case 'OrderReassessment':
    case 'ExpireAssessment':
      return streamName('threat-assessment', sent.data.caseId);
    case 'ExpireReferral':
    case 'ConfirmProposal':
    case 'AbandonProposal':
    case 'RemindProposal':
    case 'ExpireProposal':
    case 'WithdrawProposal':
    case 'RequestAttention':
      return streamName('consent', sent.data.caseId);
    case 'ReserveArea':
    case 'SetAreaHousing':
    case 'ConfirmArea':
    case 'ReleaseArea':
    case 'RecheckArea':
      return streamName('area', sent.data.area);
    case 'ReserveCapacity':
    case 'ConfirmCapacity':
    case 'ReleaseCapacity':
      return streamName('destination', sent.data.board);
    case 'RecordAnswer':
      return sent.data.caseId === sent.data.inquiryId
        ? streamName('inquiry', sent.data.inquiryId)
        : streamName('disclosure', sent.data.caseId);
    case 'DiscloseInformation':
    case 'EndDisclosure':
      return streamName('disclosure', sent.data.caseId);
    case 'RequestAdmission':
    case 'TakeClearanceBack':
    case 'AlertArrivalOverdue':
    case 'OrderFollowUp':
    case 'MissFollowUp':
    case 'AlertConflict':
    case 'EndPlacement':
      return streamName('placement', sent.data.proposalId);
    case 'AlertDocumentAnswerOverdue':
      return streamName('public-access', sent.data.requestId);
    case 'CloseCase':
      return streamName('relocation', sent.data.caseId);
    case 'RemindProtectionExpiry':
    case 'ExpireProtection':
    case 'RemindRegistrationNotice':
    case 'ReopenRegistrationNotice':
    case 'SupersedeRegistrationNotice':
    case 'ReopenExposedRegisters':
      return streamName('protected-data', sent.data.caseId);
  }
};
