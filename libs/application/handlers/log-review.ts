import { derivedId, streamName } from '#kernel';
import type { ReviewEvent } from '#domain/log-review';
import type { HandlerDependencies } from './dependencies.js';
import type { IntentHandlings } from './define.js';

const reportIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('access-report', commandId);

/** The records of a review in the order in which its reviewers are shown them. */
const recordsOf = (first: ReviewEvent | undefined): readonly number[] => {
  if (first?.type === 'ReviewAlerted') return [first.data.record];
  return first?.type === 'ReviewSampled' ? [...first.data.records].sort((a, b) => a - b) : [];
};

/** What a reviewer of the log settles, and what a person who asks is told. */
export const logReviewHandlings = ({
  facts,
  records,
}: HandlerDependencies): Pick<IntentHandlings, 'SettleReview' | 'ProduceAccessReport'> => ({
  SettleReview: {
    stream: ({ reviewId }) => streamName('review', reviewId),
    async prepare(intent, _context, { events }) {
      const [first] = events as unknown as readonly ReviewEvent[];
      const of = first?.type === 'ReviewAlerted' ? first.data.of : 'READS';
      // Reviewers count the records of their review; the vault counts everybody's.
      const record = recordsOf(first)[intent.record - 1] ?? 0;
      return {
        type: 'SettleReview',
        data: { ...intent, record, personOfRecord: await records.personOf(of, record) },
      };
    },
  },
  ProduceAccessReport: {
    stream: ({ caseId }) => streamName('access-report', caseId),
    creates: reportIdOf,
    async prepare({ caseId, requestedOn }, context) {
      const { opened } = await facts.relocation(caseId);
      return {
        type: 'ProduceAccessReport',
        data: { caseId, subject: opened.subject, reportId: reportIdOf(context), requestedOn },
      };
    },
  },
});
