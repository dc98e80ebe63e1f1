import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NumberInPath, NoBody } from '../path.js';
import { policeAssessor, policeRegistrar } from '../policies.js';
import {
  AssessThreatDto,
  RecordAdversaryPresenceDto,
  RecordConflictEntriesDto,
} from './threat-assessment.dto.js';

const version = { name: 'version', schema: { type: 'integer', minimum: 1 } } as const;

@ApiTags('threat assessments')
@Controller('relocation-coordination/v1')
export class ThreatAssessmentController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('cases/:caseId/threat-assessments')
  @CommandRoute(
    'AssessThreat',
    'Assess the threat; a lower level waits for a second assessor',
    policeAssessor(['HOME_POLICE'], 'THREAT_ASSESSMENT'),
    { ifMatch: 'required' },
  )
  @IdParam('caseId')
  assess(
    @Id('caseId') caseId: string,
    @Body() body: AssessThreatDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('AssessThreat', { ...body, caseId }, context);
  }

  @Post('cases/:caseId/threat-assessments/:version/confirmations')
  @CommandRoute(
    'ConfirmLowering',
    'Agree, as a second assessor, to a lower level',
    policeAssessor(['HOME_POLICE'], 'THREAT_ASSESSMENT'),
  )
  @IdParam('caseId')
  @ApiParam(version)
  confirmLowering(
    @Id('caseId') caseId: string,
    @NumberInPath('version') proposed: number,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ConfirmLowering', { caseId, version: proposed }, context);
  }

  @Post('cases/:caseId/threat-assessments/:version/rejections')
  @CommandRoute(
    'RejectLowering',
    'Disagree, as a second assessor, with a lower level',
    policeAssessor(['HOME_POLICE'], 'THREAT_ASSESSMENT'),
  )
  @IdParam('caseId')
  @ApiParam(version)
  rejectLowering(
    @Id('caseId') caseId: string,
    @NumberInPath('version') proposed: number,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RejectLowering', { caseId, version: proposed }, context);
  }

  @Post('cases/:caseId/conflict-entries')
  @CommandRoute(
    'RecordConflictEntries',
    "Put the person's conflicts into Police's register",
    policeRegistrar(['HOME_POLICE'], 'PROTECTION'),
  )
  @IdParam('caseId')
  recordConflictEntries(
    @Id('caseId') caseId: string,
    @Body() body: RecordConflictEntriesDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordConflictEntries', { ...body, caseId }, context);
  }

  @Post('adversary-presences')
  @CommandRoute(
    'RecordAdversaryPresence',
    'Say that networks or persons are present in a municipality of the region',
    policeRegistrar('NO_CASE', 'PROTECTION'),
    { hidesRevision: true },
  )
  recordAdversaryPresence(
    @Body() body: RecordAdversaryPresenceDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordAdversaryPresence', body, context);
  }
}
