import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { Position, RecordedEvent } from '#kernel';
import type { EncodedEvent } from '../codec.js';
import { ForeignPosition, InvalidAppend } from '../port.js';

/** Place of a record in the server's transaction file. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

const digits = 19;

/**
 * `<epoch>-<commit>.<prepare>`, 19 digits each: the server counts in signed 64 bits, and text order is number order.
 * What stands before the last `-` is the log, as in every adapter.
 */
export const positionOf = (epoch: string, { commit, prepare }: ServerPosition): Position =>
  `${epoch}-${padded(commit)}.${padded(prepare)}`;

const padded = (number: bigint): string => String(number).padStart(digits, '0');

/** @throws ForeignPosition when it was not made by this log */
export const serverPositionOf = (epoch: string, position: Position): ServerPosition => {
  const place = /^(\d{19})\.(\d{19})$/.exec(position.slice(epoch.length + 1));
  if (!position.startsWith(`${epoch}-`) || !place?.[1] || !place[2]) throw new ForeignPosition(epoch);
  return { commit: BigInt(place[1]), prepare: BigInt(place[2]) };
};

/**
 * What the server has no field for travels in the metadata of the event and is lifted out again on read: the version,
 * and the time at which a copied event was recorded first.
 */
const reserved = { schemaVersion: 'log.schemaVersion', recordedAt: 'log.recordedAt' } as const;

/** @param recordedAt of an event that another log recorded first */
export const toServer = (event: EncodedEvent, recordedAt?: string): EventData => {
  const metadata = JSON.parse(event.metadata) as Record<string, string>;
  for (const key of Object.values(reserved))
    if (key in metadata) throw new InvalidAppend(`the metadata holds ${key}, which the log keeps for itself`);
  return jsonEvent({
    id: event.id,
    type: event.type,
    data: JSON.parse(event.data) as Record<string, unknown>,
    metadata: {
      ...metadata,
      [reserved.schemaVersion]: String(event.schemaVersion),
      ...(recordedAt === undefined ? {} : { [reserved.recordedAt]: recordedAt }),
    },
  });
};

/** A record as the server gives it; data and metadata are JSON. */
export interface ServerEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: ServerPosition;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  /** In milliseconds since 1970. */
  readonly created: number;
}

/** @param prefix of the streams of this log on the server */
export const toRecorded = (epoch: string, prefix: string, event: ServerEvent): RecordedEvent => {
  const {
    [reserved.schemaVersion]: schemaVersion,
    [reserved.recordedAt]: recordedAt,
    ...metadata
  } = JSON.parse(event.metadata) as Readonly<Record<string, string>>;
  return {
    id: event.id,
    stream: event.stream.slice(prefix.length),
    revision: event.revision,
    position: positionOf(epoch, event.position),
    type: event.type,
    schemaVersion: Number(schemaVersion),
    data: JSON.parse(event.data) as RecordedEvent['data'],
    metadata: metadata as unknown as RecordedEvent['metadata'],
    recordedAt: recordedAt ?? new Date(event.created).toISOString(),
  };
};

export const isAfter = (one: ServerPosition, other: ServerPosition): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);
