import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenToEveryone } from '../auth/policy.js';
import { apiInfo } from './api-info.js';
import { ApiInfoDto } from './service.dto.js';

@ApiTags('service')
@Controller('relocation-coordination/v1/api-info')
export class ApiInfoController {
  @Get()
  @OpenToEveryone('describes the API and nothing in it')
  @ApiOperation({ summary: 'About this API, by the national REST API profile' })
  @ApiOkResponse({ type: ApiInfoDto })
  info(): ApiInfoDto {
    return apiInfo;
  }
}
