import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute } from '../command-docs.js';
import { Context } from '../command-route.js';
import { registrar } from '../policies.js';
import { AppointOfficialDto, EndAppointmentDto, RecordTrainingDto } from './appointment.dto.js';

@ApiTags('appointments')
@Controller('relocation-coordination/v1')
export class AppointmentController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('appointments')
  @CommandRoute('AppointOfficial', 'Appoint an official', registrar('NO_CASE', 'ADMINISTRATION'))
  appoint(@Body() body: AppointOfficialDto, @Context() context: CommandContext): Promise<CommandResult> {
    return this.intents.execute('AppointOfficial', body, context);
  }

  @Post('appointment-endings')
  @CommandRoute('EndAppointment', 'End an appointment', registrar('NO_CASE', 'ADMINISTRATION'))
  end(@Body() body: EndAppointmentDto, @Context() context: CommandContext): Promise<CommandResult> {
    return this.intents.execute('EndAppointment', body, context);
  }

  @Post('trainings')
  @CommandRoute(
    'RecordTraining',
    'Record training in protected personal data',
    registrar('NO_CASE', 'ADMINISTRATION'),
  )
  recordTraining(
    @Body() body: RecordTrainingDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordTraining', body, context);
  }
}
