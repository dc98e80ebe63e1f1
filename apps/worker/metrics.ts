import type { EventStore } from '#event-store';
import type { Meter } from '#platform';
import type { SentType } from '#processes';
import type { CommandSender, Runners, RunnerStatus } from '#subscriptions';
import { refusals } from '../api/http/refusals.js';
import { workerSubscriptions } from './subscriptions.js';

// The types of the processes are gone when the program runs; this table compiles with no entry too few or too many.
const sentTypes: Readonly<Record<SentType, true>> = {
  AlertReview: true,
  EndGlass: true,
  ClaimSubject: true,
  ReleaseClaim: true,
  OrderReassessment: true,
  ExpireAssessment: true,
  ExpireReferral: true,
  ConfirmProposal: true,
  AbandonProposal: true,
  RemindProposal: true,
  ExpireProposal: true,
  WithdrawProposal: true,
  RequestAttention: true,
  ReserveArea: true,
  SetAreaHousing: true,
  ConfirmArea: true,
  ReleaseArea: true,
  RecheckArea: true,
  ReserveCapacity: true,
  ConfirmCapacity: true,
  ReleaseCapacity: true,
  DiscloseInformation: true,
  RecordAnswer: true,
  EndDisclosure: true,
  RequestAdmission: true,
  TakeClearanceBack: true,
  AlertArrivalOverdue: true,
  OrderFollowUp: true,
  MissFollowUp: true,
  AlertConflict: true,
  EndPlacement: true,
  AlertDocumentAnswerOverdue: true,
  CloseCase: true,
  RemindProtectionExpiry: true,
  ExpireProtection: true,
  RemindRegistrationNotice: true,
  ReopenRegistrationNotice: true,
  SupersedeRegistrationNotice: true,
  ReopenExposedRegisters: true,
};

export interface LagSource {
  readonly store: Pick<EventStore, 'head' | 'readAll' | 'eventsAfter'>;
  readonly runners: Pick<Runners, 'status' | 'overdue'>;
  /** The machine's time, in which the store records: not the one that a test may set. */
  readonly now: () => Date;
}

/** Where bands begin: exact numbers, asked for all the time, would tell when one case moved on. */
const lagEvents = [0, 100, 1_000, 10_000, 100_000] as const;
const lateSeconds = [0, 30, 60, 300, 900, 3_600, 21_600, 86_400] as const;
const atLeast = (bands: readonly number[], value: number): number =>
  bands.findLast((least) => least <= value) ?? 0;

/**
 * What the worker tells of its subscriptions: that something waits or is late at once, and never how many. A worker that stands by tells of them, too, as far as it has looked; an
 * alarm takes the largest of all workers.
 */
export const workerMetrics = (meter: Meter, { store, runners, now }: LagSource): void => {
  const labels = { subscription: workerSubscriptions };
  const ofEach = (of: (status: RunnerStatus) => number) => async () =>
    runners.status().map((status) => ({ labels: { subscription: status.subscription }, value: of(status) }));
  const late = async (): Promise<number> => atLeast(lateSeconds, (await runners.overdue()).oldestSeconds);

  meter.gauge(
    {
      name: 'subscription_active',
      help: '1 where this worker holds the lease, 0 where it stands by.',
      labels,
    },
    ofEach(({ active }) => Number(active)),
  );
  meter.gauge(
    { name: 'subscription_failed', help: '1 where a subscription has stopped for good.', labels },
    ofEach(({ failure }) => Number(failure !== undefined)),
  );
  meter.gauge(
    { name: 'sequences_parked', help: '1 where something waits for the decision of an operator.', labels },
    ofEach(({ parked }) => Number(parked > 0)),
  );
  meter.gauge(
    { name: 'sequences_retrying', help: '1 where an event failed and is tried again.', labels },
    ofEach(({ retrying }) => Number(retrying > 0)),
  );
  meter.gauge(
    {
      name: 'subscription_lag_events',
      help: 'So many events at least a subscription has not passed; absent where the store cannot count them.',
      labels,
    },
    async () => {
      const head = await store.head();
      return runners.status().flatMap(({ subscription, position }) => {
        const value = store.eventsAfter?.(position, head);
        return value === undefined ? [] : [{ labels: { subscription }, value: atLeast(lagEvents, value) }];
      });
    },
  );
  meter.gauge(
    {
      name: 'subscription_lag_seconds',
      help: 'So old at least is the first event that a subscription has not passed; 0 within half a minute.',
      labels,
    },
    async () => {
      const head = await store.head();
      const ages = new Map<string | undefined, Promise<number>>();
      const ageAfter = async (position: string | undefined): Promise<number> => {
        if (head === undefined || (position !== undefined && position >= head)) return 0;
        const [unread] = await store.readAll(position, 1);
        return unread ? Math.max(0, now().getTime() - Date.parse(unread.recordedAt)) / 1_000 : 0;
      };
      return Promise.all(
        runners.status().map(async ({ subscription, position }) => {
          const age = ages.get(position) ?? ageAfter(position);
          ages.set(position, age);
          return { labels: { subscription }, value: atLeast(lateSeconds, await age) };
        }),
      );
    },
  );
  meter.gauge(
    { name: 'deadlines_overdue', help: '1 where a deadline is due and has not fired for long.', labels: {} },
    async () => [{ labels: {}, value: Number((await late()) > 0) }],
  );
  meter.gauge(
    {
      name: 'deadlines_overdue_seconds',
      help: 'So long at least the longest of them has been due.',
      labels: {},
    },
    async () => [{ labels: {}, value: await late() }],
  );
};

/** The same sender, which counts how the commands of processes end. */
export const countedSender = (sender: CommandSender, meter: Meter): CommandSender => {
  const count = meter.counter({
    name: 'system_commands_total',
    help: 'Commands of processes by how they ended: accepted, refused with a code, or failed and tried again.',
    labels: {
      command: Object.keys(sentTypes),
      outcome: ['accepted', 'failed', ...Object.keys(refusals)],
    },
    // What a process sends says what became of a case: five at a time. That something fails is told at once by `sequences_retrying`.
    heldBack: () => true,
  });
  return {
    async send(command, context) {
      let outcome = 'failed';
      try {
        const result = await sender.send(command, context);
        outcome = result.outcome === 'accepted' ? 'accepted' : result.code;
        return result;
      } finally {
        count({ command: command.type, outcome });
      }
    },
  };
};
