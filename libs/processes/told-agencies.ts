import { isToldKind, type ProcessManager, type RecordedEvent } from '#kernel';
import type { DisclosureEvent } from '#domain/disclosure';
import type { RelocationEvent } from '#domain/relocation';
import { type Agency, send } from './system-commands.js';

const handled = ['InformationDisclosed', 'CaseClosed'] as const satisfies readonly (
  DisclosureEvent | RelocationEvent
)['type'][];
type Watched = Extract<DisclosureEvent | RelocationEvent, { type: (typeof handled)[number] }>;

/** What was told, with the agency that told it. */
export interface ToldAgenciesState {
  readonly told: readonly (Agency & { readonly disclosureId: string })[];
  readonly closed: boolean;
}

/**
 * One instance per case: what an officer told agencies outside the road of the case ends when the case is closed. What
 * stands on the waiver has ended with its withdrawal already; an end of what has ended changes nothing.
 */
export const toldAgencies: ProcessManager<ToldAgenciesState, object> = {
  name: 'told-agencies',
  handles: handled,
  route: (event) => {
    const { type, data } = watched(event);
    return type === 'CaseClosed' || isToldKind(data.recipientKind) ? [data.caseId] : [];
  },
  initialState: { told: [], closed: false },

  react(input, state) {
    // Nothing to be done about a refusal: a telling that cannot be ended is ended.
    if (input.kind !== 'event') return [];
    const { type, data } = watched(input.event);
    switch (type) {
      case 'CaseClosed':
        return state.closed ? [] : state.told.map((telling) => end(data.caseId, telling));
      case 'InformationDisclosed': {
        // It was on its way when the case was closed.
        const { organisation, agencyKind } = input.event.metadata;
        return state.closed
          ? [end(data.caseId, { organisation, agencyKind, disclosureId: data.disclosureId })]
          : [];
      }
    }
  },

  evolve(state, step) {
    if (!('input' in step) || step.input.kind !== 'event') return state;
    const { type, data } = watched(step.input.event);
    switch (type) {
      case 'InformationDisclosed': {
        const { organisation, agencyKind } = step.input.event.metadata;
        return {
          ...state,
          told: [...state.told, { organisation, agencyKind, disclosureId: data.disclosureId }],
        };
      }
      case 'CaseClosed':
        return { told: [], closed: true };
    }
  },
};

const end = (caseId: string, { disclosureId, ...agency }: ToldAgenciesState['told'][number]) =>
  send('EndDisclosure', { caseId, disclosureId, reason: 'CASE_CLOSED' }, agency);

const watched = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;
