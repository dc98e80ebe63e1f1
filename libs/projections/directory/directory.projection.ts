import type { Projection } from '#kernel';
import { domainEvent } from '../shared/events.js';

/** Who holds which function, and which case a candidate or a proposal belongs to: in tokens, for the application's look-ups. */
export const directoryProjection: Projection = {
  name: 'directory',
  role: 'project_directory',
  schema: 'directory',
  handles: ['OfficialAppointed', 'AppointmentEnded', 'CandidateChecked', 'ProposalOrdered'],
  sequenceOf: (event) => event.stream,
  async apply(event, transaction) {
    const { type, data } = domainEvent(event);
    if (type === 'OfficialAppointed')
      await transaction.query(
        `INSERT INTO directory.appointment_v1
           (appointment_id, official, organisation, agency_kind, function, delegated, from_at, until_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (appointment_id) DO NOTHING`,
        [
          data.appointmentId,
          data.official,
          data.organisation,
          data.agencyKind,
          data.function,
          data.delegated,
          data.from,
          data.until ?? null,
        ],
      );
    if (type === 'AppointmentEnded')
      await transaction.query(
        `UPDATE directory.appointment_v1 SET until_at = least(until_at, $2) WHERE appointment_id = $1`,
        [data.appointmentId, data.endsAt],
      );
    if (type === 'CandidateChecked' || type === 'ProposalOrdered')
      await transaction.query(
        `INSERT INTO directory.case_of_v1 (id, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [type === 'CandidateChecked' ? data.candidateId : data.proposalId, data.caseId],
      );
  },
};
