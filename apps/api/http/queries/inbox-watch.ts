import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  catchError,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  finalize,
  first,
  interval,
  map,
  merge,
  of,
  type Observable,
  ReplaySubject,
  share,
  skip,
  takeUntil,
  throttleTime,
  timer,
} from 'rxjs';
import { inboxDigest } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import type { InboxSignal } from '../live.js';
import { Problem } from '../problem.js';
import { inboxes, type InboxRole, inboxRoles } from './inbox-roles.js';
import { readerOf, Reading } from './reading.js';

/** How often it is looked whether a read model has moved, in milliseconds; once for all who listen to it. */
const lookMs = 1_000;
/** At the latest so long after an appointment has ended its stream ends too, in milliseconds. */
const recheckMs = 5_000;
const mostConnections = 500;
const mostOfOnePerson = 4;

/** Tells who is connected that something in the inbox has changed, and never what. */
@Injectable()
export class InboxWatch implements OnModuleDestroy {
  readonly #connections = new Map<string, number>();
  /** Replays, so that a stream that begins while the service closes ends as well. */
  readonly #closing = new ReplaySubject<void>(1);
  readonly #movesOf: Readonly<Record<InboxRole, Observable<unknown>>>;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Reading) private readonly reading: Reading,
  ) {
    this.#movesOf = Object.fromEntries(
      inboxRoles.map((role) => [role, this.moves(inboxes[role].projection.name)]),
    ) as Record<InboxRole, Observable<unknown>>;
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.#closing.next();
    this.#closing.complete();
  }

  /**
   * One signal for every change of the rows that are the caller's; ends when the login does, the appointment by which
   * the caller was let in, or the service.
   * @throws Problem store.overloaded when there are too many connections, of all or of this person
   */
  signals(caller: Caller, role: InboxRole): Observable<InboxSignal> {
    const { person } = caller.by;
    const mine = this.#connections.get(person) ?? 0;
    const all = [...this.#connections.values()].reduce((sum, count) => sum + count, 0);
    if (mine >= mostOfOnePerson || all >= mostConnections) throw new Problem('store.overloaded');
    return defer(() => {
      this.#connections.set(person, (this.#connections.get(person) ?? 0) + 1);
      return this.changes(caller, role);
    }).pipe(finalize(() => this.disconnected(person)));
  }

  private changes(caller: Caller, role: InboxRole): Observable<InboxSignal> {
    const digest = () =>
      defer(() =>
        inboxDigest(this.reading.pool, inboxes[role].projection, {
          ...readerOf(caller),
          now: this.reading.now,
        }),
      ).pipe(
        // A look that failed is made again with the next move.
        catchError(() => EMPTY),
      );
    // The first look is what the caller has read; moves are shared, and the next one may be far away.
    return merge(of(0), this.#movesOf[role]).pipe(
      concatMap(digest),
      distinctUntilChanged(),
      skip(1),
      map((): InboxSignal => 'changed'),
      takeUntil(merge(this.#closing, this.loginEnd(caller), this.entitlementEnd(caller, role))),
    );
  }

  /** Emits once the token has run out. */
  private loginEnd(caller: Caller): Observable<unknown> {
    return timer(0, lookMs).pipe(first(() => this.options.clock.now() >= caller.loginEndsAt));
  }

  /**
   * Emits once the caller would not be let in any more. Looked at when something has happened in the log, but not more
   * often than every few seconds, and else as time goes by: an appointment may end by the calendar.
   */
  private entitlementEnd(caller: Caller, role: InboxRole): Observable<unknown> {
    return merge(this.#movesOf[role].pipe(throttleTime(recheckMs)), interval(recheckMs)).pipe(
      // What cannot be known now is asked again at the next look; meanwhile nothing with content goes out.
      exhaustMap(() => defer(() => caller.holds()).pipe(catchError(() => EMPTY))),
      first((holds) => !holds),
    );
  }

  /** Emits the position of a read model whenever it has moved, for as long as anybody listens. */
  private moves(readModel: string): Observable<unknown> {
    return timer(0, lookMs).pipe(
      exhaustMap(() => defer(() => this.options.positions.of(readModel)).pipe(catchError(() => EMPTY))),
      distinctUntilChanged(),
      share(),
    );
  }

  private disconnected(person: string): void {
    const left = (this.#connections.get(person) ?? 1) - 1;
    if (left > 0) this.#connections.set(person, left);
    else this.#connections.delete(person);
  }
}
