import type { ClientReadableStream, CallOptions, Channel, Metadata } from '@grpc/grpc-js';
import {
  AccessDeniedError,
  convertToCommandError,
  END,
  EventStoreDBClient,
  InvalidArgumentError,
  isCommandError,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  streamNameFilter,
  WrongExpectedVersionError,
  type AllStreamSubscription,
  type BaseOptions,
  type Credentials,
  type EventData,
} from '@eventstore/db-client';
import sharedDefinitions from '@eventstore/db-client/generated/shared_pb.js';
import streamsDefinitions from '@eventstore/db-client/generated/streams_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { BrokenStream } from '../port.js';
import type { ServerEvent, ServerPosition } from './stored.js';

/** Where a page of the log begins: at a record (itself included), or backwards from the end. */
export type LogStart = 'end' | ServerPosition;

export type ServerAnswer =
  | { readonly outcome: 'appended'; readonly position: ServerPosition | undefined }
  /** -1 when there is no stream. */
  | { readonly outcome: 'wrong-revision'; readonly actual: number };

/**
 * What the driver's client keeps to itself, and a read of $all with a filter needs: version 6.2.1 filters subscriptions
 * only, although the protocol filters reads. It is declared `protected` there, and the version is pinned.
 */
interface InsideOfClient {
  GRPCStreamCreator(
    client: typeof streamsService.StreamsClient,
    name: string,
    create: (client: StreamsClient) => ClientReadableStream<ReadResp>,
  ): () => Promise<ClientReadableStream<ReadResp>>;
  callArguments(options: BaseOptions): [Metadata, CallOptions];
  getChannel(): Promise<Channel>;
}

/** One client of the driver, and the few calls that the adapter makes. What they reject with is the driver's. */
export class Connection {
  readonly #client: EventStoreDBClient;
  readonly #credentials: Credentials;

  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url);
    this.#credentials = credentialsOf(url);
  }

  /**
   * By the classic call, never by the driver's batches: those share one map of pending appends for the whole process, so
   * that the loss of one client is taken for the loss of all. Credentials with the call choose it.
   */
  async append(
    stream: string,
    expected: number,
    events: EventData[],
    deadline: number,
  ): Promise<ServerAnswer> {
    try {
      const { position, nextExpectedRevision } = await this.#client.appendToStream(stream, events, {
        expectedRevision: expected === -1 ? NO_STREAM : BigInt(expected),
        ...this.#options(deadline),
      });
      // To a stream that was deleted the server appends as to a new one, and goes on counting.
      if (Number(nextExpectedRevision) !== expected + events.length) throw new BrokenStream(stream);
      return { outcome: 'appended', position };
    } catch (error) {
      if (error instanceof StreamDeletedError) throw new BrokenStream(stream);
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      const actual = error.actualVersion;
      return { outcome: 'wrong-revision', actual: typeof actual === 'bigint' ? Number(actual) : -1 };
    }
  }

  /**
   * @returns undefined when there is no such stream; nothing when it ends before `from`
   * @throws BrokenStream when something else stands at `from`: the server gives what is left of a stream without a word
   */
  async readStream(
    stream: string,
    from: number | 'end',
    count: number,
    silentMs: number,
  ): Promise<readonly ServerEvent[] | undefined> {
    const identifier = new sharedDefinitions.StreamIdentifier();
    identifier.setStreamName(Buffer.from(stream).toString('base64'));
    const place = new streamsDefinitions.ReadReq.Options.StreamOptions();
    place.setStreamIdentifier(identifier);
    if (from === 'end') place.setEnd(new sharedDefinitions.Empty());
    else place.setRevision(String(from));
    const options = readOptions(count, from === 'end');
    options.setStream(place);
    options.setNoFilter(new sharedDefinitions.Empty());
    const events = await this.#read(options, silentMs).catch((error: unknown) => {
      throw error instanceof StreamDeletedError ? new BrokenStream(stream) : error;
    });
    if (from !== 'end' && events?.some(({ revision }, at) => revision !== from + at))
      throw new BrokenStream(stream);
    return events;
  }

  /** Records of the streams with this prefix, in the order of the log; backwards from the end. */
  async readLog(
    prefix: string,
    from: LogStart,
    count: number,
    silentMs: number,
  ): Promise<readonly ServerEvent[]> {
    const place = new streamsDefinitions.ReadReq.Options.AllOptions();
    if (from === 'end') place.setEnd(new sharedDefinitions.Empty());
    else {
      const position = new streamsDefinitions.ReadReq.Options.Position();
      position.setCommitPosition(String(from.commit));
      position.setPreparePosition(String(from.prepare));
      place.setPosition(position);
    }
    const names = new streamsDefinitions.ReadReq.Options.FilterOptions.Expression();
    names.setPrefixList([prefix]);
    const filter = new streamsDefinitions.ReadReq.Options.FilterOptions();
    filter.setStreamIdentifier(names);
    filter.setCount(new sharedDefinitions.Empty());
    filter.setCheckpointintervalmultiplier(1);
    const options = readOptions(count, from === 'end');
    options.setAll(place);
    options.setFilter(filter);
    return (await this.#read(options, silentMs)) ?? [];
  }

  /** What is appended to the streams with this prefix from now on. */
  subscribe(prefix: string): AllStreamSubscription {
    return this.#client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [prefix] }),
      requiresLeader: true,
      credentials: this.#credentials,
    });
  }

  /** No append may be under way. */
  async close(): Promise<void> {
    await this.#client.dispose();
    // dispose() leaves the connection open.
    const channel = await this.#inside.getChannel().catch(() => undefined);
    channel?.close();
  }

  get #inside(): InsideOfClient {
    return this.#client as unknown as InsideOfClient;
  }

  /** The leader answers: a follower may not have seen yet what was acknowledged. */
  #options(deadline: number): Required<BaseOptions> {
    return { credentials: this.#credentials, requiresLeader: true, deadline };
  }

  /**
   * Ends when nothing has come for `silentMs`, not after a time for all of it: on a busy machine a page that was cut off
   * while it came would begin anew each time.
   */
  async #read(options: ReadReq.Options, silentMs: number): Promise<readonly ServerEvent[] | undefined> {
    const request = new streamsDefinitions.ReadReq();
    request.setOptions(options);
    const open = this.#inside.GRPCStreamCreator(streamsService.StreamsClient, 'read', (client) =>
      client.read(request, ...this.#inside.callArguments(this.#options(longestPageMs))),
    );
    const stream = await open();
    const events: ServerEvent[] = [];
    let missing = false;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const wait = (): void => {
          clearTimeout(timer);
          const seen = events.length;
          // One turn more: what has arrived while this process was busy has not been seen yet.
          timer = setTimeout(
            () => setImmediate(() => (events.length === seen ? reject(new SilentServer()) : wait())),
            silentMs,
          );
        };
        wait();
        stream.on('data', (answer: ReadResp) => {
          if (answer.hasStreamNotFound()) missing = true;
          const event = answer.getEvent()?.getEvent();
          if (event) events.push(serverEventOf(event));
          wait();
        });
        stream.on('end', resolve);
        stream.on('error', (error) => reject(convertToCommandError(error) as Error));
      });
    } catch (error) {
      stream.cancel();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return missing ? undefined : events;
  }
}

