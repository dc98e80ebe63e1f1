import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DataClass } from '#kernel';
import {
  findAlarm,
  findHomeCase,
  homeBoardProjection,
  listAlarms,
  listDecidedPlaces,
  listHomeCases,
} from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import type { ContentsDto } from './contents.dto.js';
import {
  AlarmsDto,
  AlarmViewDto,
  DecidedPlacesDto,
  HomeCasesDto,
  HomeCaseViewDto,
} from './home-board.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { homeDutyOfficers, homeOfficers, listing, looking } from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [homeBoardProjection.name];
const openHome = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':caseId', dataClass, homeOfficers, homeBoardProjection.name);

/** Cases of the home board, for their named officers. There is no route to an address: that cell is just-in-time. */
@ApiTags('cases')
@Controller('relocation-coordination/v1/cases')
export class HomeCasesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Cases in which the caller is a named officer', listing(homeOfficers), {
    answer: HomeCasesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<HomeCasesDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listHomeCases(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':caseId')
  @QueryRoute('One case', looking(homeOfficers), { answer: HomeCaseViewDto, reads })
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<HomeCaseViewDto> {
    const { row, sealed } = await this.find(caseId, caller);
    return { ...row, contents: this.reading.contents(sealed) };
  }

  @openHome('identity')
  @IdParam('caseId')
  identity(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'identity');
  }

  @openHome('social')
  @IdParam('caseId')
  social(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'social');
  }

  @openHome('needs')
  @IdParam('caseId')
  needs(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'needs');
  }

  @openHome('family')
  @IdParam('caseId')
  family(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'family');
  }

  @openHome('threat-advice')
  @IdParam('caseId')
  threatAdvice(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'threat-advice');
  }

  @openHome('destination')
  @IdParam('caseId')
  destination(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'destination');
  }

  private async open(caseId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, dataClass);
  }

  /** Without the alarm plan, which lies with its placement: it is for the duty officer, also where one person is both. */
  private find(caseId: string, caller: Caller) {
    return this.reading.one(findHomeCase(this.reading.pool, readerOf(caller), caseId));
  }
}

/** Alarm plans, for the duty officers of the home board. They ask for nothing of the waiver. */
@ApiTags('alarms')
@Controller('relocation-coordination/v1/alarms')
export class AlarmsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Alarm plans for which the caller stands by', listing(homeDutyOfficers), {
    answer: AlarmsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<AlarmsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listAlarms(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':proposalId')
  @QueryRoute('One alarm plan', looking(homeDutyOfficers), { answer: AlarmViewDto, reads })
  @IdParam('proposalId')
  async one(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<AlarmViewDto> {
    const { row, sealed } = await this.find(proposalId, caller);
    return { ...row, contents: this.reading.contents(sealed) };
  }

  @ContentsRoute(':proposalId', 'address', homeDutyOfficers, homeBoardProjection.name)
  @IdParam('proposalId')
  async address(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(proposalId, caller)).sealed, 'address');
  }

  private find(proposalId: string, caller: Caller) {
    return this.reading.one(findAlarm(this.reading.pool, readerOf(caller), proposalId));
  }
}

/**
 * Where decisions say that children stay, for the duty officers of the home board, who fetch them: no alarm plan has such a
 * place. What stands here names the case in which a glass opens it, and says nothing of where.
 */
@ApiTags('alarms')
@Controller('relocation-coordination/v1/decided-places')
export class DecidedPlacesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Places that a decision names, for which the caller stands by', listing(homeDutyOfficers), {
    answer: DecidedPlacesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<DecidedPlacesDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listDecidedPlaces(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ caseId }) => ({ caseId }),
    );
  }
}
