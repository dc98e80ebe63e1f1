import type { MessageEvent } from '@nestjs/common';
import {
  connect,
  endWith,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  startWith,
  takeUntil,
} from 'rxjs';

/** Something waits for this person, or no longer does. There is nothing in it: the inbox says what. */
export type InboxSignal = 'changed';

/** Between two signs of life, so that proxies do not end a quiet connection, in milliseconds. */
const heartbeatMs = 25_000;

/**
 * Server-sent events without content, for `GET .../inbox/stream`: one at once, so that the caller reads its inbox
 * after connecting and misses nothing, then one per signal.
 */
export const inboxEvents = (
  signals: Observable<InboxSignal>,
  beatMs = heartbeatMs,
): Observable<MessageEvent> =>
  signals.pipe(
    connect((shared) =>
      merge(
        shared.pipe(
          startWith('changed' as const),
          map((): MessageEvent => ({ type: 'inbox', data: 'changed' })),
        ),
        interval(beatMs).pipe(
          // Signs of life end with the signals, or the connection would outlast the login.
          takeUntil(shared.pipe(ignoreElements(), endWith(undefined))),
          map((): MessageEvent => ({ type: 'alive', data: '' })),
        ),
      ),
    ),
  );
