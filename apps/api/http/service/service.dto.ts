import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class HealthDto {
  /** `behind`: answers; some read model has not caught up, and what needs it says so by itself. */
  @ApiProperty({ enum: ['ok', 'behind', 'failing'] })
  status!: 'ok' | 'behind' | 'failing';

  /** One entry per thing that was looked at. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string', enum: ['ok', 'failing'] } })
  checks!: Record<string, 'ok' | 'failing'>;
}

/** About this API, by the national REST API profile. */
export class ApiInfoDto {
  apiName!: string;
  apiVersion!: string;
  /** Date of this version. */
  @ApiProperty({ format: 'date' })
  apiReleased!: string;
  apiDocumentation!: string;
  @ApiProperty({ enum: ['beta', 'active', 'deprecated', 'retired'] })
  apiStatus!: string;
}

export class ProblemTextDto {
  @ApiProperty({ example: 'request.too_large' })
  code!: string;
  @ApiProperty({ example: 413 })
  status!: number;
  title!: string;
  detail!: string;
}

export class ViolationDto {
  /** Path of known field names; empty for the body itself. */
  @ApiProperty({ example: 'desiredStart' })
  field!: string;
  message!: string;
}

/** RFC 9457. Never holds a rejected value, a name, or a hint that something exists. */
export class ProblemDto {
  /** Address of a page of this API that explains it. */
  @ApiProperty({ format: 'uri-reference', example: '/problems/request.invalid' })
  type!: string;
  title!: string;
  status!: number;
  detail!: string;
  /** Names this occurrence: the request id. */
  @ApiProperty({ format: 'uri' })
  instance!: string;
  /** Stable, for programs. */
  @ApiProperty({ example: 'request.invalid' })
  code!: string;
  @ApiProperty({ type: [ViolationDto], required: false, description: 'On 400: what to change.' })
  violations?: ViolationDto[];
  @ApiProperty({
    type: [String],
    required: false,
    description: 'On a 409 from the state of the case: what may be done now.',
  })
  allowedActions?: string[];
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Coded facts of a refusal: numbers, dates, values of closed lists.',
  })
  facts?: Record<string, unknown>;
}
