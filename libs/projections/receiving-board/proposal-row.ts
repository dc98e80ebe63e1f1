import type { Competence, HousingForm, Instant, PlainDate, ThreatLevel, Token } from '#kernel';
import type { CounterTerms, PreparedAnswer } from '#domain/consent';
import type { ContactPart } from '#domain/disclosure';
import { allowedActions, type BoardStatus } from '../shared/allowed-actions.js';
import { personsAfter } from '../shared/contacts.js';
import type { DomainEvent } from '../shared/events.js';
import type { InboxItem } from '../shared/inbox.js';
import type { Positioned } from '../shared/table.js';
import { notToldYet, ToldTable, type WaitsForTelling } from '../shared/told-facts.js';

/** What a receiving board reads of a proposal. Nothing says whose it is or where it comes from. */
export interface ReceivedProposal {
  readonly proposalId: string;
  readonly referenceCode: string;
  readonly status: BoardStatus | 'ORDERED';
  readonly level: ThreatLevel | null;
  readonly adults: number | null;
  readonly children: number | null;
  readonly housingForm: HousingForm | null;
  readonly competences: readonly Competence[] | null;
  readonly startOn: PlainDate | null;
  readonly answerBy: Instant | null;
  readonly round: number | null;
  readonly reminded: boolean | null;
  /** The board's own answer as prepared, and by whom: another person must decide it. */
  readonly preparedAnswer: PreparedAnswer | null;
  readonly preparedBy: Token | null;
  readonly counterTerms: CounterTerms | null;
  readonly plannedArrival: PlainDate | null;
  readonly arrivedAt: Instant | null;
}

/** What others wrote of the case: it stands in the row only while something is told to the board. */
export const toldOfProposal = [
  'level',
  'adults',
  'children',
  'housingForm',
  'competences',
  'plannedArrival',
  'arrivedAt',
] as const satisfies readonly (keyof ReceivedProposal)[];

export interface ReceivedProposalRow
  extends ReceivedProposal, WaitsForTelling<(typeof toldOfProposal)[number]>, Positioned {
  readonly organisation: Token;
  /** The board's contacts, with the receivers once they are named; from clearance the receivers alone. */
  readonly persons: readonly Token[];
  readonly receivers: readonly Token[];
  /** Who decided its yes, and may name others as long as he or she decides there; does not read for that. */
  readonly deciders: readonly Token[];
  /** The board runs the housing itself, and may therefore have the address. */
  readonly ownHousing: boolean;
  readonly caseId: string;
  readonly visible: boolean;
}

export const receivedProposalColumns = {
  proposalId: 'value',
  referenceCode: 'value',
  status: 'value',
  level: 'value',
  adults: 'value',
  children: 'value',
  housingForm: 'value',
  competences: 'value',
  startOn: 'date',
  answerBy: 'instant',
  round: 'value',
  reminded: 'value',
  preparedAnswer: 'json',
  preparedBy: 'value',
  counterTerms: 'json',
  plannedArrival: 'date',
  arrivedAt: 'instant',
} as const satisfies Record<keyof ReceivedProposal, string>;

export const receivedProposalTable = new ToldTable<ReceivedProposalRow>(
  'receiving_board.proposal_v1',
  'proposalId',
  {
    ...receivedProposalColumns,
    organisation: 'value',
    persons: 'value',
    receivers: 'value',
    deciders: 'value',
    ownHousing: 'value',
    caseId: 'value',
    visible: 'value',
    lastPosition: 'value',
  },
);

const over: readonly (BoardStatus | 'ORDERED')[] = ['DECLINED', 'EXPIRED', 'CANCELLED', 'CLOSED'];

export const isOver = (row: ReceivedProposal): boolean => over.includes(row.status);

/** From clearance until the end. */
export const isCleared = (row: ReceivedProposal): boolean =>
  row.status === 'CLEARED' || row.status === 'IN_TRANSFER' || row.status === 'PLACED';

/** How it ended, and nothing else. */
const ended = (
  row: ReceivedProposalRow,
  status: 'DECLINED' | 'EXPIRED' | 'CANCELLED' | 'CLOSED',
): ReceivedProposalRow => ({
  ...row,
  status,
  level: null,
  adults: null,
  children: null,
  housingForm: null,
  competences: null,
  startOn: null,
  answerBy: null,
  round: null,
  reminded: null,
  preparedAnswer: null,
  preparedBy: null,
  counterTerms: null,
  plannedArrival: null,
  arrivedAt: null,
});

const notPrepared = { preparedAnswer: null, preparedBy: null };

