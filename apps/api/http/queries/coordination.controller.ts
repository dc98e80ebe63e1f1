import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DataClass, Token } from '#kernel';
import {
  coordinatorProjection,
  type DeskCandidate,
  type DeskProposal,
  type DeskRequest,
  findDeskCase,
  listDeskRequests,
  rankForCase,
} from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { cursorOf, keyOf } from '../list.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import type { MunicipalityDto } from './coded.dto.js';
import type { ContentsDto } from './contents.dto.js';
import {
  type CandidateDto,
  type CoordinationCaseDto,
  CoordinationCasesDto,
  CoordinationCaseViewDto,
  type DeskProposalDto,
  DestinationsDto,
} from './coordination.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { listing, looking, naming, nationalCoordinators } from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [coordinatorProjection.name];
const openCase = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':caseId', dataClass, nationalCoordinators, coordinatorProjection.name);

type Names = ReadonlyMap<Token, MunicipalityDto>;

// Where the person must not be says where the person comes from: how many is enough here, the ranking knows which.
const shown = ({ noGoPlaces, ...row }: DeskRequest): CoordinationCaseDto => ({
  ...row,
  noGoPlaceCount: noGoPlaces?.length ?? null,
});

const shownCandidate = (
  { caseId: _case, board: _board, area: _area, municipality, ...row }: DeskCandidate,
  names: Names,
): CandidateDto => ({ ...row, municipality: names.get(municipality) ?? null });

const shownProposal = (
  { caseId: _case, board: _board, municipality, ...row }: DeskProposal,
  names: Names,
): DeskProposalDto => ({ ...row, municipality: names.get(municipality) ?? null });

/** The coordinator's desk. The deputy sees what the coordinator sees; only who is on duty may act. */
@ApiTags('coordination')
@Controller('relocation-coordination/v1/coordination-cases')
export class CoordinationCasesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Requests on the desk', listing(nationalCoordinators), {
    answer: CoordinationCasesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<CoordinationCasesDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listDeskRequests(this.reading.pool, readerOf(caller), page),
      shown,
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':caseId')
  @QueryRoute(
    'One request with its candidates and proposals, named (recorded)',
    naming(looking(nationalCoordinators)),
    { answer: CoordinationCaseViewDto, reads },
  )
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<CoordinationCaseViewDto> {
    const { row, candidates, proposals, sealed } = await this.find(caseId, caller);
    const places = [...candidates, ...proposals].map(({ municipality }) => municipality);
    const names = await this.reading.name(caller, places, { caseId });
    return {
      ...shown(row),
      candidates: candidates.map((candidate) => shownCandidate(candidate, names)),
      proposals: proposals.map((proposal) => shownProposal(proposal, names)),
      contents: this.reading.contents(sealed),
    };
  }

  @Get(':caseId/destinations')
  @QueryRoute(
    'Municipalities that may be checked, best first (recorded)',
    naming(looking(nationalCoordinators)),
    {
      answer: DestinationsDto,
      reads,
      problems: listProblems,
    },
  )
  @IdParam('caseId')
  async destinations(
    @Id('caseId') caseId: string,
    @Query() { limit, cursor }: ListQuery,
    @Asking() caller: Caller,
  ): Promise<DestinationsDto> {
    const [from] = cursor === undefined ? [0] : keyOf(cursor, 1).map(Number);
    const { ranked, exhausted } = await this.reading.one(
      rankForCase(this.reading.pool, readerOf(caller), caseId),
    );
    const start = Number.isSafeInteger(from) && from! >= 0 ? from! : 0;
    const here = ranked.slice(start, start + limit);
    // Only what is shown is named, and only what is named is recorded.
    const names = await this.reading.name(
      caller,
      here.map(({ municipality }) => municipality),
      { caseId },
    );
    const items = here.flatMap(({ municipality, reasons }, index) => {
      const named = names.get(municipality);
      return named ? [{ rank: start + index + 1, municipality: named, reasons }] : [];
    });
    return {
      items,
      _meta: {
        limit,
        count: items.length,
        next: start + limit < ranked.length ? cursorOf([start + limit]) : null,
      },
      exhausted,
    };
  }

  @openCase('needs')
  @IdParam('caseId')
  needs(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'needs');
  }

  @openCase('destination')
  @IdParam('caseId')
  destination(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'destination');
  }

  private async open(caseId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, dataClass);
  }

  private find(caseId: string, caller: Caller) {
    return this.reading.one(findDeskCase(this.reading.pool, readerOf(caller), caseId));
  }
}
