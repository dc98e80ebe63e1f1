import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { lookAtHealth } from '#platform';
import { API_OPTIONS, type ApiOptions } from '../../api-options.js';
import { OpenToEveryone } from '../auth/policy.js';
import { HealthDto } from './service.dto.js';

@ApiTags('service')
@Controller('health')
export class HealthController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Get('live')
  @OpenToEveryone('says only that the process answers')
  @ApiOperation({ summary: 'Whether the process answers' })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok', checks: {} };
  }

  @Get('ready')
  @OpenToEveryone('says only what is well and what is not, without reasons')
  @ApiOperation({ summary: 'Whether everything that a request needs is there right now' })
  @ApiOkResponse({ type: HealthDto })
  @ApiResponse({ status: 503, type: HealthDto, description: 'Something that requests need is missing' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    const { draining, healthChecks } = this.options;
    const health = await lookAtHealth(
      // Asked first of all by the proxy: whoever stops takes no more.
      draining ? [...healthChecks, { name: 'running', check: async () => !draining() }] : healthChecks,
    );
    if (health.status === 'failing') void reply.code(503);
    return health;
  }
}