/** The row after one more event of its proposal, or of the case behind it. Undefined: there is no such row. */
export const receivedProposalAfter = (
  row: ReceivedProposalRow | undefined,
  event: DomainEvent,
): ReceivedProposalRow | undefined => {
  if (event.type === 'ProposalOrdered') return ordered(event);
  if (!row) return undefined;
  switch (event.type) {
    case 'ProposalAbandoned':
      // It was never put to the board.
      return undefined;
    case 'PlacementProposed':
      return { ...row, status: 'ASKED', visible: true, answerBy: event.data.answerBy };
    case 'ProposalReminded':
      return { ...row, reminded: true };
    case 'AnswerPrepared':
      return {
        ...row,
        status: 'PREPARED',
        preparedAnswer: event.data.answer,
        preparedBy: event.data.preparedBy,
      };
    case 'PlacementAccepted': {
      const { receivers, decidedBy, provider } = event.data;
      return {
        ...row,
        ...notPrepared,
        status: 'ACCEPTED',
        answerBy: null,
        receivers,
        deciders: [decidedBy],
        persons: [...new Set([...row.persons, ...receivers])],
        ownHousing: provider === row.organisation,
      };
    }
    case 'CounterProposed':
      return {
        ...row,
        ...notPrepared,
        status: 'COUNTERED',
        counterTerms: event.data.terms,
        round: event.data.round,
        answerBy: null,
      };
    case 'CounterProposalApproved': {
      const { startOn, answerBy, terms } = event.data;
      return {
        ...row,
        status: 'ASKED',
        startOn,
        answerBy,
        housingForm: terms.kind === 'HOUSING' ? terms.housingForm : row.housingForm,
        reminded: false,
      };
    }
    case 'PlacementDeclined':
      return ended(row, 'DECLINED');
    case 'ProposalExpired':
      return ended(row, 'EXPIRED');
    case 'ProposalWithdrawn':
    case 'CounterProposalRejected':
    case 'PlacementEnded':
      return isOver(row) ? row : ended(row, 'CANCELLED');
    case 'AdmissionGranted':
      return { ...row, status: 'ADMITTED' };
    case 'PlacementCleared':
      return {
        ...row,
        status: 'CLEARED',
        level: event.data.level,
        plannedArrival: event.data.plannedArrival,
        persons: row.receivers,
      };
    case 'ClearanceTakenBack':
      return { ...row, status: 'ADMITTED', plannedArrival: null };
    case 'TransferRecorded':
      return { ...row, status: 'IN_TRANSFER' };
    case 'ArrivalConfirmed':
      return { ...row, status: 'PLACED', arrivedAt: event.data.arrivedAt };
    case 'ThreatAssessed':
    case 'LoweringConfirmed':
      // Once the person is theirs to receive, the level is what it is now; before, it is the one they were asked with.
      return isCleared(row) ? { ...row, level: event.data.level } : row;
    case 'CaseClosed':
      return isOver(row) ? row : ended(row, 'CLOSED');
    case 'ContactChanged':
    case 'DisqualificationDeclared': {
      const after = (persons: readonly Token[], part: ContactPart): readonly Token[] =>
        personsAfter({ ...row, persons }, event, part, row.proposalId);
      // Before its yes a board has named nobody to receive.
      const asked = after(row.persons, 'ASKED_BOARD');
      return {
        ...row,
        persons: after(asked, 'RECEIVING_BOARD'),
        receivers: after(row.receivers, 'RECEIVING_BOARD'),
        deciders: after(row.deciders, 'RECEIVING_BOARD').filter((one) => row.deciders.includes(one)),
      };
    }
    default:
      return row;
  }
};

const ordered = ({ data }: Extract<DomainEvent, { type: 'ProposalOrdered' }>): ReceivedProposalRow => ({
  proposalId: data.proposalId,
  referenceCode: data.referenceCode,
  status: 'ORDERED',
  level: data.level,
  adults: data.adults,
  children: data.children,
  housingForm: data.housingForm,
  competences: data.competences,
  startOn: data.startOn,
  answerBy: data.answerBy,
  // Of the board's own counter-proposals. How many boards were asked before is not for this one to know.
  round: 0,
  reminded: false,
  preparedAnswer: null,
  preparedBy: null,
  counterTerms: null,
  plannedArrival: null,
  arrivedAt: null,
  organisation: data.board,
  persons: data.boardContacts,
  receivers: [],
  deciders: [],
  ownHousing: false,
  caseId: data.caseId,
  visible: false,
  ...notToldYet,
  lastPosition: '',
});

/** What waits for the receiving board. */
export const receivingInbox = (row: ReceivedProposalRow): readonly InboxItem[] => {
  if (row.status === 'ORDERED') return [];
  const actions = allowedActions({ role: 'RECEIVING_BOARD', status: row.status });
  if (row.status === 'ASKED') return [{ kind: 'ANSWER_PROPOSAL', dueAt: row.answerBy, actions }];
  if (row.status === 'PREPARED') return [{ kind: 'DECIDE_ANSWER', dueAt: row.answerBy, actions }];
  return [];
};
