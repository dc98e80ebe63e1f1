import { derivedId, type Instant, type ProcessManager, type RecordedEvent } from '#kernel';
import type { GlassEvent } from '#domain/just-in-time';
import { type Agency, send } from './system-commands.js';

const handled = ['GlassBroken', 'GlassConfirmed'] as const satisfies readonly GlassEvent['type'][];
type Watched = Extract<GlassEvent, { type: (typeof handled)[number] }>;

export interface GlassWatchState {
  /** Undefined before the glass was seen; by whom it is owned, and of which case. */
  readonly broken?: Agency & { readonly caseId: string; readonly glassId: string };
  readonly confirmed: boolean;
}

/** Days within which a reviewer looks at a broken glass: as for every alert (libs/domain/log-review). */
const settleDays = 2;

const deadlineName = 'confirm';

/**
 * One instance per broken glass: the reviewers of the agency are told at once, and when nobody has confirmed it in time
 * it is ended. That it opens nothing any more from then on does not wait for this: whoever reads asks the clock.
 */
export const glassWatch: ProcessManager<GlassWatchState, object> = {
  name: 'glass-watch',
  handles: handled,
  route: (event) => [(event.data as Watched['data']).glassId],
  initialState: { confirmed: false },

  react(input, state) {
    switch (input.kind) {
      case 'event': {
        const event = watched(input.event);
        switch (event.type) {
          case 'GlassBroken': {
            const { organisation, glassId, record, confirmBy } = event.data;
            const { agencyKind, occurredAt } = input.event.metadata;
            const agency = { organisation, agencyKind };
            const alert = {
              reviewId: derivedId('review', 'GLASS_BROKEN', organisation, glassId),
              organisation,
              agencyKind,
              pattern: 'GLASS_BROKEN' as const,
              of: 'READS' as const,
              record,
              settleBy: daysAfter(occurredAt, settleDays),
            };
            return [
              send('AlertReview', alert, agency),
              // The confirmation may have been seen first.
              ...(state.confirmed
                ? []
                : [{ kind: 'set-deadline', name: deadlineName, dueAt: confirmBy } as const]),
            ];
          }
          case 'GlassConfirmed':
            return state.broken ? [{ kind: 'clear-deadline', name: deadlineName }] : [];
        }
      }
      case 'deadline': {
        if (!state.broken || state.confirmed) return [];
        const { caseId, glassId, ...agency } = state.broken;
        return [send('EndGlass', { caseId, glassId }, agency)];
      }
      case 'accepted':
      // Nobody is asked once more: a glass that was confirmed meanwhile stays, and an alert is there or is not new.
      case 'refused':
        return [];
    }
  },

  evolve(state, step) {
    if (!('input' in step) || step.input.kind !== 'event') return state;
    const event = watched(step.input.event);
    switch (event.type) {
      case 'GlassBroken': {
        const { organisation, caseId, glassId } = event.data;
        const { agencyKind } = step.input.event.metadata;
        return { ...state, broken: { organisation, agencyKind, caseId, glassId } };
      }
      case 'GlassConfirmed':
        return { ...state, confirmed: true };
    }
  },
};

const watched = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;

const daysAfter = (at: Instant, days: number): Instant =>
  new Date(Date.parse(at) + days * 24 * 3_600_000).toISOString();
