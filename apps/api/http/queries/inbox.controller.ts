import { Controller, Get, Inject, type MessageEvent, Query, Sse } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import type { InboxEntry, PageRequest } from '#projections';
import type { Caller } from '../../api-options.js';
import { inboxEvents } from '../live.js';
import { Asking } from './asking.js';
import { inboxes } from './inbox-roles.js';
import { InboxWatch } from './inbox-watch.js';
import { InboxDto, type InboxItemDto, InboxQuery, InboxStreamQuery } from './inbox.dto.js';
import { InboxRoute, InboxStreamRoute } from './inbox-docs.js';
import { readerOf, Reading } from './reading.js';

/** What waits for the caller, until when, and what may be done about it now. */
@ApiTags('inbox')
@Controller('relocation-coordination/v1/inbox')
export class InboxController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(InboxWatch) private readonly watch: InboxWatch,
  ) {}

  @Get()
  @InboxRoute()
  list(@Query() query: InboxQuery, @Asking() caller: Caller): Promise<InboxDto> {
    const { list, purposeOf } = inboxes[query.as];
    const rows = (page: PageRequest) =>
      list(this.reading.pool, readerOf(caller), { ...page, now: this.reading.now });
    const show = ({ kind, about, dueAt, actions }: InboxEntry): InboxItemDto => ({
      kind,
      id: about,
      dueAt,
      actions,
    });
    // Reviews are of no case.
    if (query.as === 'LOG_REVIEWER') return this.reading.page(query, rows, show);
    return this.reading.waiting(caller, query, rows, show, ({ about, kind }) => ({
      about,
      purpose: purposeOf?.(kind) ?? caller.purpose,
    }));
  }

  @Sse('stream')
  @InboxStreamRoute()
  stream(@Query() query: InboxStreamQuery, @Asking() caller: Caller): Observable<MessageEvent> {
    return inboxEvents(this.watch.signals(caller, query.as));
  }
}
