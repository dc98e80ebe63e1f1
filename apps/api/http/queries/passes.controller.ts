import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { Id } from '../path.js';
import { homeOfficer, whoBreaksGlass } from '../policies.js';
import { Problem } from '../problem.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import { PassReading } from './pass-reading.js';
import { QueryRoute } from './query-docs.js';

const fresh = { login: 'FRESH_LOA3' } as const;
const contents = ':passId/contents/:dataClass';
const ClassParam = ApiParam({ name: 'dataClass', schema: { type: 'string', enum: [...dataClasses] } });

/** A class that there is not is not there. */
const classOf = (text: string): DataClass => {
  const found = dataClasses.find((one) => one === text);
  if (!found) throw new Problem('thing.not_found');
  return found;
};

/** What a broken glass opens, for who broke it, until it runs out. It waits for no worker. */
@ApiTags('just in time')
@Controller('relocation-coordination/v1/cases/:caseId/broken-glasses')
export class BrokenGlassesController {
  constructor(@Inject(PassReading) private readonly reading: PassReading) {}

  @Get(contents)
  @QueryRoute(
    'Open content with a broken glass (recorded)',
    whoBreaksGlass.map((policy) => ({ ...policy, ...fresh })),
    { answer: ContentsDto, reads: [] },
  )
  @IdParam('caseId', 'passId')
  @ClassParam
  open(
    @Id('caseId') caseId: string,
    @Id('passId') passId: string,
    @Param('dataClass') dataClass: string,
    @Asking() caller: Caller,
  ): Promise<ContentsDto> {
    return this.reading.withGlass(caller, caseId, passId, classOf(dataClass));
  }
}

/** Who and where, for the official whose request a second person approved, until it runs out. */
@ApiTags('just in time')
@Controller('relocation-coordination/v1/cases/:caseId/joint-openings')
export class JointOpeningsController {
  constructor(@Inject(PassReading) private readonly reading: PassReading) {}

  @Get(contents)
  @QueryRoute(
    'Open identity or address in a joint opening (recorded)',
    { ...homeOfficer(['HOME_BOARD'], 'SUPPORT'), ...fresh },
    { answer: ContentsDto, reads: [] },
  )
  @IdParam('caseId', 'passId')
  @ClassParam
  open(
    @Id('caseId') caseId: string,
    @Id('passId') passId: string,
    @Param('dataClass') dataClass: string,
    @Asking() caller: Caller,
  ): Promise<ContentsDto> {
    return this.reading.jointly(caller, caseId, passId, classOf(dataClass));
  }
}
