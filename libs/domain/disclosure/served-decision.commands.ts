import type { CommandOf, Sealed } from '#kernel';
import type { PlaceDecision, ServedDecisionEvent } from './served-decision.events.js';

type DataOf<Type extends ServedDecisionEvent['type']> = Extract<ServedDecisionEvent, { type: Type }>['data'];

export type ServedDecisionCommand =
  | CommandOf<
      'RegisterServedDecision',
      Omit<DataOf<'ServedDecisionRegistered'>, 'legalBasis' | 'wording'> & {
        /** Refused: place and provider stand in a decision of their own. */
        place?: Sealed<'address', PlaceDecision>;
      }
    >
  | CommandOf<'RegisterPlaceDecision', DataOf<'PlaceDecisionRegistered'>>
  | CommandOf<'ConfirmPlaceLeft', DataOf<'DecidedPlaceLeft'>>;
