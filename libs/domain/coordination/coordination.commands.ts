import type { CommandOf } from '#kernel';
import type { CoordinationEvent } from './coordination.events.js';

type DataOf<Type extends CoordinationEvent['type']> = Extract<CoordinationEvent, { type: Type }>['data'];

export type CoordinationCommand =
  CommandOf<'EnactRules', DataOf<'RulesEnacted'>> | CommandOf<'TakeDuty', DataOf<'DutyTaken'>>;
