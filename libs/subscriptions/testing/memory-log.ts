import type { AppendRequest, AppendResult } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import type { RecordedEvent } from '#kernel';

/** The log in memory with all its events at hand for an expectation. */
export class MemoryLog extends MemoryEventStore {
  events: readonly RecordedEvent[] = [];

  constructor(epoch = 'a1') {
    super({ epoch });
  }

  override async append(request: AppendRequest): Promise<AppendResult> {
    const result = await super.append(request);
    this.events = await this.readAll(undefined, Infinity);
    return result;
  }
}
