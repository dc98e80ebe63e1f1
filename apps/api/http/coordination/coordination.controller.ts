import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { API_OPTIONS, type ApiOptions } from '../../api-options.js';
import { CommandRoute } from '../command-docs.js';
import { Context } from '../command-route.js';
import { NoBody } from '../path.js';
import { coordinatorOffice, coordinatorOnDuty } from '../policies.js';
import { EnactRulesDto } from './coordination.dto.js';

@ApiTags('coordination')
@Controller('relocation-coordination/v1')
export class CoordinationController {
  constructor(@Inject(API_OPTIONS) private readonly api: ApiOptions) {}

  @Post('duties')
  @CommandRoute('Take over as national coordinator on duty', coordinatorOffice('NO_CASE', 'COORDINATION'))
  takeDuty(@NoBody() _body: unknown, @Context() context: CommandContext): Promise<CommandResult> {
    return this.api.intents.execute('TakeDuty', {}, context);
  }

  @Post('rules')
  @CommandRoute('Enact rules and clocks from a day on', coordinatorOnDuty('NO_CASE', 'COORDINATION'))
  enactRules(@Body() body: EnactRulesDto, @Context() context: CommandContext): Promise<CommandResult> {
    return this.api.intents.execute('EnactRules', body, context);
  }
}