/** The server accepted a read, and nothing came. */
class SilentServer extends Error {
  override readonly name = 'SilentServer';
  readonly code = 'SILENT';
}

/** No page takes this long, however slowly it comes. */
const longestPageMs = 120_000;

/** User and password of the connection string; on a node without TLS any value does, and none is sent. */
const credentialsOf = (url: string): Credentials => {
  const found = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(url);
  return {
    username: decodeURIComponent(found?.[1] ?? 'none'),
    password: decodeURIComponent(found?.[2] ?? 'none'),
  };
};

const readOptions = (count: number, backwards: boolean): ReadReq.Options => {
  const text = new streamsDefinitions.ReadReq.Options.UUIDOption();
  text.setString(new sharedDefinitions.Empty());
  const options = new streamsDefinitions.ReadReq.Options();
  options.setCount(String(count));
  options.setReadDirection(backwards ? 1 : 0);
  options.setResolveLinks(false);
  options.setUuidOption(text);
  return options;
};

/** Ticks of 100 nanoseconds. */
const ticksPerMillisecond = 10_000n;

const serverEventOf = (record: ReadResp.ReadEvent.RecordedEvent): ServerEvent => {
  const system = record.getMetadataMap();
  return {
    id: record.getId()?.getString() ?? '',
    stream: Buffer.from(record.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    revision: Number(record.getStreamRevision()),
    position: {
      commit: BigInt(record.getCommitPosition()),
      prepare: BigInt(record.getPreparePosition()),
    },
    type: system.get('type') ?? '',
    data: Buffer.from(record.getData_asU8()).toString(),
    metadata: Buffer.from(record.getCustomMetadata_asU8()).toString(),
    created: Number(BigInt(system.get('created') ?? 0) / ticksPerMillisecond),
  };
};

/** For the log of the program: the driver's name of what went wrong, or the code of the call. Never a value. */
export const codeOf = (error: unknown): string => {
  if (isCommandError(error as Error)) return (error as { type: string }).type;
  const code = (error as { code?: unknown } | null)?.code;
  return code === undefined ? 'CONNECTION' : String(code);
};

/**
 * True for what may be gone the next time: all but what the server will answer again. Whether an append that failed
 * like this was written is not known.
 */
export const isPassing = (error: unknown): boolean =>
  !(
    error instanceof AccessDeniedError ||
    error instanceof InvalidArgumentError ||
    error instanceof MaxAppendSizeExceededError ||
    error instanceof BrokenStream ||
    // A fault of ours, such as a message that cannot be made.
    error instanceof TypeError
  );

/** True when the certificate of the server was not believed: the driver has no code for it, only the words of Node. */
export const isUntrusted = (error: unknown): boolean =>
  error instanceof Error && /certificate/.test(error.message);
