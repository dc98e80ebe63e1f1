import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import grpc, {
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import gossipDefinitions from '@eventstore/db-client/generated/gossip_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featureDefinitions from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featureService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import type {
  AppendReq,
  AppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';

/** What may go wrong with the next call of a kind; each is used up by one call. */
export interface Faults {
  /** Waits before it does anything, in milliseconds. */
  delayMs?: number;
  /** Stores the events and drops the connection before the answer. */
  dropAfterCommit?: boolean;
  /** Says that another node leads, and where. */
  notLeader?: { readonly host: string; readonly port: number };
  /** Never answers; an append is not stored. */
  hang?: boolean;
  /** Never answers, and stores the append this many milliseconds later, as a server does that was frozen. */
  storeLaterMs?: number;
  /** Ends the stream of answers in order (status OK) before the first one. */
  endWithOk?: boolean;
  /** Sends every event twice. */
  duplicate?: boolean;
  /** Ends the call with this code of gRPC. */
  fail?: number;
  /** Acknowledges an append without saying where it stands. */
  withoutPosition?: boolean;
}

interface Stored {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position: they are the same on a real node for all that is written this way. */
  readonly position: bigint;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly created: number;
}

/** As a node of a real cluster asks for; without it there is neither TLS nor a password. */
export interface Security {
  /** PEM. */
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly user: string;
  readonly password: string;
}

interface Live {
  readonly call: ServerWritableStream<ReadReq, ReadResp>;
  readonly matches: (event: Stored) => boolean;
  readonly duplicate: boolean;
}

/**
 * As much of EventStoreDB as the adapter meets, in memory, made from the driver's own service definitions. It behaves as
 * a real node of version 23.10 was seen to: positions are byte offsets with gaps, idempotency looks at ids at the same
 * place, a missing stream is said to be missing, a read past the end gives nothing, a live subscription that lags is
 * dropped. What a fake proves is limited: the same suite runs against a real server (ESDB_TEST_URL).
 */
export class EventStoreDBTestServer {
  /** Calls by name, for tests that say what must not be called. */
  readonly calls = { append: 0, batchAppend: 0, read: 0, subscribe: 0 };
  /** Set before a call, taken by the next one of that kind. */
  readonly faults: { append?: Faults; read?: Faults; subscribe?: Faults } = {};
  #log: Stored[] = [];
  #streams = new Map<string, Stored[]>();
  /** Deleted streams, with the revision from which on they still exist; never again for those with a tombstone. */
  readonly #deletedBefore = new Map<string, number>();
  readonly #live = new Set<Live>();
  #server: grpc.Server | undefined;
  #port = 0;
  #silent = false;
  #leader: EventStoreDBTestServer = this;

  constructor(private readonly security?: Security) {}

  /** Port 0 takes a free one. */
  async start(port = this.#port): Promise<void> {
    const { security } = this;
    const server = new grpc.Server(security ? { interceptors: [asksFor(security)] } : {});
    server.addService(streamsService.StreamsService, {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => void this.#read(call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
        void this.#append(call, answer),
      batchAppend: (call: grpc.ServerDuplexStream<unknown, unknown>) => {
        this.calls.batchAppend += 1;
        call.emit('error', { code: grpc.status.UNIMPLEMENTED });
      },
      // Whatever revision is expected: no test deletes a stream that it does not know.
      delete: ({ request }: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>) => {
        const name = nameOf(request.getOptions()?.getStreamIdentifier());
        this.#deletedBefore.set(name, this.#streams.get(name)?.length ?? 0);
        answer(null, new streams.DeleteResp());
      },
      tombstone: (
        { request }: ServerUnaryCall<TombstoneReq, TombstoneResp>,
        answer: sendUnaryData<TombstoneResp>,
      ) => {
        this.#deletedBefore.set(nameOf(request.getOptions()?.getStreamIdentifier()), Infinity);
        answer(null, new streams.TombstoneResp());
      },
    });
    server.addService(gossipService.GossipService, {
      read: (_call: ServerUnaryCall<Empty, ClusterInfo>, answer: sendUnaryData<ClusterInfo>) =>
        answer(null, this.#members()),
    });
    server.addService(featureService.ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) => {
        const features = new featureDefinitions.SupportedMethods();
        features.setEventStoreServerVersion('23.10.5');
        // It claims to take batches, as a real one does: a client that believes it is found out.
        const batches = new featureDefinitions.SupportedMethod();
        batches.setMethodName('batchappend');
        batches.setServiceName('event_store.client.streams.streams');
        features.setMethodsList([batches]);
        answer(null, features);
      },
    });
    this.#port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, credentialsOf(security), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    this.#server = server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** The same by gossip: two seeds, of which one is dead. */
  get clusterUrl(): string {
    return `esdb://127.0.0.1:1,127.0.0.1:${this.#port}?tls=false`;
  }

  /** From now on another node of the same cluster, with the same records, and that one leads. */
  follow(leader: EventStoreDBTestServer): void {
    this.#log = leader.#log;
    this.#streams = leader.#streams;
    this.#leader = leader;
  }

  /** From now on this node leads. */
  takeOver(): void {
    this.#leader = this;
  }

  /** As kill -9 would: connections are cut. What was stored is there after the next start(). */
  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#live.clear();
  }

  /** Live subscriptions that are open. */
  get subscriptions(): number {
    return this.#live.size;
  }

  /** From now on live subscriptions hear nothing, and nobody tells them. */
  silenceSubscriptions(): void {
    this.#silent = true;
  }

  /** Ends the silence for subscriptions that are opened later. */
  endSilence(): void {
    this.#silent = false;
  }

  /** What a real server does to one that is 32 events behind. */
  dropSubscriptions(how: 'too slow' | 'end with OK'): void {
    for (const { call } of this.#live)
      if (how === 'end with OK') call.end();
      else
        fail(
          call,
          grpc.status.ABORTED,
          'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
        );
    this.#live.clear();
  }

  /** Appends from outside, for example to a stream that no log of ours has. */
  write(stream: string, type = '$metrics'): void {
    this.#store(stream, [
      {
        id: randomUUID(),
        type,
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.from(''),
      },
    ]);
  }

  #members(): ClusterInfo {
    const { LEADER, FOLLOWER } = gossipDefinitions.MemberInfo.VNodeState;
    const members = this.#leader === this ? [this] : [this, this.#leader];
    const info = new gossipDefinitions.ClusterInfo();
    info.setMembersList(
      members.map((node) => {
        const endPoint = new gossipDefinitions.EndPoint();
        endPoint.setAddress('127.0.0.1');
        endPoint.setPort(node.#port);
        const id = new shared.UUID();
        id.setString(randomUUID());
        const member = new gossipDefinitions.MemberInfo();
        member.setInstanceId(id);
        member.setTimeStamp('0');
        member.setState(node === this.#leader ? LEADER : FOLLOWER);
        member.setIsAlive(true);
        member.setHttpEndPoint(endPoint);
        return member;
      }),
    );
    return info;
  }

  #take(kind: 'append' | 'read' | 'subscribe'): Faults {
    const faults = this.faults[kind] ?? {};
    this.faults[kind] = undefined;
    return faults;
  }

  async #append(
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    this.calls.append += 1;
    const faults = this.#take('append');
    const messages: AppendReq[] = [];
    call.on('data', (message: AppendReq) => messages.push(message));
    await once(call, 'end');
    if (faults.delayMs) await sleep(faults.delayMs);
    if (faults.hang) return;
    if (faults.fail !== undefined) return answer({ code: faults.fail, details: 'as the test asks' });
    if (faults.notLeader) return answer(notLeader(faults.notLeader));
    const options = messages[0]?.getOptions();
    const stream = nameOf(options?.getStreamIdentifier());
    if (this.#deletedBefore.get(stream) === Infinity) return answer(tombstoned(stream));
    const expected = options?.hasNoStream() ? -1 : Number(options?.getRevision());
    const events = messages.slice(1).map((message) => proposed(message));
    if (events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0) > 1024 * 1024)
      return answer(tooLarge());
    if (faults.storeLaterMs !== undefined) {
      await sleep(faults.storeLaterMs);
      this.#appendTo(stream, expected, events);
      return;
    }
    const { revision, position } = this.#appendTo(stream, expected, events);
    if (faults.dropAfterCommit) return this.kill();
    const response = new streams.AppendResp();
    if (position === undefined) {
      const wrong = new streams.AppendResp.WrongExpectedVersion();
      if (revision === -1) wrong.setCurrentNoStream(new shared.Empty());
      else wrong.setCurrentRevision(String(revision));
      if (expected === -1) wrong.setExpectedNoStream(new shared.Empty());
      else wrong.setExpectedRevision(String(expected));
      response.setWrongExpectedVersion(wrong);
    } else {
      const success = new streams.AppendResp.Success();
      success.setCurrentRevision(String(revision));
      const place = new streams.AppendResp.Position();
      place.setCommitPosition(String(position));
      place.setPreparePosition(String(position));
      if (faults.withoutPosition) success.setNoPosition(new shared.Empty());
      else success.setPosition(place);
      response.setSuccess(success);
    }
    answer(null, response);
  }

  /** @returns no position when the expected revision is wrong; revision is that of the stream then */
  #appendTo(
    name: string,
    expected: number,
    events: readonly Proposed[],
  ): { readonly revision: number; readonly position: bigint | undefined } {
    const stream = this.#streams.get(name) ?? [];
    const head = stream.length - 1;
    // A deleted stream is written on both as a new one and where it ended.
    if (expected === head || (expected === -1 && this.#deletedBefore.get(name) === stream.length)) {
      const last = this.#store(name, events);
      return { revision: last.revision, position: last.position };
    }
    const there = stream.slice(expected + 1, expected + 1 + events.length);
    const last = there.at(-1);
    const repeated = there.length === events.length && there.every(({ id }, at) => id === events[at]?.id);
    return repeated && last
      ? { revision: last.revision, position: last.position }
      : { revision: head, position: undefined };
  }

  #store(name: string, events: readonly Proposed[]): Stored {
    const stream = this.#streams.get(name) ?? [];
    this.#streams.set(name, stream);
    for (const event of events) {
      const previous = this.#log.at(-1);
      const stored: Stored = {
        ...event,
        stream: name,
        revision: stream.length,
        position: previous ? previous.position + BigInt(100 + previous.data.length) : 0n,
        created: Date.now(),
      };
      stream.push(stored);
      this.#log.push(stored);
      if (!this.#silent)
        for (const { call, matches, duplicate } of this.#live)
          if (matches(stored)) for (let n = duplicate ? 2 : 1; n > 0; n -= 1) call.write(response(stored));
    }
    const last = stream.at(-1);
    if (!last) throw new Error('an append without events');
    return last;
  }

  async #read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    const options = call.request.getOptions()!;
    const subscribes = options.hasSubscription();
    this.calls[subscribes ? 'subscribe' : 'read'] += 1;
    const faults = this.#take(subscribes ? 'subscribe' : 'read');
    if (faults.delayMs) await sleep(faults.delayMs);
    if (faults.hang) return;
    if (faults.endWithOk) return void call.end();
    if (faults.fail !== undefined) return fail(call, faults.fail, 'as the test asks');
    if (faults.notLeader) return void call.emit('error', notLeader(faults.notLeader));
    const matches = filterOf(options);
    if (subscribes) return this.#subscribe(call, matches, faults);
    const name = nameOf(options.getStream()?.getStreamIdentifier());
    if (this.#deletedBefore.get(name) === Infinity) return void call.emit('error', tombstoned(name));
    const page = options.hasStream() ? this.#pageOfStream(options) : this.#pageOfLog(options, matches);
    if (page === undefined) {
      const missing = new streams.ReadResp.StreamNotFound();
      missing.setStreamIdentifier(options.getStream()?.getStreamIdentifier());
      const answer = new streams.ReadResp();
      answer.setStreamNotFound(missing);
      call.write(answer);
    }
    for (const event of page ?? []) call.write(response(event));
    call.end();
  }

  /** Only from the end: what is read from the middle is read in pages. */
  #subscribe(
    call: ServerWritableStream<ReadReq, ReadResp>,
    matches: (event: Stored) => boolean,
    { duplicate = false }: Faults,
  ): void {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId(randomUUID());
    const answer = new streams.ReadResp();
    answer.setConfirmation(confirmation);
    call.write(answer);
    const live = { call, matches, duplicate };
    this.#live.add(live);
    call.on('cancelled', () => this.#live.delete(live));
  }

  #pageOfStream(options: ReadReq.Options): readonly Stored[] | undefined {
    const place = options.getStream()!;
    const name = nameOf(place.getStreamIdentifier());
    const before = this.#deletedBefore.get(name) ?? 0;
    const stream = this.#streams.get(name);
    if (!stream || stream.length === before) return undefined;
    const count = Number(options.getCount());
    return place.hasEnd()
      ? stream.slice(-count).reverse()
      : stream.slice(Math.max(Number(place.getRevision()), before)).slice(0, count);
  }

  #pageOfLog(options: ReadReq.Options, matches: (event: Stored) => boolean): readonly Stored[] {
    const place = options.getAll()!;
    const count = Number(options.getCount());
    if (place.hasEnd()) return this.#log.filter(matches).slice(-count).reverse();
    const from = place.hasStart() ? 0n : BigInt(place.getPosition()!.getCommitPosition());
    return this.#log.filter((event) => event.position >= from && matches(event)).slice(0, count);
  }
}

