import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { Id } from '../path.js';
import { homeOfficer, whoBreaksGlass, whoBreaksGlassThere } from '../policies.js';
import { Problem } from '../problem.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import { PassReading } from './pass-reading.js';
import { BrokenGlassesDto, GlassNoteDto, JointOpeningsDto } from './passes.dto.js';
import { QueryRoute } from './query-docs.js';
import { Reading } from './reading.js';

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

  @Get()
  @QueryRoute('The glasses that were broken in the case', whoBreaksGlass, {
    answer: BrokenGlassesDto,
    reads: [],
  })
  @IdParam('caseId')
  list(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<BrokenGlassesDto> {
    return this.reading.glasses(caller, caseId);
  }

  @Get(':passId/note')
  @QueryRoute('What has happened, as who broke the glass says (recorded)', whoBreaksGlass, {
    answer: GlassNoteDto,
    opens: true,
    reads: [],
  })
  @IdParam('caseId', 'passId')
  note(
    @Id('caseId') caseId: string,
    @Id('passId') passId: string,
    @Asking() caller: Caller,
  ): Promise<GlassNoteDto> {
    return this.reading.note(caller, caseId, passId);
  }

  @Get(contents)
  @QueryRoute(
    'Open content with a broken glass (recorded)',
    whoBreaksGlass.map((policy) => ({ ...policy, ...fresh })),
    { answer: ContentsDto, opens: true, reads: [] },
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

/** The same for Police of the receiving region, by the placement that they know. */
@ApiTags('just in time')
@Controller('relocation-coordination/v1/placements/:proposalId/broken-glasses')
export class GlassesThereController {
  constructor(
    @Inject(PassReading) private readonly reading: PassReading,
    @Inject(Reading) private readonly cases: Reading,
  ) {}

  @Get(contents)
  @QueryRoute(
    'Open content with a glass that was broken in the receiving region (recorded)',
    { ...whoBreaksGlassThere, ...fresh },
    { answer: ContentsDto, opens: true, reads: [] },
  )
  @IdParam('proposalId', 'passId')
  @ClassParam
  async open(
    @Id('proposalId') proposalId: string,
    @Id('passId') passId: string,
    @Param('dataClass') dataClass: string,
    @Asking() caller: Caller,
  ): Promise<ContentsDto> {
    const caseId = await this.cases.caseOf(proposalId);
    return this.reading.withGlass(caller, caseId, passId, classOf(dataClass), proposalId);
  }
}

/** Who and where, for the official whose request a second person approved, until it runs out. */
@ApiTags('just in time')
@Controller('relocation-coordination/v1/cases/:caseId/joint-openings')
export class JointOpeningsController {
  constructor(@Inject(PassReading) private readonly reading: PassReading) {}

  @Get()
  @QueryRoute('What officers of the case have asked each other for', homeOfficer(['HOME_BOARD'], 'SUPPORT'), {
    answer: JointOpeningsDto,
    reads: [],
  })
  @IdParam('caseId')
  list(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<JointOpeningsDto> {
    return this.reading.jointOpenings(caller, caseId);
  }

  @Get(contents)
  @QueryRoute(
    'Open identity or address in a joint opening (recorded)',
    { ...homeOfficer(['HOME_BOARD'], 'SUPPORT'), ...fresh, declared: true },
    { answer: ContentsDto, opens: true, reads: [], problems: ['access.not_declared'] },
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
