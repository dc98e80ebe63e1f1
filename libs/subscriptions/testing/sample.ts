import {
  assertNever,
  derivedId,
  eventIdOf,
  type EventMetadata,
  type ProcessInput,
  type ProcessManager,
  type ProcessOutput,
  type Projection,
  type RecordedEvent,
  type SystemCommand,
} from '#kernel';
import type { EventStore } from '#event-store';
import type { CommandSender, SystemCommandContext } from '../dispatcher.js';

/** An invented errand: something is requested, someone is asked, answers or not, and is reminded once. */
export const metadata = (at: string, of: Partial<EventMetadata> = {}): EventMetadata => ({
  $correlationId: derivedId('correlation', at),
  $causationId: derivedId('causation', at),
  commandId: derivedId('command', at),
  commandFingerprint: 'f',
  actor: 't1-officer',
  organisation: 't1-home-board',
  agencyKind: 'SOCIAL_BOARD',
  legalBasis: 'TEST',
  purpose: 'test',
  policyVersion: '1',
  occurredAt: at,
  ...of,
});

/** Appends one event at the end of a stream, as an official would through a command. */
export const write = async (
  store: EventStore,
  stream: string,
  type: string,
  data: object,
  at: string,
): Promise<{ id: string; position: string }> => {
  const revision = (await store.readStream(stream))?.revision;
  const commandId = derivedId('write', stream, (revision ?? -1) + 1, type);
  const id = eventIdOf(stream, commandId, 0);
  const result = await store.append({
    stream,
    expectedRevision: revision ?? 'no-stream',
    events: [{ id, type, schemaVersion: 1, data, metadata: metadata(at, { commandId }) }],
  });
  if (result.outcome !== 'appended') throw new Error('the sample stream was written by two');
  return { id, position: result.position };
};

export interface ErrandState {
  readonly asked: boolean;
  readonly answered: boolean;
  readonly reminded: boolean;
  readonly refusals: readonly string[];
  readonly ended: boolean;
}

const command = (type: string, id: string): SystemCommand => ({
  type,
  stream: `consent-${id}`,
  data: { errand: id },
  onBehalfOf: { organisation: 't1-coordinator', agencyKind: 'NATIONAL_COORDINATOR' },
});

const idOf = (input: { event: RecordedEvent }) => (input.event.data as { errand: string }).errand;

export const threeDays = 3 * 24 * 60 * 60 * 1000;
export const inThreeDays = (at: string): string => new Date(Date.parse(at) + threeDays).toISOString();

export const errandProcess: ProcessManager<ErrandState, { reminderAllowed: boolean }> = {
  name: 'errand',
  handles: ['ErrandRequested', 'ErrandAnswered'],
  route: (event) => [(event.data as { errand: string }).errand],
  initialState: { asked: false, answered: false, reminded: false, refusals: [], ended: false },
  react: (input: ProcessInput, state, facts): readonly ProcessOutput[] => {
    if (state.ended) return [];
    switch (input.kind) {
      case 'event':
        if (input.event.type === 'ErrandRequested' && !state.asked)
          return [
            { kind: 'send', command: command('Ask', idOf(input)) },
            ...(state.answered
              ? ([{ kind: 'end' }] as const)
              : ([
                  {
                    kind: 'set-deadline',
                    name: 'answer',
                    dueAt: inThreeDays(input.event.metadata.occurredAt),
                  },
                ] as const)),
          ];
        if (input.event.type === 'ErrandAnswered' && state.asked)
          return [
            { kind: 'clear-deadline', name: 'answer' },
            { kind: 'send', command: command('Thank', idOf(input)) },
            { kind: 'end' },
          ];
        return [];
      case 'accepted':
        return [];
      case 'refused':
        return input.code === 'sample.busy' && state.refusals.length === 0
          ? [{ kind: 'send', command: { ...input.command, type: 'AskAgain' } }]
          : [];
      case 'deadline':
        return facts.reminderAllowed && !state.reminded
          ? [{ kind: 'send', command: command('Remind', 'somebody') }, { kind: 'end' }]
          : [];
      default:
        return assertNever(input);
    }
  },
  evolve: (state, step) => {
    if ('input' in step) {
      const { input } = step;
      if (input.kind === 'refused') return { ...state, refusals: [...state.refusals, input.code] };
      if (input.kind === 'event' && input.event.type === 'ErrandAnswered')
        return { ...state, answered: true };
      return state;
    }
    const { output } = step;
    if (output.kind === 'end') return { ...state, ended: true };
    if (output.kind === 'send' && output.command.type === 'Ask') return { ...state, asked: true };
    if (output.kind === 'send' && output.command.type === 'Remind') return { ...state, reminded: true };
    return state;
  },
};

/** Carries a command out by appending one event, once for each command id, as the handlers do. */
export class SampleSender implements CommandSender {
  readonly sent: { type: string; stream: string; context: SystemCommandContext }[] = [];

  constructor(
    private readonly store: EventStore,
    /** What shall happen instead: a refusal code, or something thrown. */
    private readonly instead: (command: SystemCommand, calls: number) => string | undefined = () => undefined,
  ) {}

  async send(command: SystemCommand, context: SystemCommandContext) {
    this.sent.push({ type: command.type, stream: command.stream, context });
    const code = this.instead(command, this.sent.length);
    if (code !== undefined) return { outcome: 'refused', code } as const;
    for (;;) {
      const read = await this.store.readStream(command.stream);
      const repeated = read?.events.find((event) => event.metadata.commandId === context.commandId);
      if (repeated) return { outcome: 'accepted', position: repeated.position } as const;
      const result = await this.store.append({
        stream: command.stream,
        expectedRevision: read?.revision ?? 'no-stream',
        events: [
          {
            id: eventIdOf(command.stream, context.commandId, 0),
            type: `${command.type}Done`,
            schemaVersion: 1,
            data: command.data,
            metadata: metadata(context.issuedAt, { commandId: context.commandId, actor: context.actor }),
          },
        ],
      });
      if (result.outcome === 'appended') return { outcome: 'accepted', position: result.position } as const;
    }
  }
}

/** SQL of the read model's schema, made once per test database. */
export const sampleSchemaSql = `
  select platform.ensure_role('project_sample');
  select platform.ensure_role('read_sample');
  create schema sample;
  grant usage on schema sample to project_sample, read_sample;
  create table sample.errands_v1 (errand text, event_id uuid, type text);
  grant select, insert on sample.errands_v1 to project_sample;
  grant select on sample.errands_v1 to read_sample;
`;

/** One row per event, without a key that would hide a second one. `before` may throw, for a poison event. */
export const errandsProjection = (
  before: (event: RecordedEvent) => void | Promise<void> = () => undefined,
): Projection => ({
  name: 'sample.errands.v1',
  role: 'project_sample',
  schema: 'sample',
  tables: ['errands_v1'],
  handles: ['ErrandRequested', 'ErrandAnswered', 'AskDone', 'ThankDone', 'RemindDone'],
  sequenceOf: (event) => (event.data as { errand: string }).errand,
  apply: async (event, transaction) => {
    await before(event);
    await transaction.query('insert into sample.errands_v1 (errand, event_id, type) values ($1, $2, $3)', [
      (event.data as { errand: string }).errand,
      event.id,
      event.type,
    ]);
  },
});
