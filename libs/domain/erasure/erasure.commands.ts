import { assertNever, type CommandOf, type DataClass, type PlainDate } from '#kernel';
import type {
  ErasureExtent,
  ErasureGround,
  ErasureRejection,
  LegalHold,
  SealedUpTo,
} from './erasure.events.js';
import type { RetentionRules } from './retention-rules.js';

/** What the handler found in the file that one board has of the person, in one inquiry, or in one request for documents, on the day of the command. */
export interface ErasureFacts {
  readonly extent: ErasureExtent;
  readonly cases: readonly string[];
  readonly streams: readonly SealedUpTo[];
  readonly openCases: number;
  /** A case was handed over to those who give new identities, and Police registered in it that the person has one. */
  readonly identityAssumed: boolean;
  /** Somebody may still stand at an address of one of the cases, or be on the way. */
  readonly mayBeThere: boolean;
  readonly lastEntryOn: PlainDate;
  readonly placedAsChild: boolean;
  /** Undefined when the number can no longer be opened; UNSURE when it can, and may be of a nearby day. */
  readonly keptForResearch: boolean | 'UNSURE' | undefined;
  readonly today: PlainDate;
  readonly rules: RetentionRules;
}

export type ErasureCommand =
  | CommandOf<
      'ProposeErasure',
      { decisionId: string; subject: string; ground: ErasureGround; facts: ErasureFacts }
    >
  | CommandOf<'ConfirmErasure', { decisionId: string; facts: ErasureFacts }>
  | CommandOf<'RejectErasure', { decisionId: string; reason: ErasureRejection }>
  | CommandOf<
      'CompleteErasure',
      {
        decisionId: string;
        destroyedKeys: number;
        epoch: number;
        /** Beyond which it must be: the highest under which anything that was destroyed was ever wrapped. */
        highestEpoch: number;
        /** Data keys of the person and these classes that are still there, and epochs before this one. */
        keysLeft: number;
        earlierEpochsLeft: number;
      }
    >
  /** What the tombstones say was destroyed, whatever this log knows of it: it may be an older copy. */
  | CommandOf<
      'RepeatErasure',
      {
        decisionId: string;
        subject: string;
        ground: ErasureGround;
        classes: readonly DataClass[];
        cases: readonly string[];
        destroyedKeys: number;
        epoch: number;
      }
    >
  | CommandOf<'PlaceLegalHold', { subject: string; hold: LegalHold }>
  | CommandOf<'LiftLegalHold', { subject: string; hold: LegalHold }>;

/**
 * Of a new identity the link is destroyed: who the person was, with whom, where, and under which number the board has its
 * own file (`isLink` says where that lies). Of what was only asked: about whom. Of a request for documents: its words, and what
 * was found.
 */
export const linkClasses = ({ extent }: Pick<ErasureFacts, 'extent'>): readonly DataClass[] => {
  switch (extent) {
    case 'INQUIRY':
      return ['identity'];
    case 'REQUEST':
      return ['social'];
    case 'PERSON':
      return ['identity', 'family', 'social', 'address'];
    default:
      return assertNever(extent);
  }
};

/**
 * Whether what is of these classes goes for a new identity: what is social only in the stream of the case, in that of a
 * decision that was served, and in that of a request for documents (vault.goes_with).
 */
export const isLink = (dataClass: DataClass, stream: string): boolean =>
  dataClass !== 'social' || /^(relocation|decision|public-access)-/.test(stream);
