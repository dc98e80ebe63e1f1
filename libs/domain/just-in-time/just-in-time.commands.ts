import type { CommandOf } from '#kernel';
import type { GlassEvent, JointOpeningEvent } from './just-in-time.events.js';

type GlassData<Type extends GlassEvent['type']> = Extract<GlassEvent, { type: Type }>['data'];
type JointData<Type extends JointOpeningEvent['type']> = Extract<JointOpeningEvent, { type: Type }>['data'];

export type GlassCommand =
  | CommandOf<
      'BreakGlass',
      Omit<
        GlassData<'GlassBroken'>,
        'organisation' | 'brokenBy' | 'expiresAt' | 'confirmBy' | 'unconfirmedBefore'
      >
    >
  | CommandOf<'ConfirmGlass', { caseId: string; glassId: string }>
  | CommandOf<'EndGlass', { caseId: string; glassId: string }>;

export type JointOpeningCommand =
  | CommandOf<
      'RequestJointOpening',
      Omit<JointData<'JointOpeningRequested'>, 'organisation' | 'requestedBy' | 'answerBy'>
    >
  | CommandOf<'ApproveJointOpening', { caseId: string; openingId: string; record: number }>
  | CommandOf<'RejectJointOpening', { caseId: string; openingId: string }>;
