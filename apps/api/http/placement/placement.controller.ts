import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import {
  facilityDirector,
  evenTaken,
  homeDutyOfficer,
  homeOfficer,
  coordinatorOnDuty,
  policeCoordinator,
} from '../policies.js';
import {
  ClearPlacementDto,
  ConfirmArrivalDto,
  ConfirmDepartureDto,
  GrantAdmissionDto,
  RecordFollowUpDto,
  RecordTransferDto,
  RefuseAdmissionDto,
  ReportExposureDto,
} from './placement.dto.js';

@ApiTags('placements')
@Controller('relocation-coordination/v1/placements/:proposalId')
export class PlacementController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('admissions')
  @CommandRoute(
    'GrantAdmission',
    'Admit, as director of the housing',
    facilityDirector(['HOUSING_PROVIDER'], 'ADMISSION'),
  )
  @IdParam('proposalId')
  grantAdmission(
    @Id('proposalId') proposalId: string,
    @Body() body: GrantAdmissionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('GrantAdmission', { ...body, proposalId }, context);
  }

  @Post('admission-refusals')
  @CommandRoute(
    'RefuseAdmission',
    'Refuse admission, as director of the housing',
    facilityDirector(['HOUSING_PROVIDER'], 'ADMISSION'),
  )
  @IdParam('proposalId')
  refuseAdmission(
    @Id('proposalId') proposalId: string,
    @Body() body: RefuseAdmissionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RefuseAdmission', { ...body, proposalId }, context);
  }

  @Post('clearances')
  @CommandRoute(
    'ClearPlacement',
    'Clear the placement: the identity is disclosed',
    coordinatorOnDuty(['NATIONAL_COORDINATOR'], 'COORDINATION'),
  )
  @IdParam('proposalId')
  clear(
    @Id('proposalId') proposalId: string,
    @Body() body: ClearPlacementDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ClearPlacement', { ...body, proposalId }, context);
  }

  @Post('transfers')
  @CommandRoute(
    'RecordTransfer',
    'Record that the transfer has begun',
    policeCoordinator(['HOME_POLICE'], 'PROTECTION'),
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  recordTransfer(
    @Id('proposalId') proposalId: string,
    @Body() body: RecordTransferDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordTransfer', { ...body, proposalId }, context);
  }

  @Post('arrivals')
  @CommandRoute(
    'ConfirmArrival',
    'Confirm that the person has arrived',
    homeOfficer(['HOME_BOARD'], 'PROTECTION'),
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  confirmArrival(
    @Id('proposalId') proposalId: string,
    @Body() body: ConfirmArrivalDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ConfirmArrival', { ...body, proposalId }, context);
  }

  @Post('follow-ups')
  @CommandRoute(
    'RecordFollowUp',
    'Record a follow-up',
    [homeOfficer(['HOME_BOARD'], 'SUPPORT'), policeCoordinator(['HOME_POLICE'], 'PROTECTION')],
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  recordFollowUp(
    @Id('proposalId') proposalId: string,
    @Body() body: RecordFollowUpDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordFollowUp', { ...body, proposalId }, context);
  }

  @Post('departures')
  @CommandRoute(
    'ConfirmDeparture',
    'Confirm that the person has left',
    // Whoever holds the alarm plan fetches the person, and is the one who stands there.
    [
      homeOfficer(['HOME_BOARD'], 'PROTECTION'),
      homeDutyOfficer(['HOME_DUTY'], 'ALARM'),
      policeCoordinator(['RECEIVING_POLICE'], 'ALARM'),
    ],
    {
      waitsForGrants: true,
      hidesRevision: true,
    },
  )
  @IdParam('proposalId')
  confirmDeparture(
    @Id('proposalId') proposalId: string,
    @Body() body: ConfirmDepartureDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ConfirmDeparture', { ...body, proposalId }, context);
  }

  @Post('exposures')
  @CommandRoute(
    'ReportExposure',
    'Report that the place is known to somebody who must not know it: only rescuers read the address from then on',
    [
      evenTaken(homeOfficer(['HOME_BOARD'], 'PROTECTION')),
      homeDutyOfficer(['HOME_DUTY'], 'ALARM'),
      evenTaken(policeCoordinator(['HOME_POLICE', 'RECEIVING_POLICE'], 'PROTECTION')),
    ],
    {
      waitsForGrants: true,
      hidesRevision: true,
    },
  )
  @IdParam('proposalId')
  reportExposure(
    @Id('proposalId') proposalId: string,
    @Body() body: ReportExposureDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ReportExposure', { ...body, proposalId }, context);
  }
}
