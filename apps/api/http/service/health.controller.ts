import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Health, rememberHealth } from '#platform';
import { API_OPTIONS, type ApiOptions } from '../../api-options.js';
import { OpenToEveryone } from '../auth/policy.js';
import { HealthDto } from './service.dto.js';

@ApiTags('service')
@Controller('health')
export class HealthController {
  private readonly health: () => Promise<Health>;

  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {
    this.health = rememberHealth(options.healthChecks, options.passed);
  }

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
    const { draining } = this.options;
    const { status, checks } = await this.health();
    // Asked by the proxy before all else, and at once: whoever stops takes no more.
    const stops = draining?.() === true;
    if (stops || status === 'failing') void reply.code(503);
    return {
      status: stops ? 'failing' : status,
      checks: draining ? { ...checks, running: stops ? 'failing' : 'ok' } : checks,
    };
  }
}
