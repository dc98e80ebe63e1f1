import { applyDecorators, Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type DataClass } from '#kernel';
import { readLetter } from '#domain/public-access';
import { findDocumentRequest, listDocumentRequests, publicAccessProjection } from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Problem } from '../problem.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import { DocumentRequestsDto, DocumentRequestViewDto, RefusalLetterDto } from './document-requests.dto.js';
import { listProblems, QueryRoute } from './query-docs.js';
import { documentReaders, listing, openingOfNoCase } from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [publicAccessProjection.name];
const looking = documentReaders.map(listing);

const openRequest = (dataClass: DataClass): MethodDecorator =>
  applyDecorators(
    Get(`:requestId/contents/${dataClass}`),
    QueryRoute(
      `Open the ${dataClass} (recorded)`,
      documentReaders.map((readers) => openingOfNoCase(readers, dataClass)),
      { answer: ContentsDto, opens: true, reads: [...reads, 'grants'], problems: ['grants.behind'] },
    ),
  );

/** Requests for official documents, for the registrars and deciders of the authority that was asked. */
@ApiTags('public access')
@Controller('relocation-coordination/v1/document-requests')
export class DocumentRequestsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Requests for official documents of the caller’s authority', looking, {
    answer: DocumentRequestsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<DocumentRequestsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listDocumentRequests(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ requestId }) => ({ requestId }),
    );
  }

  @Get(':requestId')
  @QueryRoute('One request for official documents', looking, { answer: DocumentRequestViewDto, reads })
  @IdParam('requestId')
  async one(@Id('requestId') requestId: string, @Asking() caller: Caller): Promise<DocumentRequestViewDto> {
    const { row, sealed } = await this.find(requestId, caller);
    return { ...row, contents: this.reading.contents(sealed) };
  }

  @Get(':requestId/refusal')
  @QueryRoute(
    'The letter of a refusal with those before it, the same whatever the authority holds',
    looking,
    {
      answer: RefusalLetterDto,
      reads,
    },
  )
  @IdParam('requestId')
  async refusal(@Id('requestId') requestId: string, @Asking() caller: Caller): Promise<RefusalLetterDto> {
    const { row } = await this.find(requestId, caller);
    const { authorityKind, kinds } = row;
    const letters = row.letters.map(({ step, reason, decidedOn, letter }) => ({
      step,
      decidedOn,
      ...readLetter({ authorityKind, step, reason, kinds, decidedOn }, letter ?? undefined),
    }));
    const latest = letters.at(-1);
    if (!latest) throw new Problem('thing.not_found');
    return { ...latest, earlier: letters.slice(0, -1) };
  }

  /** The request in words with its number, and what was found. */
  @openRequest('social')
  @IdParam('requestId')
  social(@Id('requestId') requestId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(requestId, caller, 'social');
  }

  /** Pages and fee of what was released. */
  @openRequest('cost')
  @IdParam('requestId')
  cost(@Id('requestId') requestId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(requestId, caller, 'cost');
  }

  private async open(requestId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(requestId, caller)).sealed, dataClass);
  }

  private find(requestId: string, caller: Caller) {
    return this.reading.one(findDocumentRequest(this.reading.pool, readerOf(caller), requestId));
  }
}
