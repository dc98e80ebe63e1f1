import type {
  Competence,
  EventOf,
  HousingForm,
  Instant,
  PlainDate,
  ThreatLevel,
  Token,
  Verdict,
} from '#kernel';

// Stored formats of `consent-<case>`: candidates, and receiving municipalities asked. Consent is the municipality's
// yes; the person's own is the waiver (libs/domain/disclosure).

export const declineReasons = [
  'CAPACITY',
  'COMPETENCE',
  'HOUSING',
  'LOCAL_RISK',
  'PRINCIPLE',
  'OTHER',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

/** What a receiving board may counter with. A start date is enough for now; more kinds are added here, as a union. */
export type CounterTerms =
  | { readonly kind: 'START_DATE'; readonly startOn: PlainDate }
  | { readonly kind: 'HOUSING'; readonly housingForm: HousingForm };

/** The answer as one officer prepares it and another, with delegation, decides it. */
export type PreparedAnswer =
  | { readonly kind: 'ACCEPT' }
  | { readonly kind: 'DECLINE'; readonly reason: DeclineReason }
  | { readonly kind: 'COUNTER'; readonly terms: CounterTerms };

export type ConsentEvent =
  | EventOf<
      'CandidateChecked',
      {
        caseId: string;
        candidateId: string;
        municipality: Token;
        board: Token;
        /** Persons of that board with a receiving function: they may read the need profile while the board is asked. */
        boardContacts: readonly Token[];
        area: Token;
        /** The regional police unit of the candidate's region and its contacts: asked when the check refers. */
        receivingPolice: Token;
        receivingPoliceContacts: readonly Token[];
        verdict: Verdict;
        checkedAt: Instant;
        /** Revision of `area-<area>` at which the rings were run; -1 when that stream did not exist. */
        areaRevision: number;
        /**
         * How often Police had changed their register for this person, counted before the rings were run. A count, as
         * times may be equal: what is not among these came after the check.
         */
        registerChanges: number;
        /** When Police's silence drops the candidate; only for REFER_TO_POLICE. */
        referralDueAt?: Instant;
      }
    >
  | EventOf<
      'ReferralAnswered',
      {
        caseId: string;
        candidateId: string;
        answer: 'CLEAR' | 'NOT_AVAILABLE';
        /** The age of the check is counted from here: Police looked again. */
        answeredAt: Instant;
      }
    >
  | EventOf<'ReferralExpired', { caseId: string; candidateId: string }>
  | EventOf<
      'ProposalOrdered',
      {
        caseId: string;
        subject: string;
        proposalId: string;
        candidateId: string;
        municipality: Token;
        board: Token;
        boardContacts: readonly Token[];
        area: Token;
        areaRevision: number;
        receivingPolice: Token;
        receivingPoliceContacts: readonly Token[];
        /** Random code under which the receiving board knows the case before clearance. */
        referenceCode: string;
        level: ThreatLevel;
        assessmentVersion: number;
        adults: number;
        children: number;
        housingForm: HousingForm;
        competences: readonly Competence[];
        startOn: PlainDate;
        /** End of the fifth working day, or what the rules say. */
        answerBy: Instant;
        /** Half-way reminder. */
        remindAt: Instant;
        round: number;
      }
    >
  /** The reservations hold: the receiving board is asked now. */
  | EventOf<'PlacementProposed', { caseId: string; proposalId: string; board: Token; answerBy: Instant }>
  /** A reservation was refused before the board was asked; the candidate goes back. */
  | EventOf<
      'ProposalAbandoned',
      { caseId: string; proposalId: string; reason: 'CHECK_AGAIN' | 'NOT_AVAILABLE' | 'WAIVER_LAPSED' }
    >
  | EventOf<'ProposalReminded', { caseId: string; proposalId: string }>
  | EventOf<
      'AnswerPrepared',
      { caseId: string; proposalId: string; answer: PreparedAnswer; preparedBy: Token }
    >
  | EventOf<
      'PlacementAccepted',
      {
        caseId: string;
        proposalId: string;
        decidedBy: Token;
        /** The two persons of the receiving board who will know the person after clearance. */
        receivers: readonly Token[];
        provider: Token;
        directors: readonly Token[];
        housing: Token;
      }
    >
  | EventOf<
      'PlacementDeclined',
      { caseId: string; proposalId: string; reason: DeclineReason; decidedBy: Token }
    >
  | EventOf<
      'CounterProposed',
      {
        caseId: string;
        proposalId: string;
        terms: CounterTerms;
        round: number;
        decidedBy: Token;
        answerBy: Instant;
      }
    >
  /** The home board took the counter-proposal; the receiving board then decides on its own terms. */
  | EventOf<
      'CounterProposalApproved',
      {
        caseId: string;
        proposalId: string;
        terms: CounterTerms;
        startOn: PlainDate;
        answerBy: Instant;
        /** The assessment that was valid when the home board said yes; may be newer than the proposal's. */
        assessmentVersion: number;
      }
    >
  | EventOf<'CounterProposalRejected', { caseId: string; proposalId: string }>
  | EventOf<'ProposalExpired', { caseId: string; proposalId: string }>
  | EventOf<
      'ProposalWithdrawn',
      {
        caseId: string;
        proposalId: string;
        /** NOT_AVAILABLE covers a conflict, a refused admission and a refused clearance alike: nobody may tell them apart. */
        reason: 'WAIVER_WITHDRAWN' | 'LEVEL_CHANGED' | 'NOT_AVAILABLE' | 'CASE_CLOSED';
      }
    >
  /** The process cannot go on by itself: a task on the coordinator's desk. Coded: which step, which refusal code. */
  | EventOf<'AttentionRequested', { caseId: string; step: string; code: string }>
  /** The coordinator has seen to all that was asked about this step so far. */
  | EventOf<'AttentionSettled', { caseId: string; step: string }>;
