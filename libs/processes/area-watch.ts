import type { ProcessInput, ProcessManager, ProcessOutput, RecordedEvent, Token } from '#kernel';
import type { AreaEvent } from '#domain/destination';
import { type Agency, send } from './system-commands.js';

/** Who is held a place in one area: proposal id to case id. */
export interface AreaWatchState {
  readonly present: Readonly<Record<string, string>>;
}

const handled = [
  'AreaReserved',
  'AreaReleased',
  'AdversaryPresenceChanged',
] as const satisfies readonly AreaEvent['type'][];
type Watched = Extract<AreaEvent, { type: (typeof handled)[number] }>;

/**
 * One instance per area token: whenever Police's register changes there, the rings are run again for all who are
 * reserved or placed. What is found comes back as AreaRechecked, and the relocation processes of the cases named in it
 * act. A new reservation needs no second look: it was taken at the very revision at which its rings, which are the same
 * from both sides, were run; to ask again would void whom Police have referred and then cleared.
 */
export const areaWatch: ProcessManager<AreaWatchState, object> = {
  name: 'area-watch',
  handles: handled,
  route: (event) => [(event.data as Watched['data']).area],
  initialState: { present: {} },

  react(input, { present }) {
    switch (input.kind) {
      case 'event': {
        const event = watched(input.event);
        switch (event.type) {
          case 'AdversaryPresenceChanged':
            return Object.keys(present).length > 0 ? [recheck(event.data.area, input.event)] : [];
          case 'AreaReserved':
          case 'AreaReleased':
            return [];
        }
      }
      case 'refused':
        return attention(input, present);
      case 'accepted':
      case 'deadline':
        return [];
    }
  },

  evolve(state, step) {
    if (!('input' in step) || step.input.kind !== 'event') return state;
    const event = watched(step.input.event);
    switch (event.type) {
      case 'AreaReserved':
        return { present: { ...state.present, [event.data.proposalId]: event.data.caseId } };
      case 'AreaReleased':
        return {
          present: Object.fromEntries(
            Object.entries(state.present).filter(([proposalId]) => proposalId !== event.data.proposalId),
          ),
        };
      case 'AdversaryPresenceChanged':
        return state;
    }
  },
};

const watched = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;

/** The agency that caused the change owns the check. */
const recheck = (area: Token, { metadata }: RecordedEvent): ProcessOutput =>
  send('RecheckArea', { area }, { organisation: metadata.organisation, agencyKind: metadata.agencyKind });

/** A check that could not be run must be seen: somebody may be in danger. One task per case that is here. */
const attention = (
  input: Extract<ProcessInput, { kind: 'refused' }>,
  present: AreaWatchState['present'],
): readonly ProcessOutput[] => {
  if (input.command.type !== 'RecheckArea') return [];
  const owner: Agency = input.command.onBehalfOf;
  return [...new Set(Object.values(present))].map((caseId) =>
    send('RequestAttention', { caseId, step: 'RecheckArea', code: input.code }, owner),
  );
};
