import type { Instant, Projection, Token } from '#kernel';
import { flushBatch } from '../shared/batch.js';
import { lettingGo } from '../shared/erased.js';
import { domainEvent } from '../shared/events.js';
import { subscriptions } from '../shared/serving.js';
import { Table } from '../shared/table.js';

interface AppointmentRow {
  readonly appointmentId: string;
  readonly official: Token;
  readonly organisation: Token;
  readonly agencyKind: string;
  readonly function: string;
  readonly delegated: boolean;
  readonly fromAt: Instant;
  readonly untilAt: Instant | null;
}
const appointmentTable = new Table<AppointmentRow>('directory.appointment_v1', 'appointmentId', {
  appointmentId: 'value',
  official: 'value',
  organisation: 'value',
  agencyKind: 'value',
  function: 'value',
  delegated: 'value',
  fromAt: 'instant',
  untilAt: 'instant',
});

interface CaseOfRow {
  readonly id: string;
  readonly caseId: string;
}
const caseOfTable = new Table<CaseOfRow>('directory.case_of_v1', 'id', { id: 'value', caseId: 'value' });

const made: Projection = {
  name: subscriptions.directory,
  role: 'project_directory',
  schema: 'directory',
  tables: ['appointment_v1', 'case_of_v1'],
  handles: ['OfficialAppointed', 'AppointmentEnded', 'CandidateChecked', 'ProposalOrdered'],
  sequenceOf: (event) => event.stream,
  flush: flushBatch,
  async apply(event, transaction) {
    const { type, data } = domainEvent(event);
    switch (type) {
      case 'OfficialAppointed': {
        const { appointmentId, official, organisation, agencyKind, delegated } = data;
        if (await appointmentTable.find(transaction, appointmentId)) return;
        appointmentTable.save(transaction, {
          appointmentId,
          official,
          organisation,
          agencyKind,
          function: data.function,
          delegated,
          fromAt: data.from,
          untilAt: data.until ?? null,
        });
        return;
      }
      case 'AppointmentEnded': {
        const known = await appointmentTable.find(transaction, data.appointmentId);
        // Instants are UTC text with milliseconds: text order is time order.
        if (known && (known.untilAt === null || data.endsAt < known.untilAt))
          appointmentTable.save(transaction, { ...known, untilAt: data.endsAt });
        return;
      }
      case 'CandidateChecked':
      case 'ProposalOrdered': {
        const id = type === 'CandidateChecked' ? data.candidateId : data.proposalId;
        if (!(await caseOfTable.find(transaction, id)))
          caseOfTable.save(transaction, { id, caseId: data.caseId });
        return;
      }
      default:
        return;
    }
  },
};

/** Who holds which function, and which case a candidate or a proposal belongs to: in tokens, for the application's look-ups. */
export const directoryProjection: Projection = lettingGo(made, [{ table: 'case_of_v1' }]);
