import { uncheckedCanonicalJson } from '#event-store';
import type { RecordedEvent } from '#kernel';
import { type Hash, leafHash } from './merkle-tree.js';

/**
 * What is hashed of an event: RFC 8785 JSON of everything that was stored, but its place in the log. Positions differ
 * from store to store; order is what the tree is for. The event must come from a store with the verbatim codec.
 */
export const leafOf = (event: RecordedEvent): string => {
  const { stream, revision, id, type, schemaVersion, recordedAt, data, metadata } = event;
  return uncheckedCanonicalJson({
    stream,
    revision,
    id,
    type,
    schemaVersion,
    recordedAt: new Date(recordedAt).toISOString(),
    data,
    metadata,
  });
};

export const hashOfEvent = (event: RecordedEvent): Hash => leafHash(leafOf(event));