const credentialsOf = (security: Security | undefined): grpc.ServerCredentials =>
  security
    ? grpc.ServerCredentials.createSsl(null, [
        { cert_chain: security.certificate, private_key: security.key },
      ])
    : grpc.ServerCredentials.createInsecure();

/** Streams are for those who say who they are; who the members are is told to anybody, as by a real node. */
const asksFor = ({ user, password }: Security): grpc.ServerInterceptor => {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return ({ path }, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => {
            if (path.includes('.streams.') && metadata.get('authorization')[0] !== expected)
              call.sendStatus({ code: grpc.status.UNAUTHENTICATED, details: 'Unauthenticated' });
            else go(metadata);
          },
        }),
    });
};

const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

type Proposed = Pick<Stored, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

const proposed = (message: AppendReq): Proposed => {
  const event = message.getProposedMessage()!;
  return {
    id: event.getId()!.getString() || uuidOf(event.getId()!.getStructured()!),
    type: event.getMetadataMap().get('type') ?? '',
    contentType: event.getMetadataMap().get('content-type') ?? '',
    data: event.getData_asU8(),
    metadata: event.getCustomMetadata_asU8(),
  };
};

/** The driver may send an id as two numbers of 64 bits. */
const uuidOf = (id: InstanceType<typeof shared.UUID.Structured>): string => {
  const hex = [id.getMostSignificantBits(), id.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const filterOf = (options: ReadReq.Options): ((event: Stored) => boolean) => {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList();
  return prefixes ? ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)) : () => true;
};

