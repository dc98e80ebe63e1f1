import { Controller, Get, Header, Headers, Param, Res } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OpenToEveryone } from '../auth/policy.js';
import { languageOf } from '../language.js';
import { knownCodes } from '../problem-catalogue.js';
import { Problem } from '../problem.js';
import { ProblemDto, ProblemTextDto } from './service.dto.js';

/** The pages that the type of a problem document leads to. */
@ApiTags('service')
@Controller('problems')
export class ProblemsController {
  @Get()
  @OpenToEveryone('explains error codes')
  @Header('cache-control', 'public, max-age=3600')
  @ApiOperation({ summary: 'All problems that this API answers with' })
  @ApiOkResponse({ type: [ProblemTextDto] })
  all(
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemTextDto[] {
    const language = languageOf(acceptLanguage);
    void reply.header('content-language', language).header('vary', 'accept-language, accept');
    return Object.entries(knownCodes).map(([code, text]) => ({
      code,
      status: text.status,
      title: text.title[language],
      detail: text.detail[language],
    }));
  }

  @Get(':code')
  @OpenToEveryone('explains an error code')
  @Header('cache-control', 'public, max-age=3600')
  @ApiOperation({ summary: 'What a problem means' })
  @ApiParam({ name: 'code', example: 'request.too_large' })
  @ApiProduces('application/json', 'text/html')
  @ApiOkResponse({ type: ProblemTextDto })
  @ApiNotFoundResponse({ type: ProblemDto, description: 'No problem has this code' })
  one(
    @Param('code') code: string,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemTextDto | string {
    const text = Object.hasOwn(knownCodes, code) ? knownCodes[code] : undefined;
    if (!text) throw new Problem('thing.not_found');
    const language = languageOf(acceptLanguage);
    void reply.header('content-language', language).header('vary', 'accept-language, accept');
    const title = text.title[language];
    const detail = text.detail[language];
    if (!accept?.includes('text/html')) return { code, status: text.status, title, detail };
    // All of it comes from the catalogue in this code: nothing from the request is put into the page.
    void reply.type('text/html; charset=utf-8');
    return `<!doctype html>\n<html lang="${language}"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n<p>${detail}</p>\n<p><code>${code}</code>, HTTP ${text.status}</p></html>\n`;
  }
}
