import type { EventStore } from '#event-store';
import type { LoadedStream } from './command-executor.js';

/** How long a read is held to be of this moment, in milliseconds: about as long as a command takes. */
const maxAgeMs = 1_000;
const maxStreams = 1_000;

/**
 * Passes reads of whole streams on and keeps them for a moment. Whether somebody may send a command is read from the
 * stream on which the command is then decided: what was read for the one need not be read again for the other. Only for
 * deciding what is then appended at the revision that was read; see CommandExecutor.
 */
export class RecentReads implements Pick<EventStore, 'readStream'> {
  // A Map keeps the order of insertion: the first is the one that was read longest ago.
  readonly #reads = new Map<string, { readonly loaded: LoadedStream; readonly at: number }>();

  constructor(private readonly store: Pick<EventStore, 'readStream'>) {}

  async readStream(
    stream: string,
    options?: Parameters<EventStore['readStream']>[1],
  ): ReturnType<EventStore['readStream']> {
    // From before it was asked for: it holds what was committed by then.
    const at = performance.now();
    const read = await this.store.readStream(stream, options);
    if (read && !options) {
      this.#reads.delete(stream);
      this.#reads.set(stream, { loaded: { stream, ...read }, at });
      for (const [longestAgo] of this.#reads) {
        if (this.#reads.size <= maxStreams) break;
        this.#reads.delete(longestAgo);
      }
    }
    return read;
  }

  /** Once: what is decided on it moves the stream on. */
  take(stream: string): LoadedStream | undefined {
    const read = this.#reads.get(stream);
    this.#reads.delete(stream);
    return read && performance.now() - read.at < maxAgeMs ? read.loaded : undefined;
  }
}
