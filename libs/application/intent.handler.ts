import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Application } from './application.js';
import type { CommandContext, CommandResult } from './command-executor.js';
import type { Intents, IntentType } from './intents.js';

/**
 * The one class that travels on the Nest command bus, around the plain intent: there is one handler loop for all
 * contexts, so a class per context would only repeat it.
 */
export class SubmitIntent<Type extends IntentType = IntentType> extends Command<CommandResult> {
  constructor(
    readonly type: Type,
    readonly intent: Intents[Type],
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SubmitIntent)
export class SubmitIntentHandler implements ICommandHandler<SubmitIntent> {
  constructor(private readonly application: Application) {}

  execute({ type, intent, context }: SubmitIntent): Promise<CommandResult> {
    return this.application.execute(type, intent, context);
  }
}
