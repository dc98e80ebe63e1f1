import { type Decider, ensure, plainDateOf } from '#kernel';
import type { AccessReportCommand } from './log-review.commands.js';
import type { AccessReportEvent } from './log-review.events.js';

export type AccessReportState =
  | { readonly status: 'NONE' }
  | { readonly status: 'PRODUCED'; readonly reports: readonly AccessReportEvent['data'][] };

export const accessReportDecider: Decider<AccessReportCommand, AccessReportEvent, AccessReportState> = {
  initialState: { status: 'NONE' },

  decide({ data, at, by }, state) {
    ensure(data.requestedOn <= plainDateOf(at), 'access_report.requested_in_the_future');
    if (state.status === 'PRODUCED' && state.reports.some(({ reportId }) => reportId === data.reportId))
      return [];
    return [{ type: 'AccessReportProduced', data: { ...data, until: at, producedBy: by.person } }];
  },

  evolve(state, { data }) {
    return { status: 'PRODUCED', reports: state.status === 'NONE' ? [data] : [...state.reports, data] };
  },
};
