import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  SubmitIntent,
  type CommandContext,
  type CommandResult,
  type Intents,
  type IntentType,
} from '#application';
import type { IntentExecutor } from './api-options.js';

/** Puts intents on the Nest command bus. */
@Injectable()
export class BusIntents implements IntentExecutor {
  constructor(private readonly bus: CommandBus) {}

  execute<T extends IntentType>(
    type: T,
    intent: Intents[T],
    context: CommandContext,
  ): Promise<CommandResult> {
    return this.bus.execute(new SubmitIntent(type, intent, context));
  }
}
