import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute } from '../command-docs.js';
import { Context } from '../command-route.js';
import { NoBody } from '../path.js';
import { coordinatorOffice, coordinatorOnDuty } from '../policies.js';
import { EnactRulesDto } from './coordination.dto.js';

@ApiTags('coordination')
@Controller('relocation-coordination/v1')
export class CoordinationController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('duties')
  @CommandRoute(
    'TakeDuty',
    'Take over as national coordinator on duty',
    coordinatorOffice('NO_CASE', 'COORDINATION'),
  )
  takeDuty(@NoBody() _body: unknown, @Context() context: CommandContext): Promise<CommandResult> {
    return this.intents.execute('TakeDuty', {}, context);
  }

  @Post('rules')
  @CommandRoute(
    'EnactRules',
    'Enact rules and clocks from a day on',
    coordinatorOnDuty('NO_CASE', 'COORDINATION'),
  )
  enactRules(@Body() body: EnactRulesDto, @Context() context: CommandContext): Promise<CommandResult> {
    return this.intents.execute('EnactRules', body, context);
  }
}
