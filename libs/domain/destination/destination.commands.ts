import type { CommandOf, Instant } from '#kernel';
import type { AreaEvent, DestinationEvent } from './destination.events.js';

type AreaData<Type extends AreaEvent['type']> = Extract<AreaEvent, { type: Type }>['data'];
type DestinationData<Type extends DestinationEvent['type']> = Extract<
  DestinationEvent,
  { type: Type }
>['data'];

export type AreaCommand =
  /** Refused with area.moved_on when the stream is not at `checkedRevision`: the check must run again. */
  | CommandOf<'ReserveArea', AreaData<'AreaReserved'> & { currentRevision: number }>
  | CommandOf<'SetAreaHousing', AreaData<'AreaHousingSet'>>
  | CommandOf<'ConfirmArea', AreaData<'AreaConfirmed'>>
  | CommandOf<'ReleaseArea', AreaData<'AreaReleased'>>
  | CommandOf<'NoteAdversaryPresence', AreaData<'AdversaryPresenceChanged'>>
  /** `conflicts`: from the handler, which asked Police's register for each who is reserved or placed here. */
  | CommandOf<'RecheckArea', AreaData<'AreaRechecked'>>;

export type DestinationCommand =
  | CommandOf<'DeclareCapacity', DestinationData<'CapacityDeclared'>>
  | CommandOf<
      'ReserveCapacity',
      { board: string; caseId: string; proposalId: string; places: number; until: Instant }
    >
  | CommandOf<'ConfirmCapacity', DestinationData<'CapacityConfirmed'>>
  | CommandOf<'ReleaseCapacity', DestinationData<'CapacityReleased'>>;
