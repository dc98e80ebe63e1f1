import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute } from '../command-docs.js';
import { Context } from '../command-route.js';
import { receivingOfficer } from '../policies.js';
import { DeclareCapacityDto } from './destination.dto.js';

@ApiTags('capacity')
@Controller('relocation-coordination/v1/capacity-declarations')
export class DestinationController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post()
  @CommandRoute(
    'DeclareCapacity',
    'Say how many persons the board can receive',
    receivingOfficer('NO_CASE', 'RECEPTION'),
    { hidesRevision: true },
  )
  declareCapacity(
    @Body() body: DeclareCapacityDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareCapacity', body, context);
  }
}
