import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../api-options.js';
import { callerOf } from '../auth/auth.guard.js';

/** Who asks, as the guard let them through. */
export const Asking = createParamDecorator((_data: unknown, execution: ExecutionContext): Caller =>
  callerOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);
