import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../../api-options.js';
import { OpenToEveryone } from '../auth/policy.js';
import { HealthDto } from './service.dto.js';

/** A check that takes longer has failed, in milliseconds. */
const patienceMs = 2_500;

const within = async (check: () => Promise<boolean>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([check(), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

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
    const results = await Promise.all(
      this.options.healthChecks.map(async ({ name, check }) => [name, await within(check)] as const),
    );
    const well = results.every(([, result]) => result);
    if (!well) void reply.code(503);
    return {
      status: well ? 'ok' : 'failing',
      checks: Object.fromEntries(results.map(([name, result]) => [name, result ? 'ok' : 'failing'])),
    };
  }
}
