import type { CommandOf, Token } from '#kernel';
import type { AccessReportEvent, ReviewEvent } from './log-review.events.js';

type DataOf<Type extends ReviewEvent['type']> = Extract<ReviewEvent, { type: Type }>['data'];

export type ReviewCommand =
  | CommandOf<
      'SampleReads',
      Omit<DataOf<'ReviewSampled'>, 'records' | 'outOf'> & {
        /** All openings of that agency and day. */
        openings: readonly number[];
      }
    >
  | CommandOf<'AlertReview', DataOf<'ReviewAlerted'>>
  | CommandOf<
      'SettleReview',
      Pick<DataOf<'ReviewSettled'>, 'reviewId' | 'record' | 'outcome' | 'reason'> & {
        /** Who the record is about; the handler asks the vault. */
        personOfRecord: Token | undefined;
      }
    >;

export type AccessReportCommand = CommandOf<
  'ProduceAccessReport',
  Omit<AccessReportEvent['data'], 'producedBy' | 'until'>
>;