const response = (event: Stored): ReadResp => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(event.stream).toString('base64'));
  const id = new shared.UUID();
  id.setString(event.id);
  const record = new streams.ReadResp.ReadEvent.RecordedEvent();
  record.setId(id);
  record.setStreamIdentifier(identifier);
  record.setStreamRevision(String(event.revision));
  record.setCommitPosition(String(event.position));
  record.setPreparePosition(String(event.position));
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', event.contentType);
  // Ticks of 100 ns, with some that are no whole millisecond.
  record.getMetadataMap().set('created', String(BigInt(event.created) * 10_000n + 4_321n));
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(String(event.position));
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return answer;
};

const withException = (name: string, more: Readonly<Record<string, string>> = {}): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set('exception', name);
  for (const [key, value] of Object.entries(more)) metadata.set(key, value);
  return metadata;
};

const notLeader = ({ host, port }: { readonly host: string; readonly port: number }) => ({
  code: grpc.status.NOT_FOUND,
  details: 'Leader info available',
  metadata: withException('not-leader', {
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  }),
});

const tooLarge = () => ({
  code: grpc.status.INVALID_ARGUMENT,
  details: 'Maximum Append Size of 1048576 Exceeded.',
  metadata: withException('maximum-append-size-exceeded', { 'maximum-append-size': '1048576' }),
});

const tombstoned = (stream: string) => ({
  code: grpc.status.FAILED_PRECONDITION,
  details: `Event stream '${stream}' is deleted.`,
  metadata: withException('stream-deleted', { 'stream-name': stream }),
});

const fail = (call: ServerWritableStream<ReadReq, ReadResp>, code: number, details: string): void =>
  void call.emit('error', { code, details });
