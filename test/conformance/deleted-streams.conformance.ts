import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { BrokenStream, type EventStore } from '#event-store';
import { eventsFor, expectAppended, newStream, readToEnd, write } from './event-store.conformance.js';

/**
 * What an administrator can do to a log on EventStoreDB, past every door of ours.
 * @param connection where the server is, and the name of the log on it
 */
export const deletedStreamsConformance = (
  name: string,
  connection: () => { readonly url: string; readonly log: string },
  connect: () => Promise<EventStore>,
): void => {
  describe(`a stream that somebody has deleted on ${name}`, () => {
    let store: EventStore;
    let administrator: EventStoreDBClient;
    let stream: string;
    let onServer: string;
    beforeAll(async () => {
      store = await connect();
      administrator = EventStoreDBClient.connectionString(connection().url);
    });
    beforeEach(async () => {
      stream = newStream();
      onServer = `${connection().log}.${stream}`;
      await write(store, stream, 2);
    });
    afterAll(async () => {
      await administrator.dispose();
      await store.close();
    });
    const appendTo = (expectedRevision: number | 'no-stream') =>
      store.append({ stream, expectedRevision, events: eventsFor(stream, 1, 7) });

    it('is one that does not exist, and an append to it as a new one is no success, however often it is sent', async () => {
      await administrator.deleteStream(onServer);
      expect(await store.readStream(stream)).toBeUndefined();
      // The server takes it, at revision 2.
      await expect(appendTo('no-stream')).rejects.toBeInstanceOf(BrokenStream);
      await expect(appendTo('no-stream')).rejects.toBeInstanceOf(BrokenStream);
      await expect(store.readStream(stream)).rejects.toThrow(`${onServer} are missing`);
    });

    it('is not read as if what was written later were all of it', async () => {
      await administrator.deleteStream(onServer);
      // By one that had read the stream before.
      expect(expectAppended(await appendTo(1)).revision).toBe(2);
      for (const part of [{}, { limit: 1 }, { from: 1 }])
        await expect(store.readStream(stream, part)).rejects.toBeInstanceOf(BrokenStream);
      expect((await store.readStream(stream, { from: 2 }))?.revision).toBe(2);
      // The log itself still has them: the notary sees them there, and a copy is made from it.
      expect((await readToEnd(store, undefined)).filter((event) => event.stream === stream)).toHaveLength(3);
    });

    it('is broken for good, when it was deleted with a tombstone', async () => {
      await administrator.tombstoneStream(onServer);
      await expect(store.readStream(stream)).rejects.toBeInstanceOf(BrokenStream);
      for (const expected of ['no-stream', 1] as const)
        await expect(appendTo(expected)).rejects.toBeInstanceOf(BrokenStream);
    });
  });
};
