import { derivedId, isToldKind, type ProcessManager, type ProcessOutput, type RecordedEvent } from '#kernel';
import type { DisclosureEvent, InquiryEvent } from '#domain/disclosure';
import type { RelocationEvent } from '#domain/relocation';
import { type Agency, send } from './system-commands.js';

const handled = [
  'InformationDisclosed',
  'InformationRequestDecided',
  'StayInquiryAnswered',
  'CaseClosed',
] as const satisfies readonly (DisclosureEvent | InquiryEvent | RelocationEvent)['type'][];
type Watched = Extract<DisclosureEvent | InquiryEvent | RelocationEvent, { type: (typeof handled)[number] }>;
type Answered = Extract<InquiryEvent, { type: 'InformationRequestDecided' | 'StayInquiryAnswered' }>;

/** What was told, with the agency that told it. */
export interface ToldAgenciesState {
  readonly told: readonly (Agency & { readonly disclosureId: string })[];
  readonly closed: boolean;
}

/**
 * One instance per case: what an officer told agencies outside the road of the case ends when the case is closed. What
 * stands on the waiver has ended with its withdrawal already; an end of what has ended changes nothing. And what was told
 * on an inquiry about the person comes into the ledger of the case, also after its end: it has left by letter. Without a
 * case it comes to the inquiry itself, by the same steps: the log grows by as much for who is known and for who is not.
 */
export const toldAgencies: ProcessManager<ToldAgenciesState, object> = {
  name: 'told-agencies',
  handles: handled,
  route: (event) => {
    const { type, data } = watched(event);
    switch (type) {
      case 'CaseClosed':
        return [data.caseId];
      case 'InformationDisclosed':
        return isToldKind(data.recipientKind) ? [data.caseId] : [];
      case 'InformationRequestDecided':
        return data.outcome === 'DISCLOSE' ? [fileOf(data)] : [];
      case 'StayInquiryAnswered':
        return data.outcome === 'ANSWERED' ? [fileOf(data)] : [];
    }
  },
  initialState: { told: [], closed: false },

  react(input, state) {
    // Nothing to be done about a refusal: a telling that cannot be ended is ended.
    if (input.kind !== 'event') return [];
    const event = watched(input.event);
    const { type, data } = event;
    switch (type) {
      case 'InformationRequestDecided':
      case 'StayInquiryAnswered':
        return answered(event, input.event.metadata);
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
      case 'InformationRequestDecided':
      case 'StayInquiryAnswered':
        return state;
      case 'CaseClosed':
        return { told: [], closed: true };
    }
  },
};

const end = (caseId: string, { disclosureId, ...agency }: ToldAgenciesState['told'][number]) =>
  send('EndDisclosure', { caseId, disclosureId, reason: 'CASE_CLOSED' }, agency);

/** The case, or the inquiry itself where the person has none. */
const fileOf = ({ caseId, inquiryId }: Answered['data']): string => caseId ?? inquiryId;

/** The line of the ledger. What was told before the recipient was asked for names nobody, and there is none. */
const answered = (
  { type, data }: Answered,
  { organisation, agencyKind }: Agency,
): readonly ProcessOutput[] => {
  const { inquiryId, requester, legalBasis, wording, protectedBy = [], secrecyAtHolder } = data;
  const { recipientOrganisation: recipient, recipientPerson } = data;
  if (secrecyAtHolder === undefined || recipient === undefined || recipientPerson === undefined) return [];
  const line = {
    caseId: fileOf(data),
    disclosureId: derivedId('letter', inquiryId),
    recipient,
    persons: [recipientPerson],
    // Whether somebody stays is no class of data. Yes and no are sealed, so that both leave the same line.
    ...(type === 'StayInquiryAnswered'
      ? ({ classes: [], matter: 'STAY', purpose: 'STAY_CHECK' } as const)
      : { classes: data.released, purpose: data.purpose }),
    legalBasis,
    wording,
    protectedBy,
    secrecyAtHolder,
    requester,
    inquiryId,
  };
  return [send('RecordAnswer', line, { organisation, agencyKind })];
};

const watched = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;
